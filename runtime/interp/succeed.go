package interp

// succeed ends its machine or branch with what it gets.
type succeed struct{}

func (succeed) run(v *visit) (outcome, error) {
	in, err := v.state.io.effective(v)
	if err != nil {
		return outcome{}, err
	}
	return v.state.io.hand(v, in, v.state.exit)
}
