package awsapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"
)

// The SDK is generated from the same model by others: what it knows, model.go knows.

// requests and answers are the structures of the operations, by their names.
var (
	requests = map[string]any{
		"CreateActivity": CreateActivityInput{}, "CreateStateMachine": CreateStateMachineInput{}, "CreateStateMachineAlias": CreateStateMachineAliasInput{},
		"DeleteActivity": DeleteActivityInput{}, "DeleteStateMachine": DeleteStateMachineInput{}, "DeleteStateMachineAlias": DeleteStateMachineAliasInput{},
		"DeleteStateMachineVersion": DeleteStateMachineVersionInput{}, "DescribeActivity": DescribeActivityInput{},
		"DescribeExecution": DescribeExecutionInput{}, "DescribeMapRun": DescribeMapRunInput{}, "DescribeStateMachine": DescribeStateMachineInput{},
		"DescribeStateMachineAlias": DescribeStateMachineAliasInput{}, "DescribeStateMachineForExecution": DescribeStateMachineForExecutionInput{},
		"GetActivityTask": GetActivityTaskInput{}, "GetExecutionHistory": GetExecutionHistoryInput{}, "ListActivities": ListActivitiesInput{},
		"ListExecutions": ListExecutionsInput{}, "ListMapRuns": ListMapRunsInput{}, "ListStateMachineAliases": ListStateMachineAliasesInput{},
		"ListStateMachineVersions": ListStateMachineVersionsInput{}, "ListStateMachines": ListStateMachinesInput{},
		"ListTagsForResource": ListTagsForResourceInput{}, "PublishStateMachineVersion": PublishStateMachineVersionInput{},
		"RedriveExecution": RedriveExecutionInput{}, "SendTaskFailure": SendTaskFailureInput{}, "SendTaskHeartbeat": SendTaskHeartbeatInput{},
		"SendTaskSuccess": SendTaskSuccessInput{}, "StartExecution": StartExecutionInput{}, "StartSyncExecution": StartSyncExecutionInput{},
		"StopExecution": StopExecutionInput{}, "TagResource": TagResourceInput{}, "TestState": TestStateInput{}, "UntagResource": UntagResourceInput{},
		"UpdateMapRun": UpdateMapRunInput{}, "UpdateStateMachine": UpdateStateMachineInput{}, "UpdateStateMachineAlias": UpdateStateMachineAliasInput{},
		"ValidateStateMachineDefinition": ValidateStateMachineDefinitionInput{},
	}
	answers = map[string]any{
		"CreateActivity": CreateActivityOutput{}, "CreateStateMachine": CreateStateMachineOutput{},
		"CreateStateMachineAlias": CreateStateMachineAliasOutput{}, "DeleteActivity": DeleteActivityOutput{},
		"DeleteStateMachine": DeleteStateMachineOutput{}, "DeleteStateMachineAlias": DeleteStateMachineAliasOutput{},
		"DeleteStateMachineVersion": DeleteStateMachineVersionOutput{}, "DescribeActivity": DescribeActivityOutput{},
		"DescribeExecution": DescribeExecutionOutput{}, "DescribeMapRun": DescribeMapRunOutput{}, "DescribeStateMachine": DescribeStateMachineOutput{},
		"DescribeStateMachineAlias": DescribeStateMachineAliasOutput{}, "DescribeStateMachineForExecution": DescribeStateMachineForExecutionOutput{},
		"GetActivityTask": GetActivityTaskOutput{}, "GetExecutionHistory": GetExecutionHistoryOutput{}, "ListActivities": ListActivitiesOutput{},
		"ListExecutions": ListExecutionsOutput{}, "ListMapRuns": ListMapRunsOutput{}, "ListStateMachineAliases": ListStateMachineAliasesOutput{},
		"ListStateMachineVersions": ListStateMachineVersionsOutput{}, "ListStateMachines": ListStateMachinesOutput{},
		"ListTagsForResource": ListTagsForResourceOutput{}, "PublishStateMachineVersion": PublishStateMachineVersionOutput{},
		"RedriveExecution": RedriveExecutionOutput{}, "SendTaskFailure": SendTaskFailureOutput{}, "SendTaskHeartbeat": SendTaskHeartbeatOutput{},
		"SendTaskSuccess": SendTaskSuccessOutput{}, "StartExecution": StartExecutionOutput{}, "StartSyncExecution": StartSyncExecutionOutput{},
		"StopExecution": StopExecutionOutput{}, "TagResource": TagResourceOutput{}, "TestState": TestStateOutput{}, "UntagResource": UntagResourceOutput{},
		"UpdateMapRun": UpdateMapRunOutput{}, "UpdateStateMachine": UpdateStateMachineOutput{}, "UpdateStateMachineAlias": UpdateStateMachineAliasOutput{},
		"ValidateStateMachineDefinition": ValidateStateMachineDefinitionOutput{},
	}
)

