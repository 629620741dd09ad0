package source

// Kind of a node: the six kinds of JSON values.
type Kind int

// The kinds.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Node is a JSON value with its place. YAML is read into the same tree.
type Node struct {
	Kind    Kind
	Span    Span
	Text    string   // of a String: its value, unescaped; of a Number, Bool or Null: its JSON text
	Items   []*Node  // of an Array
	Members []Member // of an Object, in document order; a duplicate key is kept, and the last one wins
}

// Member is one field of an Object.
type Member struct {
	Name     string
	NameSpan Span
	Value    *Node
}

// Field returns the value of the field name, or nil where n is no object or has no such field.
func (n *Node) Field(name string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Name == name {
			return n.Members[i].Value
		}
	}
	return nil
}
