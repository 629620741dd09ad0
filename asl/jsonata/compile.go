package jsonata

// compiler makes the tree that is evaluated of the syntax tree.
type compiler struct {
	binds bool // a variable is bound in the scope that is being compiled
}

func (c *compiler) expr(s *syntax) *expr {
	if s == nil {
		return nil
	}
	e := &expr{op: c.operation(s), keepArray: s.keepArray}
	for _, stage := range s.predicate {
		e.predicate = append(e.predicate, c.expr(stage.filter))
	}
	if s.group != nil && s.kind != "path" {
		e.group = c.group(s.group.pairs, s.group.pos)
	}
	e.simple = e.predicate == nil && e.group == nil && !e.keepArray
	e.op = e.bare()
	if path, ok := e.op.(*pathOp); ok && e.simple && path.plain == 1 && len(path.steps) == 1 && path.steps[0].name != "" {
		e.field = path.steps[0]
	}
	return e
}

func (c *compiler) list(all []*syntax) []*expr {
	list := make([]*expr, len(all))
	for i, s := range all {
		list[i] = c.expr(s)
	}
	return list
}

func (c *compiler) group(pairs [][2]*syntax, pos int) *groupOp {
	g := &groupOp{pos: pos}
	for _, pair := range pairs {
		g.pairs = append(g.pairs, [2]*expr{c.expr(pair[0]), c.expr(pair[1])})
	}
	return g
}

func (c *compiler) operation(s *syntax) operation {
	switch s.kind {
	case "path":
		return c.path(s)
	case "binary":
		return c.binary(s)
	case "unary":
		return c.unary(s)
	case "name":
		return &fieldOp{s.data.str()}
	case "wildcard":
		return wildcardOp{}
	case "descendant":
		return descendantOp{}
	case "parent":
		return &parentOp{s.slot}
	case "condition":
		return &conditionOp{c.expr(s.lhs), c.expr(s.rhs), c.expr(s.third)}
	case "block":
		return c.block(s)
	case "bind":
		c.binds = true
		return &bindOp{s.lhs.data.str(), c.expr(s.rhs)}
	case "regex":
		return &literalOp{functionOf(matcherOf(s.re))}
	case "function":
		return c.call(s)
	case "partial":
		return c.partial(s)
	case "variable":
		return &variableOp{s.data.str()}
	case "lambda":
		return c.lambda(s)
	case "apply":
		return &applyOp{c.expr(s.lhs), c.expr(s.rhs), s.pos}
	case "transform":
		return c.transform(s)
	}
	return &literalOp{s.data} // string, number, value
}

func (c *compiler) block(s *syntax) operation {
	outer := c.binds
	c.binds = false
	o := &blockOp{list: c.list(s.list)}
	o.scope = c.binds
	c.binds = outer
	return o
}

// bare is the operation of an expression, without parentheses around it that make
// no difference.
func (e *expr) bare() operation {
	block, ok := e.op.(*blockOp)
	if !ok || !e.simple || block.scope || len(block.list) != 1 || !block.list[0].simple {
		return e.op
	}
	inner := block.list[0].op
	switch inner.(type) {
	case *callOp, *literalOp: // ~> and predicates treat them in another way
		return e.op
	}
	return inner
}

func (c *compiler) lambda(s *syntax) operation {
	outer := c.binds
	defer func() { c.binds = outer }()
	if s.thunk {
		o := c.call(s.rhs)
		outer = outer || c.binds
		return &lambdaOp{thunk: o}
	}
	o := &lambdaOp{signature: s.signature, body: c.expr(s.rhs)}
	for _, param := range s.list {
		o.params = append(o.params, param.data.str())
	}
	return o
}

func (c *compiler) binary(s *syntax) operation {
	op := s.data.str()
	lhs, rhs := c.expr(s.lhs), c.expr(s.rhs)
	switch {
	case isArithmetic(op):
		return &numericOp{op[0], lhs, rhs, s.pos}
	case op == "and" || op == "or":
		return &logicalOp{op, lhs, rhs, s.pos}
	}
	return &binaryOp{op, binaryOperators[op], lhs, rhs, s.pos}
}

func (c *compiler) unary(s *syntax) operation {
	switch s.data.str() {
	case "[":
		o := &arrayOp{list: c.list(s.list), consArray: s.consArray}
		for _, item := range s.list {
			o.nested = append(o.nested, item.data.kind == text && item.data.str() == "[")
		}
		return o
	case "{":
		return c.group(s.pairs, s.pos)
	}
	return &negationOp{c.expr(s.lhs), s.pos}
}

func (c *compiler) call(s *syntax) *callOp {
	o := &callOp{procedure: c.expr(s.lhs), args: c.list(s.list), pos: s.pos, calleePos: s.lhs.pos, token: s.lhs.data}
	if s.lhs.kind == "path" {
		o.token = s.lhs.list[0].data
		o.bare = o.token.str()
	}
	return o
}

func (c *compiler) partial(s *syntax) operation {
	o := &partialOp{callOp: *c.call(s)}
	for _, arg := range s.list {
		o.open = append(o.open, arg.is("?"))
	}
	return o
}

func (c *compiler) transform(s *syntax) operation {
	o := &transformOp{pattern: c.expr(s.lhs), update: c.expr(s.rhs), remove: c.expr(s.third), pos: s.pos, updatePos: s.rhs.pos}
	if s.third != nil {
		o.removePos = s.third.pos
	}
	return o
}

func (c *compiler) path(s *syntax) operation {
	o := &pathOp{tuple: s.tuple, keepSingleton: s.keepSingleton, absolute: s.list[0].kind == "variable"}
	for _, part := range s.list {
		o.steps = append(o.steps, c.step(part))
	}
	if s.group != nil {
		o.group = c.group(s.group.pairs, s.group.pos)
	}
	if !o.keepSingleton && o.group == nil {
		o.plain = plainSteps(o.steps)
	}
	return o
}

// plainSteps counts the names that a path begins with, and the variable before them.
func plainSteps(steps []*step) int {
	n := 0
	for n < len(steps) && (steps[n].name != "" || n == 0 && steps[n].isVariable()) {
		n++
	}
	return n
}

func (s *step) isVariable() bool {
	if s.expr == nil || !s.simple || s.tuple || s.stages != nil {
		return false
	}
	_, ok := s.op.(*variableOp)
	return ok
}

func (c *compiler) step(s *syntax) *step {
	p := &step{tuple: s.tuple, focus: s.focus, index: s.index, ancestor: s.ancestor, consArray: s.consArray}
	if s.kind == "sort" {
		p.sort = &sortOp{pos: s.pos}
		for _, term := range s.terms {
			p.sort.terms = append(p.sort.terms, termOp{c.expr(term.by), term.descending})
		}
	} else {
		p.expr = c.expr(s)
	}
	for _, stage := range s.stages {
		p.stages = append(p.stages, stageOp{c.expr(stage.filter), stage.index})
	}
	if s.kind == "name" && p.simple && p.stages == nil && !p.tuple {
		p.name = s.data.str()
	}
	return p
}
