package runtime

import (
	"canto/asl"
	"canto/asl/check"
	"canto/asl/parse"
	"canto/asl/source"
	"canto/asl/value"
	"canto/handlers/mock/model"
	"canto/runtime/interp"
)

// rehearsal is the test of a state that is checked, step by step in the order of the
// service, as far as it was recorded.
type rehearsal struct {
	in        TestStateInput
	state     asl.State
	input     value.Value
	variables value.Value
	context   *value.Value
	mock      *interp.Mock
}

func invalid(format string, args ...any) error { return fault("ValidationException", format, args...) }

func (r *rehearsal) prepare() error {
	for _, step := range []func() error{
		r.checkMock, r.checkOptions, r.find, r.checkState, r.checkContext, r.readInput, r.readMock,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (r *rehearsal) find() (err error) {
	r.state, err = findState(r.in)
	return err
}

// checkOptions judges what goes with a mock alone, and what does not.
func (r *rehearsal) checkOptions() error {
	mocked := r.in.Mock != nil
	switch {
	case mocked && r.in.RevealSecrets:
		return invalid("TestState does not support RevealSecrets when a mock is specified.")
	case !mocked && r.in.MapIterationFailureCount != nil:
		return invalid("TestState does not support MapIterationFailureCount when a mock is not specified.")
	case !mocked && r.in.Context != "":
		return invalid("TestState does not support Context when a mock is not specified.")
	}
	return nil
}

// checkState judges whether a state of that type can be tested so.
func (r *rehearsal) checkState() error {
	mocked := r.in.Mock != nil
	kind := r.state.Base().Type
	switch s := r.state.(type) {
	case *asl.Map, *asl.Parallel:
		if !mocked {
			return invalid("TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]")
		}
	case *asl.Task:
		if err := r.checkTask(s); err != nil {
			return err
		}
	default:
		if mocked {
			return invalid("State type '%s' is not supported when a mock is specified", kind)
		}
	}
	if r.in.MapIterationFailureCount != nil && kind != "Map" {
		return invalid("MapIterationFailureCount is only supported when testing a Map state.")
	}
	return nil
}

func (r *rehearsal) checkTask(s *asl.Task) error {
	to := asl.ParseResource(s.Resource)
	switch {
	case r.in.Mock != nil:
		return nil
	case to.Kind == asl.Activity:
		return invalid("TestState does not support Activity tasks when a mock is not specified.")
	case to.Pattern != asl.RequestResponse:
		return invalid("TestState does not support the '.sync' and '.waitForTaskToken' service integration patterns when a mock is not specified.")
	case r.in.RoleARN == "":
		return invalid("RoleArn must be specified when testing a Task state")
	}
	return nil
}

// readInput reads the input and the variables.
func (r *rehearsal) readInput() error {
	text := r.in.Input
	if text == "" {
		text = "{}"
	}
	var err error
	if r.input, err = parseInput(text); err != nil {
		return err
	}
	if r.in.Variables == "" {
		return nil
	}
	if r.variables, err = value.Parse(r.in.Variables); err != nil || r.variables.Kind() != value.ObjectKind {
		return invalid("Variables must be a valid JSON object.")
	}
	return nil
}

func (r *rehearsal) readMock() error {
	m := r.in.Mock
	if m == nil {
		return nil
	}
	r.mock = &interp.Mock{Error: m.ErrorOutput}
	if m.Result == nil {
		return nil
	}
	var err error
	if r.mock.Result, err = value.Parse(*m.Result); err != nil {
		return invalid("Mocked result must be valid JSON")
	}
	mode := model.Mode(m.Mode)
	switch mode {
	case "":
		mode = model.Strict
	case model.Strict, model.Present, model.None:
	default:
		return invalid("The mode %q of a mock's check is not one of STRICT, PRESENT and NONE", m.Mode)
	}
	return checkResult(r.state, r.mock.Result, mode)
}

// aloneName is the name of a state that is given by itself (recorded behaviour).
const aloneName = "StateName"

// findState gives the state that is to be tested, of a definition that is sound.
func findState(in TestStateInput) (asl.State, error) {
	name := in.StateName
	if name == "" {
		name = aloneName
	}
	var tree *asl.Machine
	if in.Machine != nil {
		tree = in.Machine.AST
	} else {
		var faults source.Diagnostics
		if tree, faults = judgeState(in.Definition, in.StateName == ""); faults.HasErrors() {
			return nil, faults
		}
	}
	for s := range tree.All() {
		if s.Base().Name == name {
			return s, nil
		}
	}
	return nil, invalid("State not found in definition")
}

// judgeState judges a definition: a machine, or the one state of a machine.
func judgeState(definition string, alone bool) (*asl.Machine, source.Diagnostics) {
	src, before := source.New("definition", definition), ""
	around := src
	if _, err := value.Parse(definition); alone && err == nil {
		before = `{"StartAt":"` + aloneName + `","States":{"` + aloneName + `":`
		around = source.New("definition", before+definition+`}}`)
	}
	tree, faults := parse.Parse(around)
	if !faults.HasErrors() {
		faults = append(faults, check.Options{Alone: alone}.Machine(tree)...)
	}
	faults.Sort()
	for i := range faults { // with places in what was given
		at := &faults[i].Span
		at.Source, at.Start, at.End = src, within(at.Start-len(before), definition), within(at.End-len(before), definition)
	}
	return tree, faults
}

// within is the nearest offset that the text has.
func within(offset int, text string) int { return max(0, min(offset, len(text))) }

// checkMock judges a mock by itself.
func (r *rehearsal) checkMock() error {
	switch m := r.in.Mock; {
	case m == nil:
		return nil
	case m.Result != nil && m.ErrorOutput != nil:
		return invalid("A test mock should have only one of the following fields: [result, errorOutput].")
	case m.Result == nil && m.ErrorOutput == nil:
		return invalid("One of the following fields is required for a test mock: [result, errorOutput].")
	case m.ErrorOutput != nil && m.ErrorOutput.Name == "":
		return invalid("An error was not specified in the mocked error output.")
	}
	return nil
}

// checkResult judges a mocked result: its type by the state, and its fields by the
// model of the service that the task calls.
func checkResult(s asl.State, result value.Value, mode model.Mode) error {
	switch s := s.(type) {
	case *asl.Parallel:
		if result.Kind() != value.ArrayKind {
			return invalid("Mocked result must be an array.")
		}
		if len(result.Elements()) != len(s.Branches) {
			return invalid("Mocked result must contain the same number of items as number of Parallel branches.")
		}
	case *asl.Map:
		if s.ResultWriter == nil && result.Kind() != value.ArrayKind {
			return invalid("Mocked result must be an array.")
		}
		if s.ResultWriter != nil && result.Kind() != value.ObjectKind {
			return invalid("Mocked result must be a JSON object.")
		}
	case *asl.Task:
		r := asl.ParseResource(s.Resource)
		if r.Kind == asl.Integration && r.Pattern != asl.Callback && result.Kind() != value.ObjectKind {
			return invalid("Mocked result must be a valid JSON object.")
		}
		if err := model.Check(s.Resource, result, mode); err != nil {
			return invalid("%s", err)
		}
	}
	return nil
}

// unchecked says whether the fields of a mocked result were to be checked and could not
// be, since the service or its operation is not known.
func (r *rehearsal) unchecked() bool {
	s, isTask := r.state.(*asl.Task)
	if !isTask || r.mock == nil || r.mock.Error != nil || model.Mode(r.in.Mock.Mode) == model.None {
		return false
	}
	to := asl.ParseResource(s.Resource)
	return to.Kind == asl.Integration && to.Pattern != asl.Callback && !model.Known(s.Resource)
}
