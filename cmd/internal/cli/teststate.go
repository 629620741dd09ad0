package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"canto/asl"
	"canto/asl/parse"
	"canto/asl/source"
	"canto/runtime"
	"canto/runtime/awsapi"

	"github.com/spf13/cobra"
)

// testStateFlags are the flags of canto test-state.
type testStateFlags struct {
	definitionFlags
	handlerFlags
	state, input                         string
	variables, context, role             string
	mock, mockError, mockCause, mockMode string
	level, itemReaderData, errorCausedBy string
	retrierRetryCount, failedIterations  int64
	failedGiven, readerGiven, asJSON     bool
}

func newTestStateCommand() *cobra.Command {
	var flags testStateFlags
	cmd := &cobra.Command{
		Use:   "test-state DEFINITION",
		Short: "Test one state by itself",
		Long: `Test-state runs one state, once, and shows what came of it and the data on its way, as
TestState of the API does. DEFINITION is the file of a machine, with --state NAME, or of
a state by itself in JSON; - is standard input.

A Task calls its function, unless a mock stands for it: --mock has its result, --mock-error
its failure. A mock's fields are checked against what the service answers, if it is one of
states, lambda, s3, events, dynamodb, kms, sqs and sns. A Parallel or Map state needs a
mock, with one result for each branch, iteration or batch.

The exit code is 1 if the state fails, and 0 if it succeeds, would be tried again, or its
error is caught.`,
		Example: `  canto test-state machine.asl.json --state Charge --input '{"order": 7}'
  canto test-state machine.asl.json --state Notify --mock '{"MessageId": "m-1"}'
  canto test-state machine.asl.json --state Notify --mock-error Sns.Throttled --retrier-retry-count 2
  canto test-state state.json --input '{"n": 1}' --json`,
		Args:              exactly("a definition"),
		ValidArgsFunction: completeMachine,
		RunE: func(cmd *cobra.Command, args []string) error {
			flags.failedGiven = cmd.Flags().Changed("map-iteration-failure-count")
			flags.readerGiven = cmd.Flags().Changed("map-item-reader-data")
			return testState(cmd, flags, args[0])
		},
	}
	addTestStateFlags(cmd, &flags)
	return cmd
}

func addTestStateFlags(cmd *cobra.Command, flags *testStateFlags) {
	flags.definitionFlags.add(cmd)
	flags.handlerFlags.add(cmd)
	f := cmd.Flags()
	f.StringVarP(&flags.state, "state", "s", "", "`name` of the state in the machine, at any depth")
	f.StringVarP(&flags.input, "input", "i", "", "input: a `file`, - for standard input, or JSON itself (default {})")
	f.StringVar(&flags.variables, "variables", "", "variables that are set: a `file`, or a JSON object")
	f.StringVar(&flags.context, "context", "", "the context object, with a mock: a `file`, or a JSON object")
	f.StringVar(&flags.mock, "mock", "", "mocked result: a `file`, or JSON itself")
	f.StringVar(&flags.mockError, "mock-error", "", "`name` of the error that the mock fails with")
	f.StringVar(&flags.mockCause, "mock-cause", "", "`text` of its cause")
	f.StringVar(&flags.mockMode, "mock-mode", "STRICT", "check of the mock's fields: STRICT, PRESENT or NONE")
	f.StringVar(&flags.level, "inspection-level", "DEBUG", "what to show: INFO, DEBUG or TRACE")
	f.StringVar(&flags.role, "role", "arn:aws:iam::"+runtime.Account+":role/canto", "`ARN` of the role")
	f.Int64Var(&flags.retrierRetryCount, "retrier-retry-count", 0, "retries so far by the retrier that matches the error")
	f.StringVar(&flags.errorCausedBy, "error-caused-by-state", "", "`name` of the inner state from which the mocked error comes")
	f.Int64Var(&flags.failedIterations, "map-iteration-failure-count", 0, "iterations of a Map that have failed")
	f.StringVar(&flags.itemReaderData, "map-item-reader-data", "", "what an ItemReader reads: a `file`, or the text itself")
	f.BoolVar(&flags.asJSON, "json", false, "print what the API would answer")
	completeWith(cmd, "mock-mode", mockModes)
	completeWith(cmd, "inspection-level", inspectionLevels)
}

