package template

import (
	"strings"
	"testing"

	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
)

const orders = `
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage:
    Type: String
    Default: dev
  Secret:
    Type: String
Globals:
  Function:
    Runtime: provided.al2023
    Handler: bootstrap
    Environment:
      Variables: {LEVEL: info, STAGE: !Ref Stage}
Resources:
  PriceFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../dist/price.zip
      Environment:
        Variables: {LEVEL: debug, TOKEN: !Ref Secret, TABLE: !Ref Orders}
  BillFunction:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${Stage}-bill
      CodeUri: functions/bill/
      AutoPublishAlias: live
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: orders}
  Checkout:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: checkout
      Type: EXPRESS
      DefinitionUri: ./checkout.asl.json
      DefinitionSubstitutions:
        PriceFunctionArn: !GetAtt PriceFunction.Arn
        BillFunctionArn: !GetAtt [BillFunction, Arn]
        BillAlias: !Ref BillFunction.Alias
        Table: !Ref Orders
        TableArn: !GetAtt Orders.Arn
        Attempts: 3
        Fast: true
      Events:
        Nightly:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: cron(0 3 * * ? *)
            ScheduleExpressionTimezone: Europe/Kyiv
            FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 30}
            Input: '{"n": 1}'
        Hourly:
          Type: Schedule
          Properties: {Schedule: rate(1 hour), State: DISABLED}
        Web:
          Type: Api
          Properties: {Path: /, Method: get}
`

func parseText(t *testing.T, name, text string) *Template {
	t.Helper()
	got, diagnostics := Parse(source.New(name, text))
	if len(diagnostics) > 0 {
		t.Fatalf("unexpected diagnostics:\n%s", diagnostics.Text(nil))
	}
	return got
}

