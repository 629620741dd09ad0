package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"canto/asl/source"
	"canto/asl/value"
	"canto/cmd/internal/progress"
	"canto/handlers"
	"canto/handlers/mock"
	"canto/runtime"

	"github.com/spf13/cobra"
)

// runFlags are the flags of canto run.
type runFlags struct {
	definitionFlags
	handlerFlags
	input, mock, trace              string
	realTime, live, noLimits, quiet bool
	seed                            uint64
	timeout                         time.Duration
	inline                          *inline // in place of a file; nil: none
}

// machine loads what is to run.
func (flags runFlags) machine(definition string, stdin io.Reader) (*runtime.Machine, error) {
	if flags.inline == nil {
		return loadMachine(definition, flags.definitionFlags, stdin)
	}
	defines, err := flags.values()
	if err != nil {
		return nil, err
	}
	return flags.inline.load(defines, flags.define)
}

func newRunCommand() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run DEFINITION",
		Short: "Run a state machine",
		Long: `Run executes a state machine: a file in JSON or YAML, - for standard input, or poem, the
machine that canto brings along. It prints the output of the execution, and with --trace
its history before it (with --trace jsonl the history alone, whose last event has the
output). All else goes to standard error.

Time is virtual unless --real-time or --live is given: a Wait of a week takes no time,
and the history has the times that AWS would show. Placeholders such as ${FunctionArn}
get their text from --define, --defines, or the SAM template beside the machine.

The functions crawler, extractor, sentiment and reducer are registered: they read a small
web inside of canto, or the real one with --live. The environment configures them as it
does on AWS. What they write goes to the folder --out.

--function NAME=TARGET says who answers for another function, or in the place of one:
  NAME=http://localhost:9001   an endpoint of Lambda's Invoke, such as a container's or
                               that of sam local start-lambda
  NAME=./program               a program or script: JSON on standard input and output
  NAME=@answer.json            always the same answer
  NAME=sentiment               one of the functions above
NAME is that of the function, its ARN, or its logical ID in the template.`,
		Example: `  canto run definitions/poem.asl.json
  canto run machine.asl.json --input '{"n": 1}' --trace text
  canto run machine.asl.json --input order.json --define ChargeArn=charge --function charge=./charge.py
  canto run machine.asl.json --mock mocks.json#CardDeclined
  canto run poem --live --out page/`,
		Args:              exactly("a definition"),
		ValidArgsFunction: completeMachine,
		RunE:              func(cmd *cobra.Command, args []string) error { return run(cmd, flags, args[0]) },
	}
	addRunFlags(cmd, &flags)
	return cmd
}

func addRunFlags(cmd *cobra.Command, flags *runFlags) {
	flags.definitionFlags.add(cmd)
	flags.handlerFlags.add(cmd)
	f := cmd.Flags()
	f.StringVarP(&flags.input, "input", "i", "", "input: a `file`, - for standard input, or JSON itself")
	f.StringVar(&flags.mock, "mock", "", "`FILE[#Case]`: a mock file of Step Functions Local, and the test case in it")
	f.StringVar(&flags.trace, "trace", "none", "print the history as text, jsonl or none")
	f.BoolVar(&flags.realTime, "real-time", false, "run by the wall clock")
	f.BoolVar(&flags.live, "live", false, "use the real web, by the wall clock")
	f.Uint64Var(&flags.seed, "seed", 0, "seed of all randomness")
	f.DurationVar(&flags.timeout, "timeout", 0, "give up after this long, by the wall clock (such as 90s)")
	f.BoolVar(&flags.noLimits, "no-limits", false, noLimitsHelp)
	f.BoolVarP(&flags.quiet, "quiet", "q", false, "no progress and no summary")
	completeWith(cmd, "trace", runTraces)
	_ = cmd.MarkFlagDirname("out")
}

// job is an execution that is ready to begin.
type job struct {
	flags   runFlags
	machine *runtime.Machine
	input   value.Value
	engine  *runtime.Engine
	bucket  *noting
	show    progress.Progress
}

func run(cmd *cobra.Command, flags runFlags, definition string) error {
	j, err := newJob(cmd, flags, definition)
	if err != nil {
		return err
	}
	ctx, cancel := cmd.Context(), context.CancelFunc(func() {})
	if flags.timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, flags.timeout)
	}
	defer cancel()
	result, err := j.engine.Run(ctx, j.machine, j.input)
	j.show.Close()
	if result != nil {
		if err := j.print(cmd.OutOrStdout(), result); err != nil {
			return err
		}
		if !flags.quiet {
			j.summarize(cmd.ErrOrStderr(), result)
		}
	}
	return j.verdict(cmd.Context(), result, err)
}

