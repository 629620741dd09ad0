package parse

import (
	"strconv"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
)

// machine reads an object as a state machine, or as what is there of one. The
// query language is the one around it, where it names none of its own.
func machine(n *source.Node, language asl.QueryLanguage) *asl.Machine {
	m := &asl.Machine{
		Node:           n,
		Comment:        text(n, "Comment"),
		Version:        text(n, "Version"),
		StartAt:        text(n, "StartAt"),
		QueryLanguage:  queryLanguage(n, queryLanguage(n.Field("States"), language)), // check says where it belongs
		TimeoutSeconds: integer(n.Field("TimeoutSeconds"), 0),
	}
	if c := object(n, "ProcessorConfig"); c != nil {
		m.Processor = &asl.ProcessorConfig{Mode: text(c, "Mode"), ExecutionType: text(c, "ExecutionType")}
		if m.Processor.Mode == "" {
			m.Processor.Mode = "INLINE"
		}
	}
	if states := object(n, "States"); states != nil {
		m.States = statesOf(states, m.QueryLanguage)
	}
	m.Index()
	return m
}

// statesOf reads the states; of two with one name the last one counts, as in
// any JSON object.
func statesOf(n *source.Node, language asl.QueryLanguage) []asl.State {
	states := make([]asl.State, 0, len(n.Members))
	for _, m := range n.Members {
		if m.Overridden {
			continue
		}
		if s := state(m.Name, m.Value, language); s != nil {
			states = append(states, s)
		}
	}
	return states
}

// machineField reads the machine in the field name of n, if there is one.
func machineField(n *source.Node, name string, language asl.QueryLanguage) *asl.Machine {
	if inner := object(n, name); inner != nil {
		return machine(inner, language)
	}
	return nil
}

func queryLanguage(n *source.Node, around asl.QueryLanguage) asl.QueryLanguage {
	switch l := asl.QueryLanguage(text(n, "QueryLanguage")); l {
	case asl.JSONPath, asl.JSONata:
		return l
	}
	return around
}

// The readers of fields: each gives its zero where the field is missing or of
// another type than it should be.

func text(n *source.Node, name string) string {
	if f := n.Field(name); f != nil && (f.Kind == source.String || f.Kind == source.Unknown) {
		return f.Text
	}
	return ""
}

func boolean(n *source.Node, name string) bool {
	f := n.Field(name)
	return f != nil && f.Kind == source.Bool && f.Text == "true"
}

func object(n *source.Node, name string) *source.Node {
	if f := n.Field(name); f != nil && f.Kind == source.Object {
		return f
	}
	return nil
}

func items(n *source.Node, name string) []*source.Node {
	if f := n.Field(name); f != nil && f.Kind == source.Array {
		return f.Items
	}
	return nil
}

// texts reads the strings of an array.
func texts(n *source.Node, name string) []string {
	var out []string
	for _, item := range items(n, name) {
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

func pathField(n *source.Node, name string) *asl.Path {
	f := n.Field(name)
	if f == nil {
		return nil
	}
	switch f.Kind {
	case source.String:
		return &asl.Path{Text: f.Text, Span: f.Span}
	case source.Null:
		return &asl.Path{Null: true, Span: f.Span}
	}
	return nil
}

func template(n *source.Node, name string) *asl.Template {
	if f := n.Field(name); f != nil {
		return &asl.Template{Value: Value(f), Node: f}
	}
	return nil
}

func scalar(n *source.Node, name string) *asl.Scalar {
	f := n.Field(name)
	if f == nil || f.Kind == source.Object || f.Kind == source.Array {
		return nil
	}
	return &asl.Scalar{Value: Value(f), Span: f.Span}
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
