package parse

import (
	"strconv"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
)

// builder makes the syntax tree of one definition.
type builder struct {
	tasks     slab[asl.Task]
	passes    slab[asl.Pass]
	choices   slab[asl.Choice]
	waits     slab[asl.Wait]
	succeeds  slab[asl.Succeed]
	fails     slab[asl.Fail]
	parallels slab[asl.Parallel]
	maps      slab[asl.Map]
}

// machine reads an object as a state machine, or as what is there of one; nil is
// none. The query language is the one around it, where it names none of its own.
func (b *builder) machine(n *source.Node, language asl.QueryLanguage) *asl.Machine {
	if n == nil {
		return nil
	}
	language = queryLanguage(n.Field("States").Field("QueryLanguage"), language) // check says where it belongs
	m := &asl.Machine{
		Node:           n,
		Comment:        text(n.Field("Comment")),
		Version:        text(n.Field("Version")),
		StartAt:        text(n.Field("StartAt")),
		QueryLanguage:  queryLanguage(n.Field("QueryLanguage"), language),
		TimeoutSeconds: integer(n.Field("TimeoutSeconds"), 0),
	}
	if c := object(n.Field("ProcessorConfig")); c != nil {
		m.Processor = &asl.ProcessorConfig{Mode: text(c.Field("Mode")), ExecutionType: text(c.Field("ExecutionType"))}
		if m.Processor.Mode == "" {
			m.Processor.Mode = "INLINE"
		}
	}
	m.States = b.states(object(n.Field("States")), m.QueryLanguage)
	m.Index()
	return m
}

// states reads the states; of two with one name the last one counts, as in
// any JSON object.
func (b *builder) states(n *source.Node, language asl.QueryLanguage) []asl.State {
	if n == nil {
		return nil
	}
	states := make([]asl.State, 0, len(n.Members))
	for _, m := range n.Members {
		if m.Overridden {
			continue
		}
		if s := b.state(m.Name, m.Value, language); s != nil {
			states = append(states, s)
		}
	}
	return states
}

func queryLanguage(n *source.Node, around asl.QueryLanguage) asl.QueryLanguage {
	switch l := asl.QueryLanguage(text(n)); l {
	case asl.JSONPath, asl.JSONata:
		return l
	}
	return around
}

// The readers of values: each gives its zero where the value is missing (nil) or
// of another kind than it should be.

func text(n *source.Node) string {
	if n != nil && (n.Kind == source.String || n.Kind == source.Unknown) {
		return n.Text
	}
	return ""
}

func boolean(n *source.Node) bool { return n != nil && n.Kind == source.Bool && n.Text == "true" }

func object(n *source.Node) *source.Node {
	if n != nil && n.Kind == source.Object {
		return n
	}
	return nil
}

func items(n *source.Node) []*source.Node {
	if n != nil && n.Kind == source.Array {
		return n.Items
	}
	return nil
}

// texts reads the strings of an array.
func texts(n *source.Node) []string {
	var out []string
	for _, item := range items(n) {
		if item.Kind == source.String {
			out = append(out, item.Text)
		}
	}
	return out
}

// integer is the whole number in n, or otherwise.
func integer(n *source.Node, otherwise int64) int64 {
	if n == nil || n.Kind != source.Number {
		return otherwise
	}
	if i, ok := value.Number(n.Text).Int64(); ok {
		return i
	}
	return otherwise
}

func float(n *source.Node, otherwise float64) float64 {
	if n == nil || n.Kind != source.Number {
		return otherwise
	}
	f, err := strconv.ParseFloat(n.Text, 64)
	if err != nil {
		return otherwise
	}
	return f
}

func pathOf(n *source.Node) *asl.Path {
	switch {
	case n == nil:
	case n.Kind == source.String:
		return &asl.Path{Text: n.Text, Span: n.Span}
	case n.Kind == source.Null:
		return &asl.Path{Null: true, Span: n.Span}
	}
	return nil
}

func template(n *source.Node) *asl.Template {
	if n == nil {
		return nil
	}
	return &asl.Template{Value: Value(n), Node: n}
}

func scalar(n *source.Node) *asl.Scalar {
	if n == nil || n.Kind == source.Object || n.Kind == source.Array {
		return nil
	}
	return &asl.Scalar{Value: Value(n), Span: n.Span}
}

// Value is what a node says, as a JSON value in compact text. What is not known
// yet stands as a string with its own text.
func Value(n *source.Node) value.Value {
	switch n.Kind {
	case source.Null:
		return value.Value{}
	case source.String, source.Unknown:
		return value.String(n.Text)
	case source.Array:
		list := make([]value.Value, len(n.Items))
		for i, item := range n.Items {
			list[i] = Value(item)
		}
		return value.Array(list)
	case source.Object:
		members := make([]value.Member, 0, len(n.Members))
		for _, m := range n.Members {
			if !m.Overridden {
				members = append(members, value.Member{Name: m.Name, Value: Value(m.Value)})
			}
		}
		return value.NewObject(members...)
	}
	return value.Raw(n.Text)
}
