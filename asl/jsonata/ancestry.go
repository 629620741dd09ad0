package jsonata

import "strconv"

// parent makes the slot of a parent operator. Which step it is the parent of is
// found out when the path around it is known.
func (p *processor) parent() *syntax {
	n := len(p.parents)
	s := &syntax{kind: "parent", slot: &slot{label: "!" + strconv.Itoa(n), level: 1, index: n}}
	p.parents = append(p.parents, s)
	return s
}

// adopt hands the parents that child could not find on to owner.
func adopt(owner, child *syntax) {
	if child.seeking == nil && child.kind != "parent" {
		return
	}
	slots := child.seeking
	if child.kind == "parent" {
		slots = append(slots, child.slot)
	}
	owner.seeking = append(owner.seeking, slots...)
}

// seek goes up from step for a slot: where it arrives, the step keeps its parent.
func (p *processor) seek(step *syntax, s *slot) *slot {
	switch step.kind {
	case "name", "wildcard":
		s.level--
		if s.level == 0 {
			if step.ancestor != nil { // two parents in one place share a label
				p.parents[s.index].slot.label = step.ancestor.label
			}
			step.ancestor = s
			step.tuple = true
		}
	case "parent":
		s.level++
	case "block":
		if len(step.list) > 0 {
			step.tuple = true
			s = p.seek(step.lastStep(), s)
		}
	case "path":
		step.tuple = true
		i := len(step.list) - 1
		s = p.seek(step.list[i], s)
		for i--; s.level > 0 && i >= 0; i-- {
			s = p.seek(step.list[i], s)
		}
	default:
		panic(&fault{code: "S0217", token: textOf(step.kind), pos: step.pos})
	}
	return s
}

// resolve finds the steps of a path that the parents in its last step refer to.
func (p *processor) resolve(path *syntax) {
	last := path.lastStep()
	slots := last.seeking
	if last.kind == "parent" {
		slots = append(slots, last.slot)
	}
	for _, s := range slots {
		p.resolveSlot(path, s)
	}
}

func (p *processor) resolveSlot(path *syntax, s *slot) {
	i := len(path.list) - 2
	for s.level > 0 {
		if i < 0 {
			path.seeking = append(path.seeking, s)
			return
		}
		step := path.list[i]
		i--
		for i >= 0 && step.focus != "" && path.list[i].focus != "" { // steps that bind one after the other count as one
			step = path.list[i]
			i--
		}
		s = p.seek(step, s)
	}
}
