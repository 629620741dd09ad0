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
	lists    []string // that have to be objects of lists of texts, numbers or booleans
	others   []string
}

// invocation has all texts of Lambda's Invoke (its model), also the youngest: it would be
// worse to refuse what the service takes than to take what it refuses.
var invocation = []string{"FunctionName", "ClientContext", "InvocationType", "LogType", "Qualifier", "TenantId", "DurableExecutionName"}

// parameters are those of the integrations that are known here.
var parameters = map[string]*Parameters{
	"lambda:invoke":         {required: invocation[:1], texts: invocation, others: []string{"Payload"}},
	"aws-sdk:lambda:invoke": {required: invocation[:1], texts: append(slices.Clone(invocation), "Payload")},
	"states:startExecution": {
		required: []string{"StateMachineArn"}, texts: []string{"StateMachineArn", "Name", "TraceHeader"}, others: []string{"Input"},
	},
	"apigateway:invoke": {
		required: []string{"ApiEndpoint", "Method"}, texts: []string{"ApiEndpoint", "Method", "Stage", "Path", "AuthType"},
		lists: []string{"Headers", "QueryParameters"}, others: []string{"RequestBody", "AllowNullValues"},
	},
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
		switch why := p.judge(m); {
		case !p.takes(m.Name):
			unknown = append(unknown, fmt.Sprintf("The field %q is not supported by Step Functions", m.Name))
		case why != "":
			mistyped = append(mistyped, why)
		}
	}
	for _, faults := range [][]string{missing, unknown, mistyped} {
		if faults != nil {
			return strings.Join(faults, ", ")
		}
	}
	return ""
}

func (p *Parameters) takes(name string) bool {
	return slices.Contains(p.texts, name) || slices.Contains(p.lists, name) || slices.Contains(p.others, name)
}

// judge says what is wrong with the type of a member, if anything is.
func (p *Parameters) judge(m value.Member) string {
	switch {
	case m.Value.IsNull():
	case slices.Contains(p.texts, m.Name) && m.Value.Kind() != value.StringKind:
		return fmt.Sprintf("The value for the field '%s' must be a STRING", m.Name)
	case slices.Contains(p.lists, m.Name) && !isLists(m.Value):
		return fmt.Sprintf("The value of the field '%s' has an invalid format", m.Name)
	}
	return ""
}

// isLists says whether x is an object of lists of texts, or of what can be read as text.
func isLists(x value.Value) bool {
	for _, m := range x.Members() {
		if m.Value.Kind() != value.ArrayKind || slices.ContainsFunc(m.Value.Elements(), isNested) {
			return false
		}
	}
	return x.Kind() == value.ObjectKind
}

func isNested(x value.Value) bool { return x.Kind() >= value.ArrayKind }
