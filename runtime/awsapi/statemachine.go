package awsapi

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"canto/asl/source"
	"canto/asl/value"
	"canto/runtime"
)

func (a *API) createStateMachine(ctx context.Context, in *CreateStateMachineInput) (*CreateStateMachineOutput, error) {
	opts := []runtime.CreateOption{runtime.Tags(tagsOf(in.Tags)...)}
	switch publish := or(in.Publish, false); {
	case publish:
		opts = append(opts, runtime.Publish(text(in.VersionDescription)))
	case in.VersionDescription != nil:
		return nil, undescribable()
	}
	m := runtime.StateMachine{RoleARN: text(in.RoleARN), Type: or(in.Type, runtime.Standard), Text: text(in.Definition)}
	var err error
	if m.Machine, err = parse(text(in.Name), m.Text, m.Express()); err != nil {
		return nil, err
	}
	s := settings{in.LoggingConfiguration, in.TracingConfiguration, in.EncryptionConfiguration}.completed()
	if err := s.check(); err != nil {
		return nil, err
	}
	m.Settings = s.text()
	made, err := a.engine.CreateStateMachine(ctx, m, opts...)
	if err != nil {
		return nil, err
	}
	return &CreateStateMachineOutput{StateMachineARN: made.ARN, CreationDate: at(made.Created), StateMachineVersionARN: made.VersionARN}, nil
}

func undescribable() error {
	return invalid("", "Version description can only be set when publish is true")
}

// parse compiles a definition as the service takes it.
func parse(name, definition string, express bool) (*runtime.Machine, error) {
	if faults := unreadable(definition); faults != nil {
		return nil, invalidDefinition(faults)
	}
	opts := []runtime.LoadOption{runtime.Name(name), runtime.Verbatim()}
	if express {
		opts = append(opts, runtime.AsExpress())
	}
	m, err := runtime.Parse("definition", definition, opts...)
	var faults source.Diagnostics
	if errors.As(err, &faults) {
		return nil, invalidDefinition(faults)
	}
	return m, err
}

// unreadable is what is wrong with a definition that is no JSON, in the words of the
// service's own reader, which stops at the first mistake. It is nil of any other, and
// of a blank one.
func unreadable(definition string) source.Diagnostics {
	_, err := value.Parse(definition)
	var mistake *value.SyntaxError
	if !errors.As(err, &mistake) || strings.TrimSpace(definition) == "" {
		return nil
	}
	at := mistake.Place(value.Excerpt(definition))
	return source.Diagnostics{{Severity: source.Error, Code: "INVALID_JSON_DESCRIPTION", Location: at, Message: mistake.Message + "\n at " + at}}
}

func (a *API) updateStateMachine(ctx context.Context, in *UpdateStateMachineInput) (*UpdateStateMachineOutput, error) {
	old, err := a.engine.StateMachine(text(in.StateMachineARN))
	switch {
	case err != nil:
		return nil, err
	case old.VersionARN != "":
		return nil, fault("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", old.VersionARN)
	}
	u, err := update(old, in)
	if err != nil {
		return nil, err
	}
	m, err := a.engine.UpdateStateMachine(ctx, old.ARN, u)
	if err != nil {
		return nil, err
	}
	return &UpdateStateMachineOutput{UpdateDate: at(m.Updated), RevisionID: m.Revision, StateMachineVersionARN: m.VersionARN}, nil
}

// update is what a request changes of a machine.
func update(old *runtime.StateMachine, in *UpdateStateMachineInput) (runtime.Update, error) {
	u := runtime.Update{RoleARN: in.RoleARN, Text: text(in.Definition), Publish: or(in.Publish, false), Description: text(in.VersionDescription)}
	configured := in.LoggingConfiguration != nil || in.TracingConfiguration != nil || in.EncryptionConfiguration != nil
	switch {
	case in.Definition == nil && in.RoleARN == nil && !configured:
		return u, fault("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
	case !u.Publish && in.VersionDescription != nil:
		return u, undescribable()
	}
	var err error
	if in.Definition != nil {
		if u.Machine, err = parse(old.Machine.Name, u.Text, old.Express()); err != nil {
			return u, err
		}
	}
	if !configured {
		return u, nil
	}
	s := settingsOf(old).with(in)
	u.Settings = some(s.text())
	return u, s.check()
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

func (a *API) deleteStateMachine(ctx context.Context, in *DeleteStateMachineInput) (*empty, error) {
	return &empty{}, a.engine.DeleteStateMachine(ctx, text(in.StateMachineARN))
}

func (a *API) describeStateMachine(_ context.Context, in *DescribeStateMachineInput) (*DescribeStateMachineOutput, error) {
	m, err := a.engine.StateMachine(text(in.StateMachineARN))
	if err != nil {
		return nil, err
	}
	kept, arn, status := settingsOf(m), m.ARN, "ACTIVE"
	if m.VersionARN != "" {
		arn = m.VersionARN
	}
	if m.Deleting {
		status = "DELETING"
	}
	return &DescribeStateMachineOutput{
		StateMachineARN: arn, Name: m.Machine.Name, Status: status, RevisionID: m.Revision, Description: m.Description, RoleARN: m.RoleARN, Type: m.Type, CreationDate: at(m.Created),
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
			StateMachineARN: m.ARN, Name: m.Name(), Type: m.Type, CreationDate: at(m.Created),
		})
	}
	return out, nil
}

func (a *API) validateStateMachineDefinition(_ context.Context, in *ValidateStateMachineDefinitionInput) (*ValidateStateMachineDefinitionOutput, error) {
	faults := unreadable(text(in.Definition))
	if faults == nil {
		faults = runtime.Judge(text(in.Definition), text(in.Type) == runtime.Express)
	}
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
