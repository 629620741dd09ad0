package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"canto/asl/template"
	"canto/runtime/scheduler"

	"github.com/spf13/cobra"
)

func newFireCommand() *cobra.Command {
	var flags runFlags
	var endpoint string
	cmd := &cobra.Command{
		Use:   "fire NAME",
		Short: "Start what a schedule starts, now",
		Long: `Fire starts the state machine of a schedule with the schedule's input, now. NAME is that
of the event or the resource, or its ID in the template: the machine's and the event's
logical IDs, joined.

Without --endpoint the machine runs here and to its end, as canto run runs it: its output
is printed, and the flags are those of canto run. With --endpoint a server starts it, such
as canto serve --template; the ARN of the execution is printed, and its end is not waited
for. A schedule that is disabled fires too, and the firings to come stay as they are.`,
		Example: `  canto schedule fire EverySunday --template definitions/template.yaml
  canto schedule fire EverySunday --live --out page/
  canto schedule fire EverySunday --endpoint http://127.0.0.1:8083`,
		Args: exactly("the name of a schedule"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := newFire(cmd, flags, args[0])
			if err != nil {
				return err
			}
			if endpoint != "" {
				return f.remote(cmd, endpoint)
			}
			return f.here(cmd)
		},
	}
	addRunFlags(cmd, &flags)
	cmd.Flags().Lookup("template").Usage = templateHelp
	cmd.Flags().Lookup("input").Usage = "input in place of the schedule's: a `file`, - for standard input, or JSON itself"
	cmd.Flags().StringVar(&endpoint, "endpoint", "", "`URL` of a server that starts the execution")
	return cmd
}

// fire is a schedule that is to fire now, and its machine.
type fire struct {
	flags    runFlags
	template *template.Template
	machine  template.Machine
	schedule template.Schedule
	input    string
}

func newFire(cmd *cobra.Command, flags runFlags, name string) (*fire, error) {
	t, file, err := openTemplate(flags.template, cmd.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	flags.template = file
	f := &fire{flags: flags, template: t}
	if f.machine, f.schedule, err = findSchedule(t, name); err != nil {
		return nil, err
	}
	if flags.input != "" {
		v, err := readInput(flags.input, cmd.InOrStdin())
		f.input = v.Text()
		return f, err
	}
	now := time.Now().Truncate(time.Second)
	f.input = scheduler.Schedule{Schedule: f.schedule, Machine: f.machine.ARN}.Event(now, 1)
	return f, nil
}

// findSchedule finds the one schedule of that ID or name.
func findSchedule(t *template.Template, name string) (template.Machine, template.Schedule, error) {
	type found struct {
		template.Machine
		template.Schedule
	}
	var named []found
	var names, ids []string
	for _, m := range t.Machines {
		for _, s := range m.Schedules {
			names, ids = append(names, s.Name), append(ids, s.ID)
			switch name {
			case s.ID:
				return m, s, nil
			case s.Name:
				named = append(named, found{m, s})
			}
		}
	}
	switch len(named) {
	case 1:
		return named[0].Machine, named[0].Schedule, nil
	case 0:
		if len(ids) == 0 {
			return template.Machine{}, template.Schedule{}, usage("the template has no schedules")
		}
		return template.Machine{}, template.Schedule{}, usage("there is no schedule %q: the schedules are %s", name, strings.Join(names, ", "))
	}
	return template.Machine{}, template.Schedule{}, usage("there are %d schedules %q: write one of %s", len(named), name, strings.Join(ids, ", "))
}

// here runs the machine in this process.
func (f *fire) here(cmd *cobra.Command) error {
	f.flags.input = f.input
	switch {
	case f.machine.Definition != nil:
		f.flags.inline = &inline{f.template, f.machine, f.machine.Definition}
		return run(cmd, f.flags, f.machine.Definition.Name)
	case strings.Contains(f.machine.DefinitionURI, "://"):
		return usage("the definition of %s lies at %s: canto reads files alone", f.machine.Name, f.machine.DefinitionURI)
	}
	return run(cmd, f.flags, filepath.Join(filepath.Dir(f.flags.template), filepath.FromSlash(f.machine.DefinitionURI)))
}

// ofRunning are the flags that say how a machine runs.
var ofRunning = []string{"define", "defines", "mock", "function", "out", "bucket", "trace", "real-time", "live", "seed", "timeout", "no-limits"}

// remote lets a server start the execution.
func (f *fire) remote(cmd *cobra.Command, endpoint string) error {
	for _, flag := range ofRunning {
		if cmd.Flags().Changed(flag) {
			return usage("--%s means nothing beside --endpoint: the server runs the machine", flag)
		}
	}
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" {
		return usage("--endpoint %s: write a URL, such as http://127.0.0.1:8083", endpoint)
	}
	arn, err := machineAt(cmd.Context(), endpoint, f.machine.Name)
	if err != nil {
		return err
	}
	var started struct {
		ARN string `json:"executionArn"`
	}
	if err := call(cmd.Context(), endpoint, "StartExecution", map[string]string{"stateMachineArn": arn, "input": f.input}, &started); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), started.ARN)
	return err
}

// machineAt is the ARN by which a server knows the machine.
func machineAt(ctx context.Context, endpoint, name string) (string, error) {
	request := map[string]string{}
	for {
		var page struct {
			Machines []struct {
				Name string `json:"name"`
				ARN  string `json:"stateMachineArn"`
			} `json:"stateMachines"`
			Next string `json:"nextToken"`
		}
		if err := call(ctx, endpoint, "ListStateMachines", request, &page); err != nil {
			return "", err
		}
		for _, m := range page.Machines {
			if m.Name == name {
				return m.ARN, nil
			}
		}
		if page.Next == "" {
			return "", fmt.Errorf("the server at %s has no state machine %s: start it with canto serve --template FILE", endpoint, name)
		}
		request["nextToken"] = page.Next
	}
}

// maxAnswer is how much of an answer is read.
const maxAnswer = 16 << 20

// call asks a server that answers the API of Step Functions.
func call(ctx context.Context, endpoint, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	client := http.Client{Timeout: 30 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("--endpoint %s: %w: is canto serve --template FILE up there?", endpoint, errors.Unwrap(err)) // it names the URL again
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: the server says %s: %s", operation, res.Status, strings.TrimSpace(string(text)))
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s: the server's answer is not of Step Functions: %w", operation, err)
	}
	return nil
}
