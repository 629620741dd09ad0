package jsonata

// block parses what stands in parentheses.
func (p *parser) block(t *syntax) *syntax {
	t.kind = "block"
	for p.node.id != ")" {
		t.list = append(t.list, p.expression(0))
		if p.node.id != ";" {
			break
		}
		p.advance(";", false)
	}
	p.advance(")", true)
	return t
}

func (p *parser) array(t *syntax) *syntax {
	t.kind = "unary"
	if p.node.id != "]" {
		for {
			t.list = append(t.list, p.arrayItem())
			if p.node.id != "," {
				break
			}
			p.advance(",", false)
		}
	}
	p.advance("]", true)
	return t
}

// arrayItem parses an expression or a range.
func (p *parser) arrayItem() *syntax {
	item := p.expression(0)
	if p.node.id != ".." {
		return item
	}
	r := &syntax{kind: "binary", data: textOf(".."), pos: p.node.pos, lhs: item}
	p.advance("..", false)
	r.rhs = p.expression(0)
	return r
}

func (p *parser) pairs() [][2]*syntax {
	var pairs [][2]*syntax
	if p.node.id != "}" {
		for {
			key := p.expression(0)
			p.advance(":", false)
			pairs = append(pairs, [2]*syntax{key, p.expression(0)})
			if p.node.id != "," {
				break
			}
			p.advance(",", false)
		}
	}
	p.advance("}", true)
	return pairs
}

func (p *parser) transform(t *syntax) *syntax {
	t.kind = "transform"
	t.lhs = p.expression(0)
	p.advance("|", false)
	t.rhs = p.expression(0)
	if p.node.id == "," {
		p.advance(",", false)
		t.third = p.expression(0)
	}
	p.advance("|", false)
	return t
}

func (p *parser) condition(t *syntax) *syntax {
	t.kind = "condition"
	t.rhs = p.expression(0)
	if p.node.id == ":" {
		p.advance(":", false)
		t.third = p.expression(0)
	}
	return t
}

// predicate parses a filter or an index; an empty one keeps singletons arrays.
func (p *parser) predicate(t, left *syntax) *syntax {
	if p.node.id != "]" {
		t.rhs = p.expression(0)
		p.advance("]", true)
		return t
	}
	step := left
	for step.kind == "binary" && step.id == "[" {
		step = step.lhs
	}
	step.keepArray = true
	p.advance("]", false)
	return left
}

func (p *parser) orderBy(t *syntax) *syntax {
	p.advance("(", false)
	for {
		term := sortTerm{}
		if p.node.id == "<" || p.node.id == ">" {
			term.descending = p.node.id == ">"
			p.advance(p.node.id, false)
		}
		term.by = p.expression(0)
		t.terms = append(t.terms, term)
		if p.node.id != "," {
			break
		}
		p.advance(",", false)
	}
	p.advance(")", false)
	return t
}

// call parses the arguments of a function, or a function's definition.
func (p *parser) call(t, left *syntax) *syntax {
	t.kind = "function"
	p.arguments(t)
	if left.kind == "name" && (left.data.str() == "function" || left.data.str() == "λ") {
		return p.lambda(t)
	}
	return t
}

func (p *parser) arguments(t *syntax) {
	if p.node.id != ")" {
		for {
			if p.node.is("?") {
				t.kind = "partial"
				t.list = append(t.list, p.node)
				p.advance("?", false)
			} else {
				t.list = append(t.list, p.expression(0))
			}
			if p.node.id != "," {
				break
			}
			p.advance(",", false)
		}
	}
	p.advance(")", true)
}

func (p *parser) lambda(t *syntax) *syntax {
	for i, argument := range t.list {
		if argument.kind != "variable" {
			panic(&fault{code: "S0208", pos: argument.pos, token: argument.data, value: numberOf(float64(i + 1))})
		}
	}
	t.kind = "lambda"
	if p.node.id == "<" {
		t.signature = p.signature()
	}
	p.advance("{", false)
	t.rhs = p.expression(0)
	p.advance("}", false)
	return t
}

// signature collects the tokens of a signature up to the bracket that closes it.
func (p *parser) signature() *signature {
	start := p.node.pos
	definition := "<"
	for depth := 1; depth > 0 && p.node.id != "{" && p.node.id != "(end)"; {
		p.advance("", false)
		switch p.node.id {
		case ">":
			depth--
		case "<":
			depth++
		}
		definition += p.node.data.str()
	}
	p.advance(">", false)
	s, f := parseSignature(definition)
	if f != nil {
		f.pos += start
		panic(f)
	}
	return s
}
