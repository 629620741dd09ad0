package jsonata

// processor refines what the parser made: it flattens location paths to lists of
// steps with their predicates, finds the steps that parents refer to, and marks
// tail calls. It follows the reference implementation step by step, because what
// expressions mean is defined by it.
type processor struct {
	parents []*syntax // all parent operators, by the index of their slot
}

func process(tree *syntax) *syntax {
	var p processor
	tree = p.node(tree)
	if tree.kind == "parent" || tree.seeking != nil {
		panic(&fault{code: "S0217", token: textOf(tree.kind), pos: tree.pos})
	}
	return tree
}

func (p *processor) node(s *syntax) *syntax {
	result := p.refine(s)
	if s.keepArray {
		result.keepArray = true
	}
	return result
}

func (p *processor) refine(s *syntax) *syntax {
	switch s.kind {
	case "binary":
		return p.binary(s)
	case "unary":
		return p.unary(s)
	case "function", "partial":
		return p.call(s)
	case "lambda":
		return &syntax{kind: "lambda", list: s.list, signature: s.signature, pos: s.pos, rhs: tailCalls(p.node(s.rhs))}
	case "condition":
		return p.condition(s)
	case "transform":
		t := &syntax{kind: "transform", pos: s.pos, lhs: p.node(s.lhs), rhs: p.node(s.rhs)}
		if s.third != nil {
			t.third = p.node(s.third)
		}
		return t
	case "block":
		return p.block(s)
	case "name":
		return &syntax{kind: "path", list: []*syntax{s}, keepSingleton: s.keepArray}
	case "parent":
		return p.parent()
	case "string", "number", "value", "wildcard", "descendant", "variable", "regex":
		return s
	case "operator":
		return p.operator(s)
	}
	code := "S0206"
	if s.id == "(end)" {
		code = "S0207"
	}
	panic(&fault{code: code, pos: s.pos, token: s.data})
}

// operator is a keyword that is used as a name, or the ? of a partial application.
func (p *processor) operator(s *syntax) *syntax {
	switch s.data.str() {
	case "and", "or", "in":
		s.kind = "name"
		return p.node(s)
	case "?":
		return s
	}
	panic(&fault{code: "S0201", pos: s.pos, token: s.data})
}

func (p *processor) binary(s *syntax) *syntax {
	switch s.data.str() {
	case ".":
		return p.path(s)
	case "[":
		return p.predicate(s)
	case "{":
		return p.groupBy(s)
	case "^":
		return p.orderBy(s)
	case ":=":
		result := &syntax{kind: "bind", pos: s.pos, lhs: p.node(s.lhs), rhs: p.node(s.rhs)}
		adopt(result, result.rhs)
		return result
	case "@":
		return p.focus(s)
	case "#":
		return p.position(s)
	case "~>":
		result := &syntax{kind: "apply", pos: s.pos, lhs: p.node(s.lhs), rhs: p.node(s.rhs)}
		result.keepArray = result.lhs.keepArray || result.rhs.keepArray
		return result
	}
	result := &syntax{kind: "binary", data: s.data, pos: s.pos, lhs: p.node(s.lhs), rhs: p.node(s.rhs)}
	adopt(result, result.lhs)
	adopt(result, result.rhs)
	return result
}

// path joins two parts of a location path.
func (p *processor) path(s *syntax) *syntax {
	first := p.node(s.lhs)
	result := first
	if first.kind != "path" {
		result = &syntax{kind: "path", list: []*syntax{first}}
	}
	if first.kind == "parent" {
		result.seeking = []*slot{first.slot}
	}
	if rest := p.node(s.rhs); rest.kind == "path" {
		result.list = append(result.list, rest.list...)
	} else {
		if rest.predicate != nil {
			rest.stages, rest.predicate = rest.predicate, nil
		}
		result.list = append(result.list, rest)
	}
	markSteps(result)
	p.resolve(result)
	return result
}

func markSteps(path *syntax) {
	for _, step := range path.list {
		switch step.kind {
		case "number", "value":
			panic(&fault{code: "S0213", pos: step.pos, value: step.data})
		case "string":
			step.kind = "name"
		}
		if step.keepArray {
			path.keepSingleton = true
		}
	}
	for _, step := range []*syntax{path.list[0], path.lastStep()} {
		if step.isArray() {
			step.consArray = true
		}
	}
}

func (s *syntax) isArray() bool { return s.kind == "unary" && s.data.str() == "[" }

func (p *processor) predicate(s *syntax) *syntax {
	result := p.node(s.lhs)
	step := result
	if result.kind == "path" {
		step = result.lastStep()
	}
	if step.group != nil {
		panic(&fault{code: "S0209", pos: s.pos})
	}
	filter := p.node(s.rhs)
	if filter.seeking != nil {
		for _, slot := range filter.seeking {
			if slot.level == 1 {
				p.seek(step, slot)
			} else {
				slot.level--
			}
		}
		adopt(step, filter)
	}
	if result.kind == "path" {
		step.stages = append(step.stages, stage{filter: filter})
	} else {
		step.predicate = append(step.predicate, stage{filter: filter})
	}
	return result
}

