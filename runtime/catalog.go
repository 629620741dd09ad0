package runtime

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"canto/asl/source"
	"canto/runtime/store"
)

// The kinds of documents that a catalog keeps. The key is an ARN.
const (
	machineKind  = "machine"
	versionKind  = "version"
	aliasKind    = "alias"
	activityKind = "activity"
	tagsKind     = "tags"
)

// catalog is what an engine knows by ARN: machines with their versions and aliases,
// and tags. What it holds never changes; a change puts something else in its place,
// once the store has it.
type catalog struct {
	changing sync.Mutex // held by whoever changes the catalog, until the store has the change
	mu       sync.RWMutex
	machines map[string]*entry
	tags     map[string][]Tag
}

// entry is a machine in the catalog.
type entry struct {
	ARN      string
	created  creation
	current  *revision
	last     int         // number of the last version; numbers are never used again
	versions []*revision // those published, by their numbers
	aliases  map[string]*Alias
	deleting bool
}

// creation is how a machine was created, beside its first revision.
type creation struct {
	Publish     bool   `json:",omitempty"`
	Description string `json:",omitempty"` // of the version that was published
}

// revision is a state machine that is compiled when somebody needs it.
type revision struct {
	state      *StateMachine // its Machine may be nil
	name       string
	definition string // what is compiled

	once     sync.Once
	compiled *StateMachine
	err      error
}

// newRevision is the revision of a machine that has been compiled.
func newRevision(m StateMachine) *revision {
	return &revision{state: &m, name: m.Machine.Name, definition: m.Machine.definition}
}

// ready is the state machine, compiled.
func (r *revision) ready() (*StateMachine, error) {
	r.once.Do(func() {
		state := *r.state
		if state.Machine == nil {
			m, err := reparse(r.name, r.definition, r.state.Express())
			if err != nil {
				r.err = fmt.Errorf("the definition of %s is in the store, and this version of canto cannot read it: %w", r.state.ARN, err)
				return
			}
			state.Machine = m
		}
		state.snapshot = encoded(keptRevision{ID: state.Revision, Updated: state.Updated, Settings: state.Settings})
		r.compiled = &state
	})
	return r.compiled, r.err
}

// keptRevision is what an execution keeps of the revision that it runs, beside its
// definition and its role.
type keptRevision struct {
	ID       string `json:",omitempty"`
	Updated  time.Time
	Settings string `json:",omitempty"`
}

// SettingsOf are the Settings of an execution's machine, as they were when it began;
// empty where it has none.
func SettingsOf(b *store.Begin) string {
	var kept keptRevision
	_ = json.Unmarshal([]byte(b.Revision), &kept) // the engine has written it, or it is empty
	return kept.Settings
}

// StateMachineOf is the machine of an execution, as it was when the execution began.
// Of the child of a Map Run it is the machine that has the Map.
func (e *Engine) StateMachineOf(x store.Saved) (*StateMachine, error) {
	b := &x.Begin
	m, err := programs{}.of(*b)
	if err != nil {
		return nil, err
	}
	var kept keptRevision
	if err := json.Unmarshal([]byte(b.Revision), &kept); err != nil {
		return nil, fmt.Errorf("execution %s: what is kept of its state machine: %w", x.ID, err)
	}
	out := &StateMachine{
		ARN: b.MachineARN, RoleARN: b.RoleARN, Type: Standard, Machine: m, Text: b.Definition,
		Updated: kept.Updated, Revision: kept.ID, Settings: kept.Settings, VersionARN: b.VersionARN,
	}
	if b.Express {
		out.Type = Express
	}
	return out, nil
}

// reparse compiles a definition that was accepted before. As on standard input, its own
// beginning tells whether it is JSON or YAML.
func reparse(name, definition string, express bool) (*Machine, error) {
	opts := []LoadOption{Name(name), Verbatim()}
	if express {
		opts = append(opts, AsExpress())
	}
	return Parse(source.Stdin, definition, opts...)
}

// find is the entry of a machine, or nil.
func (c *catalog) find(arn string) *entry {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.machines[arn]
}

// all are the entries, in the order of their names.
func (c *catalog) all() []*entry {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.SortedFunc(maps.Values(c.machines), func(a, b *entry) int { return strings.Compare(a.current.name, b.current.name) })
}

