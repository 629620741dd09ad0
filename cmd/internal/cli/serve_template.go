package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"canto/asl/parse"
	"canto/asl/source"
	"canto/asl/template"
	"canto/asl/value"
	"canto/runtime"
	"canto/runtime/scheduler"
)

// deployment is what canto serve makes of a template: its machines, and the schedules
// that start them.
type deployment struct {
	service   *service
	template  *template.Template
	folder    string // of the template
	schedules []scheduler.Schedule
}

// deploy makes the machines of --template, or gives those that are there the
// template's definition, role and settings. Warnings go to w.
func (s *service) deploy(ctx context.Context, w io.Writer) error {
	if s.flags.template == "" {
		return nil
	}
	t, file, err := openTemplate(s.flags.template, w)
	if err != nil {
		return err
	}
	s.deployed = &deployment{service: s, template: t, folder: filepath.Dir(file)}
	for _, m := range t.Machines {
		if err := s.deployed.machine(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (d *deployment) machine(ctx context.Context, m template.Machine) error {
	parsed, text, err := d.load(m)
	if err != nil {
		return usage("the state machine %s: %w", m.Name, err)
	}
	made, err := d.create(ctx, m, runtime.StateMachine{Machine: parsed, Text: text, Type: m.Type, RoleARN: d.local(m.Role)})
	if err != nil {
		return fmt.Errorf("the state machine %s: %w", m.Name, err)
	}
	for _, s := range m.Schedules {
		if s.Expression != "" { // else only a deployed stack knows it
			d.schedules = append(d.schedules, scheduler.Schedule{Schedule: s, Machine: made.ARN})
		}
	}
	if err := d.tag(ctx, made.ARN, m); err != nil {
		return err
	}
	if made.Settings == "" && m.Logging.Level == "" && !m.Tracing {
		return nil
	}
	return d.configure(ctx, made.ARN, m)
}

// load reads and compiles the definition, with the template's substitutions. The
// text is JSON, as the service shows it.
func (d *deployment) load(m template.Machine) (*runtime.Machine, string, error) {
	src, err := d.definition(m)
	if err != nil {
		return nil, "", err
	}
	defines := map[string]string{}
	opts := []runtime.LoadOption{runtime.Name(m.Name)}
	for name, text := range m.Substitutions {
		defines[name] = d.local(text)
		opts = append(opts, runtime.Define(name, defines[name]))
	}
	if m.Type == runtime.Express {
		opts = append(opts, runtime.AsExpress())
	}
	parsed, err := runtime.Parse(src.Name, src.Text, opts...)
	if err != nil {
		return nil, "", err
	}
	parsed.Template = d.template // its functions answer by their names there
	src, _ = source.Substitute(src, defines)
	if tree, _ := parse.Tree(src); !strings.HasPrefix(strings.TrimSpace(src.Text), "{") {
		return parsed, template.JSON(tree), nil
	}
	return parsed, src.Text, nil
}

// definition is the definition as it stands in the template, or in the file that it names.
func (d *deployment) definition(m template.Machine) (*source.Source, error) {
	switch {
	case m.Definition != nil:
		return source.New(m.Definition.Name, d.local(m.Definition.Text)), nil
	case m.DefinitionURI == "":
		return nil, errors.New("only a deployed stack knows where its definition lies")
	case strings.Contains(m.DefinitionURI, "://"):
		return nil, fmt.Errorf("its definition lies at %s: canto reads files alone", m.DefinitionURI)
	}
	path := filepath.Join(d.folder, filepath.FromSlash(m.DefinitionURI))
	text, err := os.ReadFile(path)
	return source.New(path, string(text)), err
}

// local puts the account and the region of this server in the place of those in the
// ARNs that a template makes up.
func (d *deployment) local(text string) string {
	return strings.ReplaceAll(text, ":"+runtime.Region+":"+runtime.Account+":", ":"+d.service.flags.region+":"+d.service.flags.account+":")
}

// create makes the machine, or updates the one of that name.
func (d *deployment) create(ctx context.Context, m template.Machine, made runtime.StateMachine) (*runtime.StateMachine, error) {
	arn, engine := d.local(m.ARN), d.service.engine
	old, err := engine.StateMachine(arn)
	switch {
	case errors.Is(err, runtime.ErrStateMachineDoesNotExist):
		return engine.CreateStateMachine(ctx, made)
	case err != nil:
		return nil, err
	case old.Type != m.Type:
		return nil, fmt.Errorf("it is kept as %s, and the template makes it %s: delete it first, or keep what comes in another file", old.Type, m.Type)
	}
	return engine.UpdateStateMachine(ctx, arn, runtime.Update{Machine: made.Machine, Text: made.Text, RoleARN: &made.RoleARN})
}

// configure gives the machine the template's logging and tracing.
func (d *deployment) configure(ctx context.Context, arn string, m template.Machine) error {
	level := m.Logging.Level
	if level == "" {
		level = "OFF"
	}
	type destination = map[string]map[string]string
	destinations := []destination{}
	for _, group := range m.Logging.Groups {
		destinations = append(destinations, destination{"cloudWatchLogsLogGroup": {"logGroupArn": d.local(group)}})
	}
	return d.ask(ctx, m, "UpdateStateMachine", map[string]any{
		"stateMachineArn":      arn,
		"loggingConfiguration": map[string]any{"level": level, "includeExecutionData": m.Logging.IncludeData, "destinations": destinations},
		"tracingConfiguration": map[string]any{"enabled": m.Tracing},
	})
}

// tag gives the machine the template's tags. Those that it has beside them stay, since
// the template does not say whose they are.
func (d *deployment) tag(ctx context.Context, arn string, m template.Machine) error {
	if len(m.Tags) == 0 {
		return nil
	}
	var tags []map[string]string
	for _, t := range m.Tags {
		tags = append(tags, map[string]string{"key": t.Key, "value": d.local(t.Value)})
	}
	return d.ask(ctx, m, "TagResource", map[string]any{"resourceArn": arn, "tags": tags})
}

// ask asks the API to do something with a machine.
func (d *deployment) ask(ctx context.Context, m template.Machine, operation string, request map[string]any) error {
	in, err := value.From(request)
	if err != nil {
		return err
	}
	if _, err := d.service.api.Do(ctx, operation, in); err != nil {
		return fmt.Errorf("the state machine %s: %w", m.Name, err)
	}
	return nil
}

// announce says which machines there are, and what fires next.
func (d *deployment) announce(w io.Writer) {
	if d == nil {
		return
	}
	if len(d.template.Machines) == 0 {
		fmt.Fprintf(w, "%s has no state machines\n", d.service.flags.template)
	}
	for _, m := range d.template.Machines {
		fmt.Fprintf(w, "%s is %s\n", m.Name, d.local(m.ARN))
		for _, s := range m.Schedules {
			u, err := foresee(m, s, time.Now(), 1)
			if err == nil {
				fmt.Fprintf(w, "  %s, %s: %s\n", s.Name, s.Expression, u.lines()[0])
			}
		}
	}
}

// run starts executions by the schedules until ctx ends.
func (d *deployment) run(ctx context.Context, log *slog.Logger) error {
	s := &scheduler.Scheduler{Engine: d.service.engine, Documents: d.service.engine.Store(), Log: log}
	if err := s.Run(ctx, d.schedules); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
