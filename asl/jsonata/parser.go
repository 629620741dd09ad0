package jsonata

import "strconv"

// nestingLimit bounds the height of syntax trees: no expression that somebody
// wrote comes near it, and a text of ten million parentheses is an error.
const nestingLimit = 1000

// parser is a top-down operator precedence parser (Pratt). It panics with a
// *fault, which parse turns into an error.
type parser struct {
	lexer   lexer
	node    *syntax // the token ahead
	nesting int
	tallest int // height of the tallest of the operands parsed so far
}

// binding says how tightly operators bind what stands before them.
var binding = map[string]int{
	".": 75, "[": 80, "{": 70, "(": 80, "@": 80, "#": 80, "?": 20, "+": 50, "-": 50, "*": 60, "/": 60, "%": 60,
	"=": 40, "<": 40, ">": 40, "^": 40, ":=": 10, "!=": 40, "<=": 40, ">=": 40, "~>": 40,
	"and": 30, "or": 25, "in": 40, "&": 50,
}

// known are the operators that have no binding power but may stand somewhere.
var known = map[string]bool{":": true, ";": true, ",": true, ")": true, "]": true, "}": true, "..": true, "**": true, "|": true}

// longest is the longest expression: that of the definition of a state machine.
const longest = 1 << 20

// parse returns the processed syntax tree of an expression.
func parse(text string) (tree *syntax, err error) {
	defer func() {
		if f, ok := recover().(*fault); ok {
			tree, err = nil, f
		}
	}()
	if len(text) > longest {
		return nil, &fault{message: "The expression is longer than " + strconv.Itoa(longest) + " bytes: more than a whole definition may be"}
	}
	p := &parser{lexer: lexer{text: text}}
	p.advance("", false)
	tree = p.expression(0)
	if p.node.id != "(end)" {
		panic(&fault{code: "S0201", pos: p.node.pos, token: p.node.data})
	}
	return process(tree), nil
}

// advance steps to the next token. The one ahead has to be id, if one is given.
func (p *parser) advance(id string, afterOperand bool) {
	if id != "" && p.node.id != id {
		code := "S0202"
		if p.node.id == "(end)" {
			code = "S0203"
		}
		panic(&fault{code: code, pos: p.node.pos, token: p.node.data, value: textOf(id)})
	}
	t := p.lexer.next(afterOperand)
	p.node = &syntax{kind: t.kind, id: "(end)", data: t.data, re: t.re, pos: t.pos}
	switch t.kind {
	case "name", "variable":
		p.node.id = "(name)"
	case "string", "number", "value":
		p.node.id = "(literal)"
	case "regex":
		p.node.id = "(regex)"
	case "operator":
		p.node.id = t.data.str()
		if binding[p.node.id] == 0 && !known[p.node.id] {
			panic(&fault{code: "S0204", pos: t.pos, token: t.data})
		}
	default:
		p.node.data = textOf("(end)")
	}
}

// expression parses what binds more tightly than power.
func (p *parser) expression(power int) *syntax {
	outer := p.tallest
	p.tallest = 0
	p.nesting++
	p.bound(p.nesting)
	t := p.node
	p.advance("", true)
	left := p.prefix(t)
	left.height = p.tallest + 1
	for power < binding[p.node.id] {
		t = p.node
		p.advance("", false)
		p.tallest = max(p.tallest, left.height)
		left = p.infix(t, left)
		left.height = p.tallest + 1
		p.bound(left.height)
	}
	p.nesting--
	p.tallest = max(outer, left.height)
	return left
}

func (p *parser) bound(depth int) {
	if depth > nestingLimit {
		panic(&fault{message: "The expression is nested more than " + strconv.Itoa(nestingLimit) + " levels deep: keep parts of it in variables", pos: p.node.pos})
	}
}

// prefix parses what begins with t.
func (p *parser) prefix(t *syntax) *syntax {
	switch t.id {
	case "(end)", "(name)", "(literal)", "(regex)", "and", "or", "in":
		return t
	case "-":
		t.kind = "unary"
		t.lhs = p.expression(70)
		return t
	case "*":
		t.kind = "wildcard"
		return t
	case "**":
		t.kind = "descendant"
		return t
	case "%":
		t.kind = "parent"
		return t
	case "(":
		return p.block(t)
	case "[":
		return p.array(t)
	case "{":
		t.kind = "unary"
		t.pairs = p.pairs()
		return t
	case "|":
		return p.transform(t)
	}
	panic(&fault{code: "S0211", pos: t.pos, token: t.data})
}

// infix parses the operator t and what follows it; left stands before it.
func (p *parser) infix(t, left *syntax) *syntax {
	t.kind = "binary"
	t.lhs = left
	switch t.id {
	case "(":
		return p.call(t, left)
	case "[":
		return p.predicate(t, left)
	case "^":
		return p.orderBy(t)
	case "{":
		t.pairs = p.pairs()
		return t
	case ":=":
		if left.kind != "variable" {
			panic(&fault{code: "S0212", pos: left.pos, token: left.data})
		}
		t.rhs = p.expression(binding[":="] - 1) // associates to the right
		return t
	case "@", "#":
		t.rhs = p.expression(binding[t.id])
		if t.rhs.kind != "variable" {
			panic(&fault{code: "S0214", pos: t.rhs.pos, token: t.data})
		}
		return t
	case "?":
		return p.condition(t)
	}
	t.rhs = p.expression(binding[t.id])
	return t
}