var (
	mockModes        = []string{"STRICT", "PRESENT", "NONE"}
	inspectionLevels = []string{"INFO", "DEBUG", "TRACE"}
)

func testState(cmd *cobra.Command, flags testStateFlags, definition string) error {
	if err := errors.Join(
		checkWord("--mock-mode", flags.mockMode, mockModes),
		checkWord("--inspection-level", flags.level, inspectionLevels),
	); err != nil {
		return err
	}
	in, err := flags.test(definition, cmd.InOrStdin())
	if err != nil {
		return err
	}
	engine, err := flags.engine()
	if err != nil {
		return err
	}
	r, err := engine.TestState(cmd.Context(), in)
	if err != nil {
		return refusal(definition, err)
	}
	if r.Unchecked {
		fmt.Fprintln(cmd.ErrOrStderr(), "note: canto does not know what this service answers: the fields of the mock were not checked")
	}
	if err := flags.print(cmd.OutOrStdout(), r); err != nil {
		return err
	}
	if r.Status == runtime.TestFailed {
		return &exitError{Code: exitFailed}
	}
	return nil
}

// refusal is the error of a test that could not be made. What is wrong with a state by
// itself is told with its place in the file.
func refusal(file string, err error) error {
	var f *runtime.Fault
	if errors.As(err, &f) {
		return usage("%s", f.Message)
	}
	var faults source.Diagnostics
	if errors.As(err, &faults) {
		for i := range faults {
			faults[i].Span.Source = source.New(file, faults[i].Span.Source.Text)
		}
		return usage("%w", faults)
	}
	return &exitError{exitFailed, err}
}

// test is the test that the flags ask for.
func (flags *testStateFlags) test(definition string, stdin io.Reader) (runtime.TestStateInput, error) {
	in := runtime.TestStateInput{
		StateName: flags.state, RoleARN: flags.role, RetrierRetryCount: flags.retrierRetryCount, ErrorCausedByState: flags.errorCausedBy,
	}
	if err := flags.find(definition, stdin, &in); err != nil {
		return in, err
	}
	var mock string
	for _, x := range []struct {
		flag, given string
		to          *string
	}{
		{"--input", flags.input, &in.Input}, {"--variables", flags.variables, &in.Variables},
		{"--context", flags.context, &in.Context}, {"--mock", flags.mock, &mock},
	} {
		var err error
		if *x.to, err = jsonFlag(x.flag, x.given, stdin); err != nil {
			return in, err
		}
	}
	if err := flags.mocked(mock, &in); err != nil {
		return in, err
	}
	if flags.failedGiven {
		in.MapIterationFailureCount = &flags.failedIterations
	}
	if flags.readerGiven {
		text := flags.itemReaderData
		if file, err := os.ReadFile(text); err == nil {
			text = string(file)
		}
		in.MapItemReaderData = &text
	}
	return in, nil
}

func (flags *testStateFlags) mocked(result string, in *runtime.TestStateInput) error {
	switch {
	case result == "" && flags.mockError == "" && flags.mockCause == "":
		return nil
	case flags.mockError == "" && flags.mockCause != "":
		return usage("--mock-cause goes with --mock-error")
	}
	in.Mock = &runtime.StateMock{Mode: flags.mockMode}
	if result != "" {
		in.Mock.Result = &result
	}
	if flags.mockError != "" {
		in.Mock.ErrorOutput = &asl.Error{Name: flags.mockError, Cause: flags.mockCause}
	}
	return nil
}

// find reads the definition: of a machine, or of a state by itself.
func (flags *testStateFlags) find(name string, stdin io.Reader, in *runtime.TestStateInput) error {
	text, err := readDefinition(name, stdin)
	alone := false
	if err == nil {
		root, _ := parse.Tree(source.New(name, text))
		alone = root != nil && root.Field("States") == nil && root.Field("Type") != nil
	}
	if alone {
		return flags.findAlone(name, text, in)
	}
	if in.Machine, err = loadMachine(name, flags.definitionFlags, strings.NewReader(text)); err != nil {
		return err
	}
	if flags.state == "" {
		return usage("which state? Name it by --state: %s", stateNames(in.Machine))
	}
	return flags.known(in.Machine)
}

