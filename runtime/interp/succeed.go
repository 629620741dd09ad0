package interp

// succeed ends its machine or branch with what it gets.
type succeed struct{}

func (succeed) run(v *visit) (outcome, error) {
	in, err := v.effective()
	if err != nil {
		return outcome{}, err
	}
	out, err := v.eval(v.state.io.output, in)
	return outcome{output: out}, err
}