func (p *processor) groupBy(s *syntax) *syntax {
	result := p.node(s.lhs)
	if result.group != nil {
		panic(&fault{code: "S0210", pos: s.pos})
	}
	result.group = &grouping{pairs: p.pairs(s.pairs, nil), pos: s.pos}
	return result
}

// pairs processes keys and values; their parents are looked for above owner, if
// there is one.
func (p *processor) pairs(pairs [][2]*syntax, owner *syntax) [][2]*syntax {
	done := make([][2]*syntax, len(pairs))
	for i, pair := range pairs {
		for k, part := range pair {
			done[i][k] = p.node(part)
			if owner != nil {
				adopt(owner, done[i][k])
			}
		}
	}
	return done
}

func (p *processor) orderBy(s *syntax) *syntax {
	result := p.node(s.lhs)
	if result.kind != "path" {
		result = &syntax{kind: "path", list: []*syntax{result}}
	}
	step := &syntax{kind: "sort", pos: s.pos}
	for _, term := range s.terms {
		by := p.node(term.by)
		adopt(step, by)
		step.terms = append(step.terms, sortTerm{term.descending, by})
	}
	result.list = append(result.list, step)
	p.resolve(result)
	return result
}

func (p *processor) focus(s *syntax) *syntax {
	result := p.node(s.lhs)
	step := result
	if result.kind == "path" {
		step = result.lastStep()
	}
	if step.stages != nil || step.predicate != nil {
		panic(&fault{code: "S0215", pos: s.pos})
	}
	if step.kind == "sort" {
		panic(&fault{code: "S0216", pos: s.pos})
	}
	if s.keepArray {
		step.keepArray = true
	}
	step.focus = s.rhs.data.str()
	step.tuple = true
	return result
}

func (p *processor) position(s *syntax) *syntax {
	result := p.node(s.lhs)
	step := result
	if result.kind == "path" {
		step = result.lastStep()
	} else {
		result = &syntax{kind: "path", list: []*syntax{result}}
		if step.predicate != nil {
			step.stages, step.predicate = step.predicate, nil
		}
	}
	if step.stages == nil {
		step.index = s.rhs.data.str()
	} else {
		step.stages = append(step.stages, stage{index: s.rhs.data.str()})
	}
	step.tuple = true
	return result
}

func (p *processor) unary(s *syntax) *syntax {
	result := &syntax{kind: "unary", data: s.data, pos: s.pos}
	switch s.data.str() {
	case "[":
		result.list = p.children(result, s.list)
	case "{":
		result.pairs = p.pairs(s.pairs, result)
	default:
		result.lhs = p.node(s.lhs)
		if result.lhs.kind == "number" {
			result.lhs.data.num = -result.lhs.data.num
			return result.lhs
		}
		adopt(result, result.lhs)
	}
	return result
}

// children processes parts whose parents are looked for above owner.
func (p *processor) children(owner *syntax, parts []*syntax) []*syntax {
	done := make([]*syntax, len(parts))
	for i, part := range parts {
		done[i] = p.node(part)
		adopt(owner, done[i])
	}
	return done
}

func (p *processor) call(s *syntax) *syntax {
	result := &syntax{kind: s.kind, data: s.data, pos: s.pos}
	result.list = p.children(result, s.list)
	result.lhs = p.node(s.lhs)
	return result
}

func (p *processor) condition(s *syntax) *syntax {
	result := &syntax{kind: "condition", pos: s.pos, lhs: p.node(s.lhs)}
	adopt(result, result.lhs)
	result.rhs = p.node(s.rhs)
	adopt(result, result.rhs)
	if s.third != nil {
		result.third = p.node(s.third)
		adopt(result, result.third)
	}
	return result
}

func (p *processor) block(s *syntax) *syntax {
	result := &syntax{kind: "block", pos: s.pos}
	result.list = p.children(result, s.list)
	for _, part := range result.list {
		if part.consArray || part.kind == "path" && part.list[0].consArray {
			result.consArray = true
		}
	}
	return result
}

// tailCalls replaces the calls that end a function's body by thunks, which the
// loop in apply unpacks: so functions that call themselves last need no depth.
func tailCalls(s *syntax) *syntax {
	switch {
	case s.kind == "function" && s.predicate == nil:
		return &syntax{kind: "lambda", thunk: true, pos: s.pos, rhs: s}
	case s.kind == "condition":
		s.rhs = tailCalls(s.rhs)
		if s.third != nil {
			s.third = tailCalls(s.third)
		}
	case s.kind == "block" && len(s.list) > 0:
		s.list[len(s.list)-1] = tailCalls(s.lastStep())
	}
	return s
}