// sdkOperations are the operations of the SDK's client.
func sdkOperations() map[string]reflect.Type {
	out := map[string]reflect.Type{}
	client := reflect.TypeFor[*sfn.Client]()
	for i := range client.NumMethod() {
		if m := client.Method(i); m.Type.NumIn() == 4 && m.Type.In(1) == reflect.TypeFor[context.Context]() {
			out[m.Name] = m.Type
		}
	}
	return out
}

func TestOperationsAreThoseOfTheSDK(t *testing.T) {
	theirs := sdkOperations()
	if len(theirs) != 37 || len(inputs) != 37 || len(requests) != 37 || len(answers) != 37 {
		t.Errorf("the SDK has %d operations, the model %d with %d requests and %d answers", len(theirs), len(inputs), len(requests), len(answers))
	}
	for name := range inputs {
		if theirs[name] == nil {
			t.Errorf("the SDK has no %s", name)
		}
	}
}

func TestAnswersAreThoseOfTheSDK(t *testing.T) {
	for name, method := range sdkOperations() {
		compareStructs(t, name, reflect.TypeOf(answers[name]), method.Out(0).Elem())
	}
}

// compareStructs compares a structure of ours with the SDK's: every member, and its kind.
func compareStructs(t *testing.T, at string, ours, theirs reflect.Type) {
	t.Helper()
	known := map[string]bool{}
	for i := range ours.NumField() {
		f := ours.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		other, found := theirs.FieldByName(strings.ToUpper(name[:1]) + name[1:])
		if !found {
			t.Errorf("%s: the SDK has no %s", at, name)
			continue
		}
		known[other.Name] = true
		compareTypes(t, at+"."+name, f.Type, other.Type)
	}
	for i := range theirs.NumField() {
		if f := theirs.Field(i); f.IsExported() && f.Name != "ResultMetadata" && !known[f.Name] {
			t.Errorf("%s: the model has no %s", at, f.Name)
		}
	}
}

func compareTypes(t *testing.T, at string, ours, theirs reflect.Type) {
	t.Helper()
	ours, theirs = pointed(ours), pointed(theirs)
	switch {
	case ours == reflect.TypeFor[json.RawMessage]() && theirs.Name() == "HistoryEvent": // package history writes these
	case ours == reflect.TypeFor[Time]() && theirs == reflect.TypeFor[time.Time]():
	case ours.Kind() == reflect.Slice && theirs.Kind() == reflect.Slice:
		compareTypes(t, at+"[]", ours.Elem(), theirs.Elem())
	case ours.Kind() == reflect.Map && theirs.Kind() == reflect.Map:
		compareTypes(t, at+"{}", ours.Elem(), theirs.Elem())
	case ours.Kind() == reflect.Struct && theirs.Kind() == reflect.Struct:
		compareStructs(t, at, ours, theirs)
	case plainKind(ours) != plainKind(theirs):
		t.Errorf("%s is a %s, in the SDK a %s", at, ours, theirs)
	}
}

