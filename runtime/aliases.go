package runtime

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"canto/handlers"
	"canto/runtime/store"
)

// Alias is a name for one or two versions of a machine, each with its share of the
// executions that are started by the alias.
type Alias struct {
	ARN, Name   string
	MachineARN  string
	Description string `json:",omitempty"`
	Routes      []Route
	Created     time.Time
	Updated     time.Time
}

// Route is the share of a version in the executions of an alias.
type Route struct {
	VersionARN string
	Weight     int // per cent
}

// choose is the version that gets the execution, by a random number below 100.
func (a *Alias) choose(n int) string {
	for _, r := range a.Routes {
		if n < r.Weight {
			return r.VersionARN
		}
		n -= r.Weight
	}
	return a.Routes[len(a.Routes)-1].VersionARN
}

// CreateStateMachineAlias makes an alias for versions of one machine. One that is
// there already and alike is returned as it is.
func (e *Engine) CreateStateMachineAlias(ctx context.Context, name, description string, routes []Route) (*Alias, error) {
	if err := checkRoutes(routes); err != nil {
		return nil, err
	}
	machine, _ := unqualified(routes[0].VersionARN)
	a := &Alias{ARN: machine + ":" + name, Name: name, MachineARN: machine, Description: description, Routes: routes, Created: e.now()}
	a.Updated = a.Created
	return e.changeAlias(ctx, a.ARN, routes, func(x *entry, old *Alias) (*Alias, error) {
		switch {
		case old == nil && len(x.aliases) >= maxAliases:
			return nil, fault("ServiceQuotaExceededException", "The maximum number of aliases of a state machine is %d.", maxAliases)
		case old == nil:
			return a, nil
		case old.Description == description && slices.Equal(old.Routes, routes):
			return old, nil
		}
		return nil, fault("ConflictException", "Failed to create alias because an alias with the same name and a different routing configuration already exists.")
	})
}

// UpdateStateMachineAlias changes what is not nil. Where nothing changes, the alias is
// returned as it is.
func (e *Engine) UpdateStateMachineAlias(ctx context.Context, arn string, description *string, routes []Route) (*Alias, error) {
	if routes != nil {
		if err := checkRoutes(routes); err != nil {
			return nil, err
		}
	}
	return e.changeAlias(ctx, arn, routes, func(_ *entry, old *Alias) (*Alias, error) {
		if old == nil {
			return nil, noResource()
		}
		a := *old
		if description != nil {
			a.Description = *description
		}
		if routes != nil {
			a.Routes = routes
		}
		if a.Description == old.Description && slices.Equal(a.Routes, old.Routes) { // the same request again
			return old, nil
		}
		a.Updated = e.now()
		return &a, nil
	})
}

// changeAlias lets f say what becomes of an alias: old is nil where there is none.
// The routes have to point at versions of its machine.
func (e *Engine) changeAlias(ctx context.Context, arn string, routes []Route, f func(x *entry, old *Alias) (*Alias, error)) (a *Alias, err error) {
	machine, name := unqualified(arn)
	if e.catalog.find(machine) == nil {
		return nil, noResource()
	}
	_, err = e.changeMachine(ctx, machine, func(x *entry) (*StateMachine, []store.Document, error) {
		for _, r := range routes {
			base, number := unqualified(r.VersionARN)
			if base != machine || x.version(number) == nil {
				return nil, nil, noResource()
			}
		}
		a, err = f(x, x.aliases[name])
		if err != nil {
			return nil, nil, err
		}
		x.aliases = maps.Clone(x.aliases)
		if x.aliases == nil {
			x.aliases = map[string]*Alias{}
		}
		x.aliases[name] = a
		return nil, []store.Document{jsonDocument(aliasKind, arn, a)}, nil
	})
	return a, err
}

func noResource() error {
	return fault("ResourceNotFound", "Request references a resource that does not exist.")
}

// DeleteStateMachineAlias deletes an alias, if it is there.
func (e *Engine) DeleteStateMachineAlias(ctx context.Context, arn string) error {
	machine, name := unqualified(arn)
	if x := e.catalog.find(machine); x == nil || x.aliases[name] == nil {
		return nil
	}
	_, err := e.changeMachine(ctx, machine, func(x *entry) (*StateMachine, []store.Document, error) {
		x.aliases = maps.Clone(x.aliases)
		delete(x.aliases, name)
		return nil, []store.Document{{Kind: aliasKind, Key: arn}}, nil
	})
	return err
}

// StateMachineAlias is the alias of that ARN.
func (e *Engine) StateMachineAlias(arn string) (*Alias, error) {
	machine, name := unqualified(arn)
	if x := e.catalog.find(machine); x != nil && x.aliases[name] != nil {
		return x.aliases[name], nil
	}
	return nil, noResource()
}

// StateMachineAliases are the aliases of a machine, or those that point at a
// version of it, in the order of their names.
func (e *Engine) StateMachineAliases(arn string) ([]*Alias, error) {
	x, number := e.catalog.resolve(arn)
	switch {
	case labelled(arn):
		return nil, unlabelled(arn)
	case x == nil || number != "" && x.version(number) == nil:
		return nil, noMachine(arn)
	case x.deleting:
		return nil, deleting(x.ARN)
	}
	var out []*Alias
	for _, name := range slices.Sorted(maps.Keys(x.aliases)) {
		if a := x.aliases[name]; number == "" || a.pointsAt(arn) {
			out = append(out, a)
		}
	}
	return out, nil
}

func (a *Alias) pointsAt(version string) bool {
	return slices.ContainsFunc(a.Routes, func(r Route) bool { return r.VersionARN == version })
}

// pointing are the names of the aliases that point at a version.
func (x *entry) pointing(version string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(x.aliases)) {
		if x.aliases[name].pointsAt(version) {
			names = append(names, name)
		}
	}
	return names
}

// checkRoutes refuses routes that do not point at versions, or not at different
// ones, or that do not share out all executions (recorded behaviour, in this order).
func checkRoutes(routes []Route) error {
	arns, weights, sum := []string{}, []string{}, 0
	versions := map[string]bool{}
	for _, r := range routes {
		arns = append(arns, r.VersionARN)
		weights = append(weights, fmt.Sprint(r.Weight))
		sum += r.Weight
		if _, number := unqualified(r.VersionARN); number != "" && strings.Trim(number, "0123456789") == "" {
			versions[r.VersionARN] = true
		}
	}
	switch received := strings.Join(arns, ", "); {
	case len(versions) < len(routes) && allDistinct(arns):
		return invalidRouting("Routing configuration must contain state machine version ARNs. Received: [%s]", received)
	case len(versions) < len(routes):
		return invalidRouting("Routing configuration must contain distinct state machine version ARNs. Received: [%s]", received)
	case sum != 100:
		return invalidRouting("Sum of routing configuration weights must equal 100. Received: [%s]", strings.Join(weights, ", "))
	}
	return nil
}

func allDistinct(all []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(all)))) == len(all)
}

func invalidRouting(format string, args ...any) error {
	return &Fault{
		Service: handlers.StepFunctions, Code: "ValidationException",
		Message: fmt.Sprintf(format, args...), Reason: "INVALID_ROUTING_CONFIGURATION",
	}
}
