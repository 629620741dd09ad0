package source

import "strings"

// Kind of a node: the six kinds of JSON values, and what is not known.
type Kind uint8

// The kinds. Unknown is a placeholder that was left open outside of a string, a
// YAML tag of CloudFormation (!Ref, !Sub), or a value that could not be read.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
	Unknown
)

var kindNames = [...]string{"null", "a boolean", "a number", "a string", "an array", "an object", "a placeholder"}

// String names the kind with its article, as it stands in a sentence.
func (k Kind) String() string { return kindNames[k] }

// Node is a JSON value with its place. YAML is read into the same tree.
type Node struct {
	Kind    Kind
	Broken  bool // it had to be guessed in part: what seems to be missing or wrong may be right
	Span    Span
	Text    string   // of a String: its value, unescaped; of a Number, Bool, Null or Unknown: its text
	Items   []*Node  // of an Array
	Members []Member // of an Object, in document order; a duplicate key is kept, and the last one wins

	index *index // of Members, once Index was called and where they are many
}

// Member is one field of an Object.
type Member struct {
	Name       string
	NameSpan   Span
	Value      *Node
	Overridden bool // another field of this name follows
}

// Field returns the value of the field name, or nil where n is no object or has no such field.
func (n *Node) Field(name string) *Node {
	if m := n.Member(name); m != nil {
		return m.Value
	}
	return nil
}

// Member returns the field name of n, or nil where n is no object or has no such field.
func (n *Node) Member(name string) *Member {
	if i := n.Place(name); i >= 0 {
		return &n.Members[i]
	}
	return nil
}

// Has says whether n is an object with the field name.
func (n *Node) Has(name string) bool { return n.Member(name) != nil }

// Merged are the members that an object of YAML takes over by the key "<<" with the
// value n: those of an object, or of each object of a list.
func (n *Node) Merged() []Member {
	members := n.Members
	for _, item := range n.Items {
		members = append(members, item.Members...)
	}
	return members
}

// Open says whether the value is not known before deployment: an open
// placeholder, or a CloudFormation function such as {"Ref": "Topic"}.
func (n *Node) Open() bool {
	if n.Kind == Unknown {
		return true
	}
	if n.Kind != Object || len(n.Members) != 1 {
		return false
	}
	name := n.Members[0].Name
	return name == "Ref" || strings.HasPrefix(name, "Fn::")
}

// HasPlaceholder says whether n is a string in which a ${Name} was left open, so
// that a part of it is not known.
func (n *Node) HasPlaceholder() bool {
	return n.Kind == String && strings.Contains(n.Text, "${") && placeholder.MatchString(n.Text)
}