func pointed(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func plainKind(t reflect.Type) string {
	switch k := t.Kind(); k {
	case reflect.Int32, reflect.Int64:
		return "integer"
	case reflect.Float32, reflect.Float64:
		return "float"
	default:
		return k.String()
	}
}

// TestRequestsAreThoseOfTheSDK compares the shapes by which all requests are
// checked, and the structures that they are read into.
func TestRequestsAreThoseOfTheSDK(t *testing.T) {
	for name, method := range sdkOperations() {
		compareShape(t, name, shapes[inputs[name]], method.In(2))
		compareStructs(t, name, reflect.TypeOf(requests[name]), method.In(2).Elem())
	}
}

func compareShape(t *testing.T, at string, s shape, theirs reflect.Type) {
	t.Helper()
	theirs = pointed(theirs)
	kinds := map[string]string{"structure": "struct", "list": "slice", "string": "string", "integer": "integer", "long": "integer", "float": "float", "boolean": "bool"}
	if plainKind(theirs) != kinds[s.kind] {
		t.Errorf("%s is a %s, in the SDK a %s", at, s.kind, theirs)
		return
	}
	switch s.kind {
	case "structure":
		compareMembers(t, at, s, theirs)
	case "list":
		compareShape(t, at+"[]", shapes[s.element], theirs.Elem())
	case "string":
		compareEnums(t, at, s, theirs)
	}
}

func compareMembers(t *testing.T, at string, s shape, theirs reflect.Type) {
	t.Helper()
	known := map[string]bool{}
	for _, m := range s.members {
		name := strings.ToUpper(m.name[:1]) + m.name[1:]
		known[name] = true
		if f, found := theirs.FieldByName(name); found {
			compareShape(t, at+"."+m.name, shapes[m.shape], f.Type)
		} else {
			t.Errorf("%s: the SDK has no %s", at, m.name)
		}
	}
	for i := range theirs.NumField() {
		if f := theirs.Field(i); f.IsExported() && !known[f.Name] {
			t.Errorf("%s: the model has no %s", at, f.Name)
		}
	}
}

func compareEnums(t *testing.T, at string, s shape, theirs reflect.Type) {
	t.Helper()
	var want []string
	if values := reflect.Zero(theirs).MethodByName("Values"); values.IsValid() {
		all := values.Call(nil)[0]
		for i := range all.Len() {
			want = append(want, all.Index(i).String())
		}
	}
	got := slices.Clone(s.enum)
	sort.Strings(got)
	sort.Strings(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s may be %v, in the SDK %v", at, got, want)
	}
}

// TestRequiredMembersAreThoseOfTheSDK asks the SDK's client what it misses in a
// request of which everything is there but empty.
func TestRequiredMembersAreThoseOfTheSDK(t *testing.T) {
	client := sfn.New(sfn.Options{Region: "eu-north-1", HTTPClient: nobody{}, RetryMaxAttempts: 1})
	for name, method := range sdkOperations() {
		in := reflect.New(method.In(2).Elem())
		hollow(in.Elem())
		var want []string
		required(shapes[inputs[name]], method.In(2).Elem(), "", &want)
		got := missed(t, name, reflect.ValueOf(client).MethodByName(name).Call([]reflect.Value{reflect.ValueOf(t.Context()), in}))
		sort.Strings(want)
		sort.Strings(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s requires %v, in the SDK %v", name, want, got)
		}
	}
}

// nobody answers no request.
type nobody struct{}

func (nobody) Do(*http.Request) (*http.Response, error) { return nil, errors.New("nobody is there") }

// hollow makes the structures and lists in v, and leaves out what is plain.
func hollow(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case !f.CanSet():
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.New(f.Type().Elem()))
			hollow(f.Elem())
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			hollow(f.Index(0))
		}
	}
}

// required are the members that the model requires of a hollow structure, as the
// SDK names them. What it holds in a plain number cannot be missed there.
func required(s shape, theirs reflect.Type, at string, into *[]string) {
	for _, m := range s.members {
		name := strings.ToUpper(m.name[:1]) + m.name[1:]
		f, _ := theirs.FieldByName(name)
		member := shapes[m.shape]
		switch inner := pointed(f.Type); {
		case inner.Kind() == reflect.Struct:
			required(member, inner, at+name+".", into)
		case inner.Kind() == reflect.Slice && inner.Elem().Kind() == reflect.Struct:
			required(shapes[member.element], inner.Elem(), at+name+"[0].", into)
		case m.required && f.Type.Kind() != reflect.Int32:
			*into = append(*into, at+name)
		}
	}
}

// brackets joins an index to the name before it.
var brackets = regexp.MustCompile(`\.\[`)

func missed(t *testing.T, operation string, results []reflect.Value) []string {
	t.Helper()
	err, _ := results[1].Interface().(error)
	var faults smithy.InvalidParamsError
	if !errors.As(err, &faults) {
		if err == nil || !strings.Contains(err.Error(), "nobody is there") {
			t.Logf("%s: %v", operation, err)
		}
		return nil
	}
	var out []string
	for _, f := range faults.Errs() {
		_, path, _ := strings.Cut(f.(smithy.InvalidParamError).Field(), ".") //nolint:errorlint // that is what they are
		out = append(out, brackets.ReplaceAllString(path, "["))
	}
	return out
}
