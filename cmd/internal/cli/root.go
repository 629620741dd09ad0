// Package cli is the command line of canto: a file for each command, those of a large
// one with its name before theirs, and a file for each thing that several share. What a
// command does is in the packages under runtime; here it is only asked for and shown.
// What the user asks for goes to standard output, all else to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"canto/asl/source"
	"canto/handlers/program"

	"github.com/spf13/cobra"
)

// Main runs the command that args name, and returns the code to exit with.
func Main(args []string) int {
	ctx, stop := interruptible()
	defer stop()
	defer program.End()
	root := newRootCommand()
	root.SetArgs(longFlags(args))
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if text := message(err); text != "" {
		fmt.Fprintln(os.Stderr, text)
	}
	var exit *exitError
	if errors.As(err, &exit) {
		return exit.Code
	}
	return exitFailed
}

// interruptible is a context that the first Ctrl-C ends. The second ends the process, and
// the programs that it runs.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		program.End()
		os.Exit(exitInterrupted)
	}()
	return ctx, func() { signal.Stop(signals); cancel() }
}

func newRootCommand() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "canto",
		Short: "Run AWS Step Functions state machines on this machine",
		Long: `Canto runs a state machine of AWS Step Functions from the very file that is deployed,
on this machine, with no AWS account, and gives the results, errors and history that
AWS would give.

Exit codes: 0 all went well, 1 an execution or a test failed, 2 wrong usage or an
invalid definition, 130 interrupted.`,
		Example: `  canto run definitions/poem.asl.json
  canto validate machine.asl.json
  canto test testdata/traces`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return printVersion(cmd)
			}
			return cmd.Help()
		},
	}
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return unknownCommand(cmd, args[0])
	}
	root.Flags().BoolVar(&version, "version", false, "print the version")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%w; see %s --help", err, cmd.CommandPath())
	})
	root.AddCommand(newRunCommand(), newValidateCommand(), newTestCommand(), newTestStateCommand(), newTraceCommand(), newServeCommand(), newScheduleCommand(), newVersionCommand())
	root.InitDefaultHelpCmd()
	helpOnKnown(root)
	return root
}

// helpOnKnown lets canto help refuse what is no command.
func helpOnKnown(root *cobra.Command) {
	help, _, _ := root.Find([]string{"help"})
	help.Example = "  canto help schedule fire"
	help.Args = func(_ *cobra.Command, args []string) error {
		if _, rest, _ := root.Find(args); len(rest) > 0 {
			return unknownCommand(root, strings.Join(args, " "))
		}
		return nil
	}
}

func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	if strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".yaml") {
		return usage("there is no command %q; to run that machine: canto run %s", name, name)
	}
	if near := source.Nearest(name, names); near != "" {
		return usage("there is no command %q; did you mean %q?", name, near)
	}
	return usage("there is no command %q; the commands are %s", name, strings.Join(names, ", "))
}

// usage is an error of whoever typed the command.
func usage(format string, args ...any) error {
	return &exitError{Code: exitUsage, Err: fmt.Errorf(format, args...)}
}

// message is what to say of err, or "". Diagnostics are shown with their lines.
func message(err error) string {
	var exit *exitError
	if errors.As(err, &exit) && exit.Err == nil {
		return ""
	}
	var faults source.Diagnostics
	if errors.As(err, &faults) {
		return strings.TrimRight(faults.Text(paintFor(os.Stderr)), "\n")
	}
	return "canto: " + err.Error()
}

// exactly is a check of a command's arguments: one, that is called what.
func exactly(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usage("%s wants %s: %s %s", cmd.CommandPath(), what, cmd.Parent().CommandPath(), cmd.Use)
		case len(args) > 1:
			return usage("%s takes one argument, %s; %q is too much", cmd.CommandPath(), what, args[1])
		}
		return nil
	}
}

// longFlags lets canto test take its flags as go test does, with one dash.
func longFlags(args []string) []string {
	if len(args) == 0 || args[0] != "test" {
		return args
	}
	out := append([]string(nil), args...)
	for i, arg := range out {
		if arg == "--" {
			break
		}
		name, _, _ := strings.Cut(arg, "=")
		switch name {
		case "-run", "-update", "-junit":
			out[i] = "-" + arg
		}
	}
	return out
}
