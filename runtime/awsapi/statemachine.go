package awsapi

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"canto/asl/source"
	"canto/runtime"
)

// settings are what the API keeps of a machine beside what the engine uses.
type settings struct {
	Logging    *LoggingConfiguration
	Tracing    *TracingConfiguration
	Encryption *EncryptionConfiguration
}

func ownedKey() *EncryptionConfiguration {
	return &EncryptionConfiguration{Type: some("AWS_OWNED_KEY")}
}

// completed fills in the service's defaults.
func (s settings) completed() settings {
	logging := or(s.Logging, LoggingConfiguration{})
	logging.Level = some(or(logging.Level, noLogging))
	logging.IncludeExecutionData = some(or(logging.IncludeExecutionData, false))
	s.Logging = &logging
	if s.Tracing == nil {
		s.Tracing = &TracingConfiguration{Enabled: some(false)}
	}
	if s.Encryption == nil {
		s.Encryption = ownedKey()
	}
	return s
}

const noLogging = "OFF"

// check refuses a logging configuration that logs to nowhere, or to several places.
func (s settings) check() error {
	n := len(s.Logging.Destinations)
	if *s.Logging.Level != noLogging && n != 1 || n > 1 {
		return fault("InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination.")
	}
	return nil
}

func (a *API) createStateMachine(_ context.Context, in *CreateStateMachineInput) (*CreateStateMachineOutput, error) {
	m, err := newMachine(in)
	if err != nil {
		return nil, err
	}
	s := settings{in.LoggingConfiguration, in.TracingConfiguration, in.EncryptionConfiguration}.completed()
	if err := s.check(); err != nil {
		return nil, err
	}
	m.Settings = s
	made, err := a.engine.CreateStateMachine(m)
	if err != nil {
		return nil, err
	}
	return &CreateStateMachineOutput{StateMachineARN: made.ARN, CreationDate: at(made.Created)}, nil
}

func newMachine(in *CreateStateMachineInput) (runtime.StateMachine, error) {
	m := runtime.StateMachine{RoleARN: text(in.RoleARN), Type: or(in.Type, runtime.Standard), Text: text(in.Definition)}
	if or(in.Publish, false) {
		return m, invalid("", "canto does not publish versions yet: leave publish out")
	}
	if in.VersionDescription != nil {
		return m, invalid("", "Version description can only be set when publish is true")
	}
	opts := []runtime.LoadOption{runtime.Name(text(in.Name)), runtime.Verbatim()}
	if m.Express() {
		opts = append(opts, runtime.AsExpress())
	}
	parsed, err := runtime.Parse("definition", m.Text, opts...)
	var faults source.Diagnostics
	if errors.As(err, &faults) {
		return m, invalidDefinition(faults)
	}
	m.Machine = parsed
	return m, err
}

// invalidDefinition tells all errors in one sentence.
func invalidDefinition(faults source.Diagnostics) error {
	var texts []string
	for _, d := range faults {
		if d.Severity == source.Error {
			location := d.Location
			if location == "" {
				location = "null"
			}
			texts = append(texts, fmt.Sprintf("%s: %s at %s", d.Code, d.Message, location))
		}
	}
	return fault("InvalidDefinition", "Invalid State Machine Definition: '%s'", strings.Join(texts, ", "))
}

func (a *API) deleteStateMachine(_ context.Context, in *DeleteStateMachineInput) (*empty, error) {
	a.engine.DeleteStateMachine(text(in.StateMachineARN))
	return &empty{}, nil
}

func (a *API) describeStateMachine(_ context.Context, in *DescribeStateMachineInput) (*DescribeStateMachineOutput, error) {
	m, err := a.engine.StateMachine(text(in.StateMachineARN))
	if err != nil {
		return nil, err
	}
	kept, _ := m.Settings.(settings)
	kept = kept.completed()
	return &DescribeStateMachineOutput{
		StateMachineARN: m.ARN, Name: m.Machine.Name, Status: "ACTIVE", RoleARN: m.RoleARN, Type: m.Type, CreationDate: at(m.Created),
		Definition: definition(m, in.IncludedData), VariableReferences: variableReferences(m.Machine.AST),
		LoggingConfiguration: kept.Logging, TracingConfiguration: kept.Tracing, EncryptionConfiguration: kept.Encryption,
	}, nil
}

// definition is the text of a machine, if the request wants data at all.
func definition(m *runtime.StateMachine, included *string) string {
	if text(included) == metadataOnly {
		return "{}"
	}
	return m.Text
}

const metadataOnly = "METADATA_ONLY"

func (a *API) listStateMachines(_ context.Context, in *ListStateMachinesInput) (*ListStateMachinesOutput, error) {
	all, next, err := page(paging{"stateMachines", in.MaxResults, in.NextToken}, a.engine.StateMachines(),
		func(m *runtime.StateMachine) string { return m.ARN })
	if err != nil {
		return nil, err
	}
	out := &ListStateMachinesOutput{StateMachines: []StateMachineListItem{}, NextToken: next}
	for _, m := range all {
		out.StateMachines = append(out.StateMachines, StateMachineListItem{
			StateMachineARN: m.ARN, Name: m.Machine.Name, Type: m.Type, CreationDate: at(m.Created),
		})
	}
	return out, nil
}

func (a *API) validateStateMachineDefinition(_ context.Context, in *ValidateStateMachineDefinitionInput) (*ValidateStateMachineDefinitionOutput, error) {
	faults := runtime.Judge(text(in.Definition), text(in.Type) == runtime.Express)
	out := &ValidateStateMachineDefinitionOutput{Result: "OK", Truncated: some(false), Diagnostics: []ValidateStateMachineDefinitionDiagnostic{}}
	if faults.HasErrors() {
		out.Result = "FAIL"
	}
	n := int(or(in.MaxResults, 0))
	if n == 0 {
		n = defaultPage
	}
	for _, d := range faults {
		if d.Severity == source.Warning && text(in.Severity) != "WARNING" {
			continue
		}
		if len(out.Diagnostics) == n {
			out.Truncated = some(true)
			break
		}
		out.Diagnostics = append(out.Diagnostics, ValidateStateMachineDefinitionDiagnostic{
			Severity: strings.ToUpper(d.Severity.String()), Code: d.Code, Message: d.Message, Location: d.Location,
		})
	}
	return out, nil
}