func TestMachineOfASAMTemplate(t *testing.T) {
	got := parseText(t, "template.yaml", orders)
	if len(got.Machines) != 1 {
		t.Fatalf("machines: %v", got.Machines)
	}
	m := got.Machines[0]
	for i := range m.Schedules {
		m.Schedules[i].Span = source.Span{}
	}
	if line := m.Span.Position().Line; line != 32 {
		t.Errorf("the machine stands on line 32, got %d", line)
	}
	m.Span = source.Span{}
	want := Machine{
		LogicalID: "Checkout", Name: "checkout", Type: "EXPRESS", DefinitionURI: "./checkout.asl.json",
		ARN: "arn:aws:states:us-east-1:123456789012:stateMachine:checkout",
		Substitutions: map[string]string{
			"PriceFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:PriceFunction",
			"BillFunctionArn":  "arn:aws:lambda:us-east-1:123456789012:function:dev-bill",
			"BillAlias":        "arn:aws:lambda:us-east-1:123456789012:function:dev-bill:live",
			"Table":            "orders",
			"TableArn":         "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
			"Attempts":         "3",
			"Fast":             "true",
		},
		Schedules: []Schedule{
			{
				ID: "CheckoutNightly", Name: "Nightly", Type: "ScheduleV2", Expression: "cron(0 3 * * ? *)", TimeZone: "Europe/Kyiv",
				Input: `{"n": 1}`, WindowMinutes: 30, MaximumAge: maximumAge, Retries: 185, Enabled: true,
			},
			{ID: "CheckoutHourly", Name: "Hourly", Type: "Schedule", Expression: "rate(1 hour)", TimeZone: "UTC", MaximumAge: maximumAge, Retries: 185},
		},
		Role: "arn:aws:iam::123456789012:role/CheckoutRole",
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
}

func TestParametersWithTheirDefaults(t *testing.T) {
	got := parseText(t, "template.yaml", orders).Parameters
	for i := range got {
		got[i].Span = source.Span{}
	}
	want := []Parameter{
		{Name: "Stage", Type: "String", Default: "dev", HasDefault: true},
		{Name: "Secret", Type: "String"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMachineIsFoundByItsDefinition(t *testing.T) {
	tmpl := parseText(t, "template.yaml", orders)
	for _, definition := range []string{"checkout.asl.json", "./checkout.asl.json", "a/../checkout.asl.json", "Checkout", "checkout"} {
		if m, ok := tmpl.Machine(definition); !ok || m.LogicalID != "Checkout" {
			t.Errorf("%s: got %q, %v", definition, m.LogicalID, ok)
		}
	}
	for _, definition := range []string{"", "other.asl.json", "."} {
		if m, ok := tmpl.Machine(definition); ok {
			t.Errorf("%q should find nothing, got %s", definition, m.LogicalID)
		}
	}
}

func TestInlineDefinitions(t *testing.T) {
	cases := []struct{ name, resource, want string }{
		{"SAM object",
			`{Type: AWS::Serverless::StateMachine, Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt F.Arn, End: true}}}}}`,
			`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:F","End":true}}}`},
		{"DefinitionString by Fn::Join, as the CDK writes it",
			`{Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: {"Fn::Join": ["", ['{"Resource":"arn:', {Ref: "AWS::Partition"}, ':states:::lambda:invoke","F":"', {"Fn::GetAtt": [F, Arn]}, '"}']]}}}`,
			`{"Resource":"arn:aws:states:::lambda:invoke","F":"arn:aws:lambda:us-east-1:123456789012:function:F"}`},
		{"DefinitionString by Fn::Sub keeps what is not for it",
			`{Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !Sub ['{"A":"${F.Arn}","B":"${!Later}","C":"${x}", "D<&>": 1}', {x: 7}]}}`,
			`{"A":"arn:aws:lambda:us-east-1:123456789012:function:F","B":"${Later}","C":"7","D<&>":1}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tmpl := parseText(t, "t.yaml", "Resources:\n  F: {Type: AWS::Lambda::Function}\n  M: "+c.resource+"\n")
			m, _ := tmpl.Machine("M")
			if m.Definition == nil || m.DefinitionURI != "" {
				t.Fatalf("no inline definition: %+v", m)
			}
			if m.Definition.Name != "t.yaml#M" {
				t.Errorf("the definition is called %s", m.Definition.Name)
			}
			got := strings.NewReplacer("\n", "", " ", "").Replace(m.Definition.Text)
			if want := strings.ReplaceAll(c.want, " ", ""); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestJSONTemplateReadsLikeYAML(t *testing.T) {
	tmpl := parseText(t, "cdk.out/Stack.template.json", `{
	"Resources": {
		"Fn4A": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "assets", "S3Key": "abc.zip"}, "Description": "\ud83d\ude00"}},
		"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
			"DefinitionS3Location": {"Bucket": "assets", "Key": "m.json"},
			"DefinitionSubstitutions": {"F": {"Fn::GetAtt": ["Fn4A", "Arn"]}}}}
	}
}`)
	if got := tmpl.Functions[0].CodeURI; got != "s3://assets/abc.zip" {
		t.Errorf("code: %s", got)
	}
	m := tmpl.Machines[0]
	if m.DefinitionURI != "s3://assets/m.json" || m.Substitutions["F"] != tmpl.Functions[0].ARN || m.Type != "STANDARD" {
		t.Errorf("machine: %+v", m)
	}
}

func TestResourceWhoseConditionFailsIsNotDeployed(t *testing.T) {
	tmpl := parseText(t, "t.yaml", `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
Resources:
  A: {Type: AWS::Lambda::Function, Condition: IsProd}
  B: {Type: AWS::Lambda::Function, Condition: IsDev}
`)
	if len(tmpl.Functions) != 1 || tmpl.Functions[0].LogicalID != "B" {
		t.Errorf("functions: %+v", tmpl.Functions)
	}
}

func TestAnchorsAndMergeKeys(t *testing.T) {
	tmpl := parseText(t, "t.yaml", `
Common: &common {Runtime: provided.al2023, Handler: bootstrap}
Resources:
  A:
    Type: AWS::Lambda::Function
    Properties: {<<: *common, Handler: own}
  B:
    Type: AWS::Lambda::Function
    Properties: *common
`)
	a, b := tmpl.Functions[0], tmpl.Functions[1]
	if a.Handler != "own" || a.Runtime != "provided.al2023" || b.Handler != "bootstrap" {
		t.Errorf("got %+v and %+v", a, b)
	}
}

func TestTagsOfMachines(t *testing.T) {
	const text = `
Parameters:
  Stage: {Type: String, Default: dev}
Conditions:
  Late: !Equals [!Ref Stage, prod]
Resources:
  A:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: a.asl.json
      Tags: {stage: !Ref Stage, team: !Sub "${Stage}-red", level: 3, unknown: !ImportValue x, late: !If [Late, "1", !Ref AWS::NoValue]}
  B:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionUri: b.asl.json
      Tags:
        - {Key: stage, Value: !Ref Stage}
        - !If [Late, {Key: late, Value: "1"}, {Key: early, Value: ""}]
        - !If [Late, {Key: late, Value: "1"}, !Ref AWS::NoValue]
  C:
    Type: AWS::StepFunctions::StateMachine
    Properties: {DefinitionUri: c.asl.json, Tags: !If [Late, [], !Ref AWS::NoValue]}
`
	got := map[string][]Tag{}
	for _, m := range parseText(t, "template.yaml", text).Machines {
		got[m.LogicalID] = m.Tags
	}
	want := map[string][]Tag{
		"A": {{"stage", "dev"}, {"team", "dev-red"}, {"level", "3"}},
		"B": {{"stage", "dev"}, {"early", ""}},
		"C": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTagsInTheFormOfTheOtherResourceAreReported(t *testing.T) {
	for text, want := range map[string]string{
		"Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: m.asl.json, Tags: [{Key: a, Value: b}]}}}": "an object of keys and values",
		"Resources: {M: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionUri: m.asl.json, Tags: {a: b}}}}":            "a list of objects with Key and Value",
	} {
		if _, faults := Parse(source.New("template.yaml", text)); !strings.Contains(faults.Text(nil), want) {
			t.Errorf("got %s, want %s", faults.Text(nil), want)
		}
	}
}