func (flags *testStateFlags) findAlone(name, text string, in *runtime.TestStateInput) error {
	given := source.New(name, text)
	switch {
	case flags.state != "":
		return usage("%s is a state by itself, in which there is no state %q: leave --state out", name, flags.state)
	case parse.YAML(given):
		return usage("%s is a state by itself, which is written in JSON", name)
	}
	defines, err := flags.values()
	if err != nil {
		return err
	}
	src, open := source.Substitute(given, defines)
	if len(open) > 0 {
		return usage("%w", &runtime.OpenError{Placeholders: open})
	}
	in.Definition = src.Text
	return nil
}

// known refuses a name that no state of the machine has.
func (flags *testStateFlags) known(m *runtime.Machine) error {
	var names []string
	for s := range m.AST.All() {
		if s.Base().Name == flags.state {
			return nil
		}
		names = append(names, s.Base().Name)
	}
	if near := source.Nearest(flags.state, names); near != "" {
		return usage("--state: the machine has no state %q; did you mean %q?", flags.state, near)
	}
	return usage("--state: the machine has no state %q; its states are %s", flags.state, stateNames(m))
}

func stateNames(m *runtime.Machine) string {
	var names []string
	for s := range m.AST.All() {
		names = append(names, s.Base().Name)
	}
	return strings.Join(names, ", ")
}

// jsonFlag is the JSON that a flag gives: in a file, on standard input (-), or itself.
func jsonFlag(flag, given string, stdin io.Reader) (string, error) {
	where, text := flag, given
	file, err := os.ReadFile(given)
	switch {
	case given == "":
		return "", nil
	case given == "-":
		if file, err = io.ReadAll(stdin); err != nil {
			return "", fmt.Errorf("reading standard input: %w", err)
		}
		where, text = "standard input", string(file)
	case err == nil:
		where, text = given, string(file)
	case !errors.Is(err, fs.ErrNotExist) && !looksLikeJSON(given):
		return "", usage("%s: %w", flag, err)
	case !looksLikeJSON(given):
		return "", usage("%s: there is no file %s; inline JSON begins with { [ or \"", flag, given)
	}
	v, err := parseJSON(where, text)
	if err != nil {
		return "", usage("%s is not JSON: %w", flag, err)
	}
	return v.Text(), nil
}

// engine is an engine with the functions that canto run has.
func (flags *testStateFlags) engine() (*runtime.Engine, error) {
	registry, buckets, err := flags.registry(flags.offline)
	if err != nil {
		return nil, err
	}
	return runtime.New(append(buckets.options(), runtime.Functions(registry))...), nil
}

// print prints what came of the test, for people or as the API would answer.
func (flags *testStateFlags) print(w io.Writer, r *runtime.TestStateOutput) error {
	out := awsapi.NewTestStateOutput(r, flags.level)
	if flags.asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, text)
		}
	}
	row("status", out.Status)
	row("next state", out.NextState)
	row("error", out.Error)
	row("cause", out.Cause)
	if r.Output != nil {
		row("output", r.Output.Compact().Text())
	}
	if flags.level != "INFO" {
		fmt.Fprintln(table)
		inspect(row, r, out.InspectionData)
	}
	return table.Flush()
}

// inspect prints the data on its way, and what else decided.
func inspect(row func(name, text string), r *runtime.TestStateOutput, out *awsapi.InspectionData) {
	for _, stage := range runtime.Stages {
		if x, there := r.Inspection.Data[stage]; there {
			row(string(stage), x.Compact().Text())
		}
	}
	row("variables", out.Variables)
	number := func(name string, n *int64) {
		if n != nil {
			row(name, fmt.Sprint(*n))
		}
	}
	number("maxConcurrency", out.MaxConcurrency)
	number("toleratedFailureCount", out.ToleratedFailureCount)
	if p := out.ToleratedFailurePercentage; p != nil {
		row("toleratedFailurePercentage", fmt.Sprint(*p))
	}
	if d := out.ErrorDetails; d != nil {
		number("retryIndex", d.RetryIndex)
		number("retryBackoffIntervalSeconds", d.RetryBackoffIntervalSeconds)
		number("catchIndex", d.CatchIndex)
	}
	if q := out.Request; q != nil {
		row("request", strings.Join([]string{q.Method, q.URL, q.Headers, q.Body}, " "))
	}
	if a := out.Response; a != nil {
		row("response", strings.Join([]string{a.StatusCode, a.StatusMessage, a.Headers, a.Body}, " "))
	}
}
