package template

import (
	"fmt"
	"strings"
	"testing"

	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
)

// lines are the diagnostics, one a line, each with the text that it points to.
func lines(ds source.Diagnostics) []string {
	var out []string
	for _, d := range ds {
		span := d.Span
		line := fmt.Sprintf("%s [%s]", d.Error(), span.Source.Text[span.Start:span.End])
		if d.Help != "" {
			line += " " + d.Help
		}
		out = append(out, line)
	}
	return out
}

const machineOf = "Resources:\n  F: {Type: AWS::Lambda::Function}\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: m.asl.json\n"

func TestDiagnostics(t *testing.T) {
	cases := []struct {
		name, text string
		want       []string
	}{
		{"an empty file", " \n", []string{"t.yaml:1:1: error TEMPLATE_SYNTAX: the template is empty []"}},
		{"only a comment", "# soon\n", []string{"t.yaml:1:1: error TEMPLATE_SYNTAX: the template is empty []"}},
		{"no YAML", "Resources:\n  A: [1\nB 2\n", []string{
			"t.yaml:4:1: error TEMPLATE_SYNTAX: the template is not YAML: did not find expected ',' or ']', while parsing a flow sequence []",
		}},
		{"a list", "- a\n", []string{
			"t.yaml:1:1: error TEMPLATE_SCHEMA: a template is an object with the section Resources, and this is an array [- a]",
		}},
		{"a machine's own definition", "StartAt: A\n", []string{
			"t.yaml:1:1: error TEMPLATE_SCHEMA: the template has no section Resources [StartAt: A] is this a SAM or CloudFormation template?",
		}},
		{"a key twice", "Resources:\n  A: {Type: X, Type: Y}\n", []string{
			"t.yaml:2:16: error TEMPLATE_SYNTAX: the key Type stands here twice: the last one counts [Type]",
		}},
		{"an unknown tag", "Resources:\n  A: {Type: !Reff X}\n", []string{
			"t.yaml:2:13: error TEMPLATE_SYNTAX: CloudFormation has no function !Reff [!Reff X]",
		}},
		{"a resource without a type", "Resources:\n  A: {}\n", []string{
			`t.yaml:2:3: error TEMPLATE_SCHEMA: the resource A has no Type at /Resources/A [A] give it one, such as "AWS::Serverless::Function"`,
		}},
		{"sections of the wrong kind", "Parameters: 1\nConditions: [a]\nResources: x\n", []string{
			"t.yaml:1:13: error TEMPLATE_SCHEMA: /Parameters has to be an object, and this is a number at /Parameters [1]",
			"t.yaml:2:13: error TEMPLATE_SCHEMA: /Conditions has to be an object, and this is an array at /Conditions [[a]",
			"t.yaml:3:12: error TEMPLATE_SCHEMA: /Resources has to be an object, and this is a string at /Resources [x]",
		}},
		{"no definition", "Resources:\n  M: {Type: AWS::Serverless::StateMachine}\n", []string{
			"t.yaml:2:3: error TEMPLATE_SCHEMA: the state machine M needs exactly one definition, and has 0 at /Resources/M [M] give it one of DefinitionUri, DefinitionS3Location, Definition, DefinitionString",
		}},
		{"a name twice", machineOf + "      Name: a\n  N:\n    Type: AWS::StepFunctions::StateMachine\n    Properties: {DefinitionString: '{}', StateMachineName: a}\n", []string{
			"t.yaml:8:3: error TEMPLATE_SCHEMA: the state machines M and N have the same name: a at /Resources/N [N]",
		}},
		{"two definitions and a strange type", machineOf + "      Definition: {}\n      Type: FAST\n", []string{
			"t.yaml:8:13: error TEMPLATE_SCHEMA: a state machine's type is STANDARD or EXPRESS, not FAST at /Resources/M/Properties/Type [FAST]",
			"t.yaml:3:3: error TEMPLATE_SCHEMA: the state machine M needs exactly one definition, and has 2 at /Resources/M [M] give it one of DefinitionUri, DefinitionS3Location, Definition, DefinitionString",
		}},
		{"a condition that is not there", "Conditions: {IsProd: !Equals [a, a]}\nResources:\n  F: {Type: AWS::Lambda::Function, Condition: IsPord}\n", []string{
			"t.yaml:3:47: error TEMPLATE_REFERENCE: the template has no condition IsPord at /Resources/F/Condition [IsPord] did you mean IsProd?",
		}},
		{"a name that refers to nothing", "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub '${Stagge}-f'}}\nParameters: {Stage: {Type: String}}\n", []string{
			"t.yaml:2:63: error TEMPLATE_REFERENCE: the template has no parameter or resource Stagge at /Resources/F/Properties/FunctionName [!Sub '${Stagge}-f'] did you mean Stage?",
		}},
		{"a loop over resources", "Resources:\n  Fn::ForEach::Topics: [Name, [a, b], {}]\n", []string{
			"t.yaml:2:3: warning TEMPLATE_UNRESOLVED: only AWS can expand Fn::ForEach::Topics: the resources that it makes are not known here at /Resources/Fn::ForEach::Topics [Fn::ForEach::Topics]",
		}},
		{"conditions in a ring", "Conditions: {A: !Condition B, B: !Not [!Condition A]}\nResources:\n  F: {Type: AWS::Lambda::Function, Condition: A}\n", []string{
			"t.yaml:1:40: error TEMPLATE_SCHEMA: the condition A depends on itself at /Resources/F/Condition [!Condition A]",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tmpl, diagnostics := Parse(source.New("t.yaml", c.text))
			if tmpl == nil {
				t.Fatal("no template")
			}
			if diff := cmp.Diff(c.want, lines(diagnostics)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSubstitutionsThatTheTemplateCannotGive(t *testing.T) {
	cases := []struct{ value, want string }{
		{"!ImportValue shared-arn", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: only another stack knows the export shared-arn"},
		{"!Ref Secret", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: the parameter Secret has no default"},
		{"!Ref Stored", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: the value of the parameter Stored lies in Parameter Store"},
		{"!GetAtt Site.DomainName", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: only a deployed stack knows DomainName of Site (AWS::CloudFront::Distribution)"},
		{"!Ref Site", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: only a deployed stack knows the name of Site (AWS::CloudFront::Distribution)"},
		{"!Sub https://${Site.DomainName}/", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: only a deployed stack knows DomainName of Site (AWS::CloudFront::Distribution)"},
		{"!Cidr [a, 1, 2]", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: only AWS can work out Fn::Cidr"},
		{"!Ref F.Alias", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: F has no Alias"},
		{"!GetAtt G.Arn", "error TEMPLATE_REFERENCE: the substitution X has no value here: the template has no resource G"},
		{"!Ref Sitte", "error TEMPLATE_REFERENCE: the substitution X has no value here: the template has no parameter or resource Sitte"},
		{"!GetAtt SFRole.Arn", "warning TEMPLATE_UNRESOLVED: the substitution X has no value here: SAM makes SFRole, and only a deployed stack knows it"},
		{"!Sub '${Nope}'", "error TEMPLATE_REFERENCE: the substitution X has no value here: the template has no parameter or resource Nope"},
		{"!FindInMap [Names, eu, a]", "error TEMPLATE_REFERENCE: the substitution X has no value here: the template has no entry in Mappings.Names for eu"},
		{"!Select [2, [a, b]]", "error TEMPLATE_SCHEMA: the substitution X has no value here: Fn::Select has no item 2: the list has 2, counted from 0"},
		{"!Join [a]", "error TEMPLATE_SCHEMA: the substitution X has no value here: Fn::Join takes a list of 2"},
		{"!GetAtt F", "error TEMPLATE_SCHEMA: the substitution X has no value here: Fn::GetAtt takes a resource and its attribute, such as CrawlerFunction.Arn"},
		{"[a]", "error TEMPLATE_SCHEMA: the substitution X has no value here: a string is needed here, and this is an array"},
		{"!Join ['', x]", "error TEMPLATE_SCHEMA: the substitution X has no value here: a list is needed here, and this is a string"},
		{"!If [Nope, a, b]", "error TEMPLATE_REFERENCE: the substitution X has no value here: the template has no condition Nope"},
		{"!Sub [a, {}, c]", "error TEMPLATE_SCHEMA: the substitution X has no value here: Fn::Sub takes a list of 1 or 2"},
	}
	for _, c := range cases {
		t.Run(c.value, func(t *testing.T) {
			tmpl, diagnostics := Parse(source.New("t.yaml", machineOf+
				"      DefinitionSubstitutions:\n        X: "+c.value+"\n        Y: fine\n"+
				"  Site: {Type: AWS::CloudFront::Distribution}\n  SF: {Type: AWS::Serverless::Function}\n"+
				"Parameters: {Secret: {Type: String}, Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}}\n"+
				"Mappings: {Names: {us: {a: 1}}}\n"))
			if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Error(), c.want) {
				t.Fatalf("got %s\nwant %s", diagnostics.Error(), c.want)
			}
			d := diagnostics[0]
			if p := d.Span.Position(); p.Line != 8 || d.Location != "/Resources/M/Properties/DefinitionSubstitutions/X" || d.Help == "" {
				t.Errorf("line %d, location %s, help %q", p.Line, d.Location, d.Help)
			}
			if diff := cmp.Diff(map[string]string{"Y": "fine"}, tmpl.Machines[0].Substitutions); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnresolvedValueInAnInlineDefinitionStaysAPlaceholder(t *testing.T) {
	tmpl, diagnostics := Parse(source.New("t.yaml", `
Resources:
  Site: {Type: AWS::CloudFront::Distribution}
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: A, Comment: !GetAtt Site.DomainName}
`))
	if len(diagnostics) != 1 || diagnostics.HasErrors() {
		t.Fatalf("one warning expected:\n%s", diagnostics.Error())
	}
	_, open := source.Substitute(tmpl.Machines[0].Definition, nil)
	if len(open) != 1 || open[0].Name != "Site.DomainName" {
		t.Errorf("open placeholders: %v", open)
	}
}

func TestMistakesInOneTemplateAreReportedTogether(t *testing.T) {
	_, diagnostics := Parse(source.New("t.json", `{"Resources": {
  "A": {"Type": "X", },
  "B": {},
  "M": {"Type": "AWS::Serverless::StateMachine"}
}}`))
	if len(diagnostics) != 3 || diagnostics.Count(source.Error) != 3 {
		t.Errorf("three errors expected:\n%s", diagnostics.Error())
	}
}
