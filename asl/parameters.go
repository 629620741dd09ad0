package asl

import (
	"fmt"
	"slices"
	"strings"

	"canto/asl/value"
)

// Parameters are what an integration takes: the names of their members.
type Parameters struct {
	required []string
	texts    []string // that have to be strings, if they are there
	others   []string
}

var invocation = []string{"FunctionName", "ClientContext", "InvocationType", "LogType", "Qualifier"}

// parameters are those of the integrations that are known here.
var parameters = map[string]*Parameters{
	"lambda:invoke":         {invocation[:1], invocation, []string{"Payload"}},
	"aws-sdk:lambda:invoke": {invocation[:1], append(slices.Clone(invocation), "Payload"), nil},
	"states:startExecution": {[]string{"StateMachineArn"}, []string{"StateMachineArn", "Name", "TraceHeader"}, []string{"Input"}},
}

// Parameters are what the integration takes, or nil where that is not known.
func (r Resource) Parameters() *Parameters {
	action, _, _ := strings.Cut(r.Action, ".")
	return parameters[r.Service+":"+action]
}

// Refuse says why no task can be started with given, in the service's words; it is empty
// where one can. What is missing is told before what is unknown, and that before what is
// of a wrong type.
func (p *Parameters) Refuse(given value.Value) string {
	if p == nil {
		return ""
	}
	var missing, unknown, mistyped []string
	for _, name := range p.required {
		if x, _ := given.Field(name); x.IsNull() {
			missing = append(missing, fmt.Sprintf("The field '%s' is required but was missing", name))
		}
	}
	for _, m := range given.Members() {
		switch isText := slices.Contains(p.texts, m.Name); {
		case !isText && !slices.Contains(p.others, m.Name):
			unknown = append(unknown, fmt.Sprintf("The field %q is not supported by Step Functions", m.Name))
		case isText && m.Value.Kind() != value.StringKind && !m.Value.IsNull():
			mistyped = append(mistyped, fmt.Sprintf("The value for the field '%s' must be a STRING", m.Name))
		}
	}
	for _, faults := range [][]string{missing, unknown, mistyped} {
		if faults != nil {
			return strings.Join(faults, ", ")
		}
	}
	return ""
}
