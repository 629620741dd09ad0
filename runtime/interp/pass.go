package interp

import "canto/asl"

// pass hands on its input, or its fixed Result.
type pass struct{ result *value }

func (c *compiler) pass(n *asl.Pass) behavior {
	if c.language == asl.JSONata {
		return succeed{} // without a Result, all is in the way out
	}
	p := pass{}
	if n.Result != nil {
		p.result = &n.Result.Value
	}
	return p
}

func (p pass) run(v *visit) (outcome, error) {
	result, err := v.work()
	if err != nil {
		return outcome{}, err
	}
	if p.result != nil {
		result = *p.result
	}
	return v.state.io.conclude(v, result)
}
