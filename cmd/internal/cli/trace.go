package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"canto/runtime/history"

	"github.com/spf13/cobra"
)

// traceFormats are the forms in which a history is printed; canto run has one more.
var (
	traceFormats = []string{"text", "jsonl"}
	runTraces    = []string{"text", "jsonl", "none"}
)

func newTraceCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "trace FILE",
		Short: "Print a stored trace",
		Long: `Trace prints the history of an execution: as JSON lines that canto run --trace jsonl
has written, or as aws stepfunctions get-execution-history answers it. FILE may be -
for standard input.

As text, a line has the event's number, the time since the beginning, the place in the
tree of branches and iterations, the type, the state, and what went in or came out.`,
		Example: `  canto run machine.asl.json --trace jsonl > run.jsonl
  canto trace run.jsonl
  aws stepfunctions get-execution-history --execution-arn ARN | canto trace -`,
		Args: exactly("the file of a trace, or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkWord("--format", format, traceFormats); err != nil {
				return err
			}
			events, err := readTrace(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			return writeTrace(cmd.OutOrStdout(), events, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or jsonl")
	completeWith(cmd, "format", traceFormats)
	return cmd
}

func readTrace(path string, stdin io.Reader) (history.Events, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return history.Events{}, usage("%w", err)
		}
		defer file.Close()
		in = file
	}
	events, err := history.Read(in)
	if err != nil {
		return events, usage("%s: %w", path, err)
	}
	return events, nil
}

// writeTrace writes the events as text or jsonl.
func writeTrace(w io.Writer, events history.Events, format string) error {
	out := bufio.NewWriter(w)
	if format == "text" {
		if err := events.WriteText(out); err != nil {
			return err
		}
		return flush(out)
	}
	var line []byte
	for e := range events.All() {
		line = e.AppendLine(line[:0])
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return flush(out)
}

func flush(out *bufio.Writer) error {
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the trace: %w", err)
	}
	return nil
}
