package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // the zones of schedules, where the machine has no database

	"canto/asl/source"
	"canto/asl/template"

	"github.com/spf13/cobra"
)

// scheduleFlags are the flags of canto schedule.
type scheduleFlags struct {
	template, after string
	count           int
	json            bool
}

func newScheduleCommand() *cobra.Command {
	var flags scheduleFlags
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "List what a template's schedules fire next",
		Long: `Schedule lists the schedules of a SAM or CloudFormation template that start state
machines, and when they fire next: events of the types ScheduleV2 and Schedule, and
resources of the type AWS::Scheduler::Schedule. canto serve --template starts their
executions.

A cron or at expression means the clock on the wall of its time zone: a time that spring
leaves out does not fire, and one that autumn has twice fires the first time. A rate counts
from its StartDate, or from the moment at which canto serve sees it first; here, from now.
In a flexible window a firing comes at a second of its own, always the same one.`,
		Example: `  canto schedule
  canto schedule --template definitions/template.yaml -n 10
  canto schedule --json | jq -r '.[].next[0]'
  canto schedule fire EverySunday`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("canto schedule has no command %q: it lists, and canto schedule fire NAME fires", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return listSchedules(cmd, flags) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.template, "template", "", templateHelp)
	f.StringVar(&flags.after, "after", "", "list what fires after this `time`, such as 2030-12-31T18:30:00Z (default now)")
	f.IntVarP(&flags.count, "count", "n", 3, "how many firings of each")
	f.BoolVar(&flags.json, "json", false, "as JSON")
	cmd.AddCommand(newFireCommand())
	return cmd
}

const templateHelp = "SAM or CloudFormation template (default: template.yaml, .yml or .json here)"

// upcoming is a schedule in the list.
type upcoming struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Type       string      `json:"type"`
	Machine    string      `json:"machine"`
	Expression string      `json:"expression"`
	TimeZone   string      `json:"timeZone"`
	Enabled    bool        `json:"enabled"`
	Window     int         `json:"windowMinutes"`
	Input      string      `json:"input,omitempty"`
	Next       []time.Time `json:"next"`
}

func listSchedules(cmd *cobra.Command, flags scheduleFlags) error {
	after := time.Now().Truncate(time.Second)
	if flags.after != "" {
		t, err := time.Parse(time.RFC3339, flags.after)
		if err != nil {
			return usage("--after %s: write a time as 2030-12-31T18:30:00Z", flags.after)
		}
		after = t
	}
	if flags.count < 1 {
		return usage("-n %d: list one firing or more", flags.count)
	}
	t, _, err := openTemplate(flags.template, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	list := []upcoming{}
	for _, m := range t.Machines {
		for _, s := range m.Schedules {
			u, err := foresee(m, s, after, flags.count)
			if err != nil {
				return err
			}
			list = append(list, u)
		}
	}
	if flags.json {
		out := json.NewEncoder(cmd.OutOrStdout())
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(list)
	}
	return writeSchedules(cmd.OutOrStdout(), list)
}

// foresee is a schedule with its next firings.
func foresee(m template.Machine, s template.Schedule, after time.Time, count int) (upcoming, error) {
	u := upcoming{
		ID: s.ID, Name: s.Name, Type: s.Type, Machine: m.Name, Expression: s.Expression, TimeZone: s.TimeZone,
		Enabled: s.Enabled, Window: s.WindowMinutes, Input: s.Input, Next: []time.Time{},
	}
	if s.Expression == "" {
		return u, nil // only a deployed stack knows
	}
	timing, err := s.Timing()
	if err != nil {
		return u, usage("the schedule %s: %w", s.Name, err)
	}
	for at, found := timing.Next(after); found && u.Enabled && len(u.Next) < count; at, found = timing.Next(at) {
		u.Next = append(u.Next, at)
	}
	return u, nil
}

func writeSchedules(w io.Writer, list []upcoming) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "the template has no schedules")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tMACHINE\tEXPRESSION\tTIME ZONE\tNEXT")
	for _, u := range list {
		begin := strings.Join([]string{u.Name, u.Machine, u.Expression, u.TimeZone}, "\t")
		for _, line := range u.lines() {
			fmt.Fprintf(table, "%s\t%s\n", begin, line)
			begin = "\t\t\t"
		}
	}
	return table.Flush()
}

// lines are the next firings, or why there are none.
func (u upcoming) lines() []string {
	switch {
	case !u.Enabled:
		return []string{"disabled"}
	case u.Expression == "":
		return []string{"only a deployed stack knows"}
	case len(u.Next) == 0:
		return []string{"never"}
	}
	var lines []string
	for _, at := range u.Next {
		line := at.Format("Mon 2006-01-02 15:04:05 -07:00")
		if u.Window > 0 {
			line += fmt.Sprintf(", within %d minutes", u.Window)
		}
		lines = append(lines, line)
	}
	return lines
}

// openTemplate reads a template, by default the one in the current folder, and says
// where it lies. Warnings go to w.
func openTemplate(file string, w io.Writer) (*template.Template, string, error) {
	if file == "" {
		for _, name := range []string{"template.yaml", "template.yml", "template.json"} {
			if _, err := os.Stat(name); err == nil {
				file = name
				break
			}
		}
		if file == "" {
			return nil, "", usage("there is no template.yaml, template.yml or template.json here: name one with --template FILE")
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, "", usage("--template: %w", err)
	}
	t, faults := template.Parse(source.New(file, string(text)))
	if faults.HasErrors() {
		return nil, "", &exitError{exitUsage, faults}
	}
	warn(w, faults)
	return t, file, nil
}
