package jsonata

// syntax is a node of the tree that the parser makes and process.go refines. Of
// its fields each kind uses a few, named as in the reference implementation.
type syntax struct {
	kind string // as in the reference: name, path, binary, unary, function, block, ...
	id   string // of tokens: the operator, (name), (literal), (regex) or (end)
	data datum  // operator, name or literal value
	re   *regex
	pos  int

	lhs, rhs, third *syntax      // operands; condition, then and else; pattern, update and delete
	list            []*syntax    // arguments, expressions of a block or array, steps of a path
	pairs           [][2]*syntax // of objects
	terms           []sortTerm
	signature       *signature

	predicate, stages []stage
	group             *grouping
	focus, index      string // names of variables bound to the item and to its position
	slot              *slot  // of a parent
	ancestor          *slot  // where this step is somebody's parent
	seeking           []*slot

	keepArray, keepSingleton, consArray, tuple, thunk bool

	height int
}

type sortTerm struct {
	descending bool
	by         *syntax
}

// stage is a predicate, or the name of a variable for the position.
type stage struct {
	filter *syntax
	index  string
}

type grouping struct {
	pairs [][2]*syntax
	pos   int
}

// slot is where a parent is kept during evaluation: as a variable that is called label.
type slot struct {
	label string
	level int
	index int
}

func (s *syntax) is(operator string) bool {
	return s.kind == "operator" && s.data.str() == operator
}

func (s *syntax) lastStep() *syntax { return s.list[len(s.list)-1] }