// place puts an entry in, or takes it out where it is nil.
func (c *catalog) place(arn string, x *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if x == nil {
		delete(c.machines, arn)
		delete(c.tags, arn)
		return
	}
	if c.machines == nil {
		c.machines = map[string]*entry{}
	}
	c.machines[arn] = x
}

// keptMachine is the document of a machine, and of a version.
type keptMachine struct {
	StateMachine
	Name       string
	Definition string    `json:",omitempty"` // what is compiled, where Text is not
	Creation   *creation `json:",omitempty"`
	Last       int       `json:",omitempty"`
	Deleting   bool      `json:",omitempty"`
}

// document is an entry without its versions and aliases.
func (x *entry) document() store.Document {
	k := x.current.kept()
	k.Creation, k.Last, k.Deleting = &x.created, x.last, x.deleting
	return jsonDocument(machineKind, x.ARN, k)
}

// document is a version.
func (r *revision) document() store.Document {
	return jsonDocument(versionKind, r.state.VersionARN, r.kept())
}

func (r *revision) kept() keptMachine {
	k := keptMachine{StateMachine: *r.state, Name: r.name}
	if r.definition != r.state.Text {
		k.Definition = r.definition
	}
	return k
}

func (k keptMachine) revision() *revision {
	r := &revision{state: &k.StateMachine, name: k.Name, definition: k.Definition}
	if r.definition == "" {
		r.definition = r.state.Text
	}
	return r
}

func jsonDocument(kind, key string, v any) store.Document {
	return store.Document{Kind: kind, Key: key, Text: encoded(v)}
}

func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // what is kept is made of texts, numbers and times
	}
	return string(text)
}

// forgotten are the documents that forget a machine and all that belongs to it.
func (x *entry) forgotten() []store.Document {
	return append(x.stripped(), store.Document{Kind: machineKind, Key: x.ARN}, store.Document{Kind: tagsKind, Key: x.ARN})
}

// stripped are the documents that forget the versions and aliases of a machine.
func (x *entry) stripped() []store.Document {
	var docs []store.Document
	for _, v := range x.versions {
		docs = append(docs, store.Document{Kind: versionKind, Key: v.state.VersionARN})
	}
	for _, a := range x.aliases {
		docs = append(docs, store.Document{Kind: aliasKind, Key: a.ARN})
	}
	return docs
}

// loadCatalog takes in what the store has: machines, versions, aliases, activities
// and tags. Definitions are compiled when they are needed.
func (e *Engine) loadCatalog(ctx context.Context) error {
	for _, load := range []struct {
		kind string
		one  func(d store.Document) error
	}{
		{machineKind, e.catalog.loadMachine}, {versionKind, e.catalog.loadVersion}, {aliasKind, e.catalog.loadAlias},
		{tagsKind, e.catalog.loadTags}, {activityKind, e.activities.load},
	} {
		docs, err := e.store.Documents(ctx, load.kind)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if err := load.one(d); err != nil {
				return fmt.Errorf("the store's document of the %s %s: %w", load.kind, d.Key, err)
			}
		}
	}
	for _, x := range e.catalog.machines {
		slices.SortFunc(x.versions, func(a, b *revision) int { return a.state.Version - b.state.Version })
	}
	return nil
}

func (c *catalog) loadMachine(d store.Document) error {
	var k keptMachine
	if err := json.Unmarshal([]byte(d.Text), &k); err != nil {
		return err
	}
	x := &entry{ARN: d.Key, current: k.revision(), last: k.Last, deleting: k.Deleting}
	if k.Creation != nil {
		x.created = *k.Creation
	}
	c.place(d.Key, x)
	return nil
}

func (c *catalog) loadVersion(d store.Document) error {
	var k keptMachine
	if err := json.Unmarshal([]byte(d.Text), &k); err != nil {
		return err
	}
	x := c.find(k.ARN)
	if x == nil {
		return fmt.Errorf("there is no machine %s", k.ARN)
	}
	x.versions = append(x.versions, k.revision())
	return nil
}

func (c *catalog) loadAlias(d store.Document) error {
	a := &Alias{}
	if err := json.Unmarshal([]byte(d.Text), a); err != nil {
		return err
	}
	x := c.find(a.MachineARN)
	if x == nil {
		return fmt.Errorf("there is no machine %s", a.MachineARN)
	}
	if x.aliases == nil {
		x.aliases = map[string]*Alias{}
	}
	x.aliases[a.Name] = a
	return nil
}
