package parse

import (
	"testing"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// parsed reads a definition that has no mistakes.
func parsed(t *testing.T, name, text string) *asl.Machine {
	t.Helper()
	m, diags := Parse(source.New(name, text))
	if len(diags) > 0 {
		t.Fatal(diags.Text(nil))
	}
	return m
}

// alike compares trees without their places.
var alike = cmp.Options{
	cmpopts.IgnoreTypes(&source.Node{}, source.Span{}),
	cmpopts.IgnoreUnexported(asl.Machine{}),
	cmp.Comparer(func(a, b value.Value) bool { return a.Text() == b.Text() }),
}

func template1(text string) *asl.Template { return &asl.Template{Value: value.Raw(text)} }

func scalar1(text string) *asl.Scalar { return &asl.Scalar{Value: value.Raw(text)} }

func TestMachineHasItsFields(t *testing.T) {
	m := parsed(t, "m.json", `{
		"Comment": "c", "Version": "1.0", "StartAt": "A", "QueryLanguage": "JSONata", "TimeoutSeconds": 60,
		"States": {"A": {"Type": "Succeed", "Comment": "s"}}
	}`)
	want := &asl.Machine{
		Comment: "c", Version: "1.0", StartAt: "A", QueryLanguage: asl.JSONata, TimeoutSeconds: 60,
		States: []asl.State{&asl.Succeed{Common: asl.Common{Name: "A", Type: "Succeed", Comment: "s", QueryLanguage: asl.JSONata}}},
	}
	if diff := cmp.Diff(want, m, alike); diff != "" {
		t.Error(diff)
	}
	if m.State("A") == nil || m.State("B") != nil {
		t.Error("State does not find the states by their names")
	}
	if got := m.State("A").Span().Text(); got != `{"Type": "Succeed", "Comment": "s"}` {
		t.Errorf("the span of the state is %s", got)
	}
}

func TestStatesHaveTheirFields(t *testing.T) {
	common := func(kind string) asl.Common {
		return asl.Common{Name: "A", Type: kind, QueryLanguage: asl.JSONPath}
	}
	inner := func(p *asl.ProcessorConfig) *asl.Machine {
		return &asl.Machine{
			StartAt: "I", QueryLanguage: asl.JSONPath, Processor: p,
			States: []asl.State{&asl.Succeed{Common: asl.Common{Name: "I", Type: "Succeed", QueryLanguage: asl.JSONPath}}},
		}
	}
	const innerText = `"StartAt": "I", "States": {"I": {"Type": "Succeed"}}`
	task, pass := common("Task"), common("Pass")
	task.Next, task.End = "B", true
	task.InputPath, task.OutputPath, task.ResultPath = &asl.Path{Text: "$.in"}, &asl.Path{Null: true}, &asl.Path{Text: "$"}
	task.Parameters, task.ResultSelector = template1(`{"a.$":"$.b","n":1.0}`), template1(`{}`)
	pass.Assign, pass.Arguments, pass.Output = template1(`{"x":1}`), template1(`null`), template1(`"{% 1 %}"`)
	for _, c := range []struct {
		name, text string
		want       asl.State
	}{
		{"Task", `{"Type": "Task", "Next": "B", "End": true, "InputPath": "$.in", "OutputPath": null, "ResultPath": "$",
			"Parameters": {"a.$": "$.b", "n" : 1.0}, "ResultSelector": {}, "Resource": "arn", "TimeoutSeconds": 5,
			"HeartbeatSecondsPath": "$.h", "Credentials": {"RoleArn": "r"}}`,
			&asl.Task{
				Common: task, Resource: "arn", TimeoutSeconds: scalar1("5"),
				HeartbeatSecondsPath: &asl.Path{Text: "$.h"}, Credentials: template1(`{"RoleArn":"r"}`),
			}},
		{"Pass", `{"Type": "Pass", "Result": [1, "\u00e9\n"], "Assign": {"x": 1}, "Arguments": null, "Output": "{% 1 %}"}`,
			&asl.Pass{Common: pass, Result: template1(`[1,"é\n"]`)}},
		{"Wait", `{"Type": "Wait", "Seconds": "{% $s %}", "SecondsPath": "$.s", "Timestamp": "t", "TimestampPath": "$.t"}`,
			&asl.Wait{
				Common: common("Wait"), Seconds: scalar1(`"{% $s %}"`), SecondsPath: &asl.Path{Text: "$.s"},
				Timestamp: scalar1(`"t"`), TimestampPath: &asl.Path{Text: "$.t"},
			}},
		{"Fail", `{"Type": "Fail", "Error": "E", "ErrorPath": "$.e", "Cause": "C", "CausePath": "States.UUID()"}`,
			&asl.Fail{
				Common: common("Fail"), Error: scalar1(`"E"`), ErrorPath: scalar1(`"$.e"`),
				Cause: scalar1(`"C"`), CausePath: scalar1(`"States.UUID()"`),
			}},
		{"Parallel", `{"Type": "Parallel", "Branches": [{` + innerText + `}, 5, {` + innerText + `}]}`,
			&asl.Parallel{Common: common("Parallel"), Branches: []*asl.Machine{inner(nil), inner(nil)}}},
		{"Map", `{"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, ` + innerText + `},
			"ItemsPath": "$.items", "ItemSelector": {"i.$": "$$.Map.Item.Value"}, "MaxConcurrency": 2, "Label": "L",
			"ItemReader": {"Resource": "r"}, "ItemBatcher": {"MaxItemsPerBatch": 1}, "ResultWriter": {"Resource": "w"},
			"ToleratedFailureCount": 1, "ToleratedFailurePercentagePath": "$.p"}`,
			&asl.Map{
				Common: common("Map"), Processor: inner(&asl.ProcessorConfig{Mode: "DISTRIBUTED", ExecutionType: "EXPRESS"}),
				ItemsPath: &asl.Path{Text: "$.items"}, ItemSelector: template1(`{"i.$":"$$.Map.Item.Value"}`),
				MaxConcurrency: scalar1("2"), Label: "L", ItemReader: template1(`{"Resource":"r"}`),
				ItemBatcher: template1(`{"MaxItemsPerBatch":1}`), ResultWriter: template1(`{"Resource":"w"}`),
				ToleratedFailureCount: scalar1("1"), ToleratedFailurePercentagePath: &asl.Path{Text: "$.p"},
			}},
		{"Choice", `{"Type": "Choice", "Default": "D", "Choices": [
				{"Variable": "$.a", "NumericEquals": 1.50, "Next": "B", "Comment": "c", "Assign": {"x": 1}},
				{"And": [{"Variable": "$.a", "IsPresent": true}, {"Or": []}, {"Not": {"Variable": "$.b", "StringEqualsPath": "$.c"}}], "Next": "C"},
				{"Condition": "{% $x %}", "Output": 1, "Next": "B"},
				{"Next": "B"}]}`,
			&asl.Choice{Common: common("Choice"), Default: "D", Choices: []asl.ChoiceRule{
				{Rule: asl.Comparison{Variable: "$.a", Operator: "NumericEquals", Operand: value.Raw("1.50")}, Next: "B", Comment: "c", Assign: template1(`{"x":1}`)},
				{Rule: asl.And{Rules: []asl.Rule{
					asl.Comparison{Variable: "$.a", Operator: "IsPresent", Operand: value.Raw("true")},
					asl.Or{},
					asl.Not{Rule: asl.Comparison{Variable: "$.b", Operator: "StringEqualsPath", Operand: value.Raw(`"$.c"`)}},
				}}, Next: "C"},
				{Rule: asl.Condition{Scalar: *scalar1(`"{% $x %}"`)}, Next: "B", Output: template1("1")},
				{Next: "B"},
			}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := parsed(t, "m.json", `{"StartAt": "A", "States": {"A": `+c.text+`}}`)
			if diff := cmp.Diff(c.want, m.State("A"), alike); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRetriersHaveTheDefaultsOfTheLanguage(t *testing.T) {
	m := parsed(t, "m.json", `{"States": {"A": {"Type": "Task",
		"Retry": [{"ErrorEquals": ["E"]}, {"ErrorEquals": ["F", "G"], "IntervalSeconds": 5, "MaxAttempts": 0, "BackoffRate": 1.5, "MaxDelaySeconds": 60, "JitterStrategy": "FULL"}],
		"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B", "ResultPath": null, "Assign": {"x": 1}}]}}}`)
	common := m.State("A").Base()
	retry := []asl.Retrier{
		{ErrorEquals: []string{"E"}, IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: "NONE"},
		{ErrorEquals: []string{"F", "G"}, IntervalSeconds: 5, MaxAttempts: 0, BackoffRate: 1.5, MaxDelaySeconds: 60, JitterStrategy: "FULL"},
	}
	if diff := cmp.Diff(retry, common.Retry, alike); diff != "" {
		t.Error(diff)
	}
	catch := []asl.Catcher{{ErrorEquals: []string{"States.ALL"}, Next: "B", ResultPath: &asl.Path{Null: true}, Assign: template1(`{"x":1}`)}}
	if diff := cmp.Diff(catch, common.Catch, alike); diff != "" {
		t.Error(diff)
	}
}

func TestLegacyNamesOfAMap(t *testing.T) {
	m := parsed(t, "m.json", `{"States": {"A": {"Type": "Map", "Parameters": {"x": 1}, "Iterator": {"StartAt": "B", "States": {}}}}}`)
	a := m.State("A").(*asl.Map)
	if a.Processor == nil || a.Processor.StartAt != "B" || a.Distributed() {
		t.Errorf("the Iterator was not read: %+v", a.Processor)
	}
	if a.ItemSelector == nil || a.ItemSelector.Value.Text() != `{"x":1}` {
		t.Errorf("the Parameters are not the ItemSelector: %+v", a.ItemSelector)
	}
}

func TestStatesTakeTheQueryLanguageOfTheirMachine(t *testing.T) {
	const definition = `{"QueryLanguage": "JSONata", "States": {
		"A": {"Type": "Pass"},
		"B": {"Type": "Pass", "QueryLanguage": "JSONPath"},
		"C": {"Type": "Parallel", "QueryLanguage": "JSONPath", "Branches": [{"States": {"D": {"Type": "Pass"}}}]}}}`
	m := parsed(t, "m.json", definition)
	for name, want := range map[string]asl.QueryLanguage{"A": asl.JSONata, "B": asl.JSONPath} {
		if got := m.State(name).Base().QueryLanguage; got != want {
			t.Errorf("%s has %s, want %s", name, got, want)
		}
	}
	if got := m.State("C").(*asl.Parallel).Branches[0].State("D").Base().QueryLanguage; got != asl.JSONata {
		t.Errorf("a state of a branch has %s, want that of the machine", got)
	}
}

func TestFieldsOfTheWrongTypeAreLeftOut(t *testing.T) {
	m := parsed(t, "m.json", `{"StartAt": 5, "TimeoutSeconds": "60", "States": {
		"A": {"Type": "Task", "Resource": [], "Next": {}, "End": "true", "InputPath": 1, "Retry": {}, "Catch": [1], "TimeoutSeconds": []},
		"B": {"Type": "Nothing"}, "C": 5, "D": {}}}`)
	want := &asl.Machine{
		QueryLanguage: asl.JSONPath,
		States:        []asl.State{&asl.Task{Common: asl.Common{Name: "A", Type: "Task", QueryLanguage: asl.JSONPath}}},
	}
	if diff := cmp.Diff(want, m, alike); diff != "" {
		t.Error(diff)
	}
}

func TestTheLastOfTwoStatesWithOneNameCounts(t *testing.T) {
	m, diags := Parse(source.New("m.json", `{"States": {"A": {"Type": "Pass"}, "B": {"Type": "Succeed"}, "A": {"Type": "Fail"}}}`))
	if len(diags) != 1 || len(m.States) != 2 || m.State("A").Base().Type != "Fail" {
		t.Errorf("%d states, A is %v; %s", len(m.States), m.State("A"), diags.Text(nil))
	}
}

func TestATextThatIsNoObjectGivesAnEmptyMachine(t *testing.T) {
	for name, text := range map[string]string{"a.json": "", "b.json": "[1]", "c.json": "no", "d.yaml": "", "e.yaml": "- a", "f.yaml": "a: [", "g.json": "\uFEFF  \n"} {
		m, diags := Parse(source.New(name, text))
		if m == nil || m.Node != nil || len(m.States) != 0 || len(diags) != 1 || !diags.HasErrors() {
			t.Errorf("%s: machine %+v, diagnostics\n%s", name, m, diags.Text(nil))
		}
	}
}

func TestAByteOrderMarkIsSkipped(t *testing.T) {
	if m := parsed(t, "m.json", "\uFEFF{\"StartAt\": \"A\"}"); m.StartAt != "A" {
		t.Errorf("StartAt is %q", m.StartAt)
	}
}
