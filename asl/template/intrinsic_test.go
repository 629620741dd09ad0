package template

import (
	"fmt"
	"strings"
	"testing"

	"canto/asl/source"
)

func TestIntrinsicFunctions(t *testing.T) {
	const around = `
Parameters:
  Stage: {Type: String, Default: dev}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Count: {Type: Number, Default: 2}
Mappings:
  Names:
    us-east-1: {short: use1, list: [x, y]}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  Both: !And [!Condition IsDev, !Equals [a, b]]
  Either: !Or [!Condition Both, {"Fn::Equals": [1, "1"]}]
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {FunctionName: price, AutoPublishAlias: live}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}
  First: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt F.Arn}}
  Queue: {Type: AWS::SQS::Queue}
  Pages: {Type: AWS::S3::Bucket}
  Act: {Type: AWS::StepFunctions::Activity}
  Ring: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${Ring}-x"}}
  M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: m, DefinitionSubstitutions: {X: %s}}}
`
	cases := []struct{ value, want string }{
		{`!Ref Stage`, "dev"},
		{`{Ref: Count}`, "2"},
		{`!Ref AWS::Region`, "us-east-1"},
		{`!Ref F`, "price"},
		{`!Ref Live`, "arn:aws:lambda:us-east-1:123456789012:function:price:live"},
		{`!Ref First`, "arn:aws:lambda:us-east-1:123456789012:function:price:1"},
		{`!Ref F.Version`, "arn:aws:lambda:us-east-1:123456789012:function:price:1"},
		{`!Sub "${F.Alias}"`, "arn:aws:lambda:us-east-1:123456789012:function:price:live"},
		{`!Ref Queue`, "https://sqs.us-east-1.amazonaws.com/123456789012/Queue"},
		{`!GetAtt Queue.Arn`, "arn:aws:sqs:us-east-1:123456789012:Queue"},
		{`!GetAtt [Queue, QueueName]`, "Queue"},
		{`{"Fn::GetAtt": "Pages.Arn"}`, "arn:aws:s3:::pages"},
		{`!Ref Act`, "arn:aws:states:us-east-1:123456789012:activity:Act"},
		{`!Ref M`, "arn:aws:states:us-east-1:123456789012:stateMachine:M"},
		{`!Sub "${Stage}/${F.Arn}/${!Keep}/${AWS::AccountId}/$"`, "dev/arn:aws:lambda:us-east-1:123456789012:function:price/${Keep}/123456789012/$"},
		{`!Sub ["${a}-${Stage}", {a: !Ref Count}]`, "2-dev"},
		{`!Sub "open ${"`, "open ${"},
		{`!Join [":", [a, !Ref Stage, 3, true]]`, "a:dev:3:true"},
		{`!Join ["", !Ref Zones]`, "abc"},
		{`!Join ["", [a, !Ref AWS::NoValue, b]]`, "ab"},
		{`!Select [1, !Split ["|", "a|b|c"]]`, "b"},
		{`!Select ["2", !Ref Zones]`, "c"},
		{`!FindInMap [Names, !Ref AWS::Region, short]`, "use1"},
		{`!Select [0, !FindInMap [Names, us-east-1, list]]`, "x"},
		{`!FindInMap [Names, eu, short, {DefaultValue: none}]`, "none"},
		{`!If [IsDev, small, large]`, "small"},
		{`!If [Both, small, large]`, "large"},
		{`!If [Either, small, large]`, "small"},
		{`!Base64 "hi"`, "aGk="},
		{`!Length [1, 2]`, "2"},
		{`!ToJsonString {a: 1, b: !Ref Stage}`, "{\n  \"a\": 1,\n  \"b\": \"dev\"\n}"},
		{`012345678901`, "012345678901"},
		{`1.50`, "1.50"},
		{`0x10`, "16"},
		{`.inf`, ".inf"},
		{`2026-11-22`, "2026-11-22"},
		{`!Ref Ring`, "ring-x"},
	}
	for _, c := range cases {
		t.Run(c.value, func(t *testing.T) {
			m, _ := parseText(t, "t.yaml", fmt.Sprintf(around, c.value)).Machine("M")
			if got := m.Substitutions["X"]; got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Each of these grows without bound, or never ends, in a reader without limits.
func bombs() map[string]string {
	aliases := "a: &a0 [x, x, x, x, x, x, x, x, x]\n"
	buckets := "Resources:\n"
	for i := 1; i < 12; i++ {
		aliases += fmt.Sprintf("b%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 8), i-1)
		buckets += fmt.Sprintf("  B%d: {Type: AWS::S3::Bucket, Properties: {BucketName: !Join ['', [%s!Ref B%d]]}}\n",
			i-1, strings.Repeat(fmt.Sprintf("!Ref B%d, ", i), 20), i)
	}
	wide := "Resources:\n  M: {Type: AWS::Serverless::StateMachine, Properties: {Definition: " +
		strings.Repeat("{'Fn::Sub': ['${x}${x}${x}${x}${x}${x}', {x: ", 150) + "a" + strings.Repeat("}]}", 150) + "}}\n"
	return map[string]string{
		"aliases":    aliases + "Resources: {}\n",
		"self":       "Resources: &r {A: *r}\n",
		"references": buckets + "  B11: {Type: AWS::S3::Bucket}\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref B0}}\n",
		"sub":        wide,
		"deep":       "Resources: " + strings.Repeat("{a: ", 5000) + strings.Repeat("}", 5000),
		"deep JSON":  `{"Resources": ` + strings.Repeat(`{"a": `, 5000) + "1" + strings.Repeat("}", 5001),
		"long line":  "Resources: {" + strings.Repeat("A: {Type: x}, ", 20_000) + "}",
	}
}

func TestBombsAreReportedAndNotExpanded(t *testing.T) {
	for name, text := range bombs() {
		t.Run(name, func(t *testing.T) {
			_, diagnostics := Parse(source.New("t.template", text))
			if len(diagnostics) == 0 && name != "references" {
				t.Error("the template should be reported")
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("template.yaml", orders)
	for _, text := range bombs() {
		// The long ones only make mutation slow.
		if len(text) < 20_000 {
			f.Add("t.yaml", text)
		}
	}
	f.Add("t.json", `{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": {"Fn::Join": ["", ["{", {"Ref": "M"}, "}"]]}}}}}`)
	f.Add("t.yaml", "\ufeffResources:\r\n  F:\r    Type: !Sub [\"${a}\", {a: &x !Ref F}]\n    Properties: {<<: [*x, {a: 1}]}\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		tmpl, diagnostics := Parse(source.New(name, text))
		_ = diagnostics.Text(nil)
		for _, d := range diagnostics {
			if d.Code == "" || d.Message == "" {
				t.Errorf("an empty diagnostic: %+v", d)
			}
		}
		for _, fn := range tmpl.Functions {
			if got, ok := tmpl.Function(fn.LogicalID); ok && got.LogicalID == "" {
				t.Errorf("%s finds a function without a name", fn.LogicalID)
			}
			tmpl.Names(fn)
		}
	})
}