// newJob reads all that the run needs, and says what is wrong with it.
func newJob(cmd *cobra.Command, flags runFlags, definition string) (*job, error) {
	if err := checkRunFlags(flags); err != nil {
		return nil, err
	}
	j := &job{flags: flags, bucket: newBucket(flags.out)}
	var err error
	if j.machine, err = flags.machine(definition, cmd.InOrStdin()); err != nil {
		return nil, err
	}
	warn(cmd.ErrOrStderr(), j.machine.Warnings)
	if flags.input == "" {
		j.input = value.Raw(strings.TrimSpace(defaultInput(definition)))
	} else if j.input, err = readInput(flags.input, cmd.InOrStdin()); err != nil {
		return nil, err
	}
	j.show = progress.New(cmd.ErrOrStderr(), flags.quiet)
	return j, j.prepare()
}

// warn prints the warnings, but for those about a Resource: whoever answers for it
// here is looked for later.
func warn(w io.Writer, all source.Diagnostics) {
	var told source.Diagnostics
	for _, d := range all {
		if !strings.HasSuffix(d.Location, "/Resource") {
			told = append(told, d)
		}
	}
	if len(told) > 0 {
		fmt.Fprintln(w, told.Text(paintFor(w)))
	}
}

func checkRunFlags(flags runFlags) error {
	switch {
	case strings.Contains(flags.out, "://"):
		return usage("--out %s: functions write into a folder here, not into a bucket", flags.out)
	case flags.timeout < 0:
		return usage("--timeout %s: a limit must be longer than nothing", flags.timeout)
	}
	return checkWord("--trace", flags.trace, runTraces)
}

// prepare makes the engine, and looks for every function that the machine calls.
func (j *job) prepare() error {
	var known []string
	registry, buckets, err := j.flags.registry(func(r *handlers.Registry) error {
		err := register(r, j.world)
		known = r.Names()
		return err
	})
	if err != nil {
		return err
	}
	mocked, err := j.mocks()
	if err != nil {
		return err
	}
	if err := (preflight{j.machine, mocked(registry), known}).check(); err != nil {
		return err
	}
	if err := unusedFunction(j.machine, j.flags.function); err != nil {
		return err
	}
	opts := []runtime.Option{
		runtime.Functions(registry), runtime.Resolver(mocked), runtime.Seed(j.flags.seed), runtime.Observe(j.show.Observe),
	}
	if j.flags.noLimits {
		opts = append(opts, runtime.NoLimits())
	}
	if j.flags.realTime || j.flags.live {
		opts = append(opts, runtime.RealTime())
	}
	j.engine = runtime.New(append(opts, buckets.options()...)...)
	return nil
}

// world is what the functions that canto brings along know of.
func (j *job) world() world {
	if j.flags.live {
		return online(j.bucket)
	}
	return offline(j.bucket)
}

// mocks is what the mock file puts in the place of functions.
func (j *job) mocks() (func(handlers.Resolver) handlers.Resolver, error) {
	if j.flags.mock == "" {
		return func(real handlers.Resolver) handlers.Resolver { return real }, nil
	}
	chosen, err := mock.Open(j.flags.mock, j.machine.Name)
	if err != nil {
		return nil, usage("%w", err)
	}
	if faults := chosen.Check(j.machine.AST); faults.HasErrors() {
		return nil, &exitError{exitUsage, faults}
	}
	return chosen.Resolver, nil
}

// print prints what was asked for: the history, and the output.
func (j *job) print(w io.Writer, r *runtime.Run) error {
	if j.flags.trace != "none" {
		if err := writeTrace(w, r.History, j.flags.trace); err != nil {
			return err
		}
	}
	if j.flags.trace == "jsonl" || r.Status != runtime.Succeeded {
		return nil
	}
	_, err := fmt.Fprintln(w, r.Output.Text())
	return err
}

// verdict is the error with which the command ends, or nil.
func (j *job) verdict(ctx context.Context, r *runtime.Run, err error) error {
	switch {
	case ctx.Err() != nil:
		return &exitError{exitInterrupted, errors.New("interrupted")}
	case errors.Is(err, context.DeadlineExceeded):
		return &exitError{exitFailed, fmt.Errorf("given up after --timeout %s", j.flags.timeout)}
	case err != nil:
		return &exitError{exitFailed, err}
	case r.Status != runtime.Succeeded:
		return &exitError{Code: exitFailed, Err: quietFailure(r, j.flags.quiet)}
	}
	return nil
}

// quietFailure is the failure of a run whose summary has not told it.
func quietFailure(r *runtime.Run, quiet bool) error {
	if quiet {
		return r.Err()
	}
	return nil
}
