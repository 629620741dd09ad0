package clients_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

const (
	role   = "arn:aws:iam::123456789012:role/any"
	prefix = "arn:aws:states:us-east-1:123456789012:"
)

// passing is a machine that gives a result.
func passing(result string) string {
	return fmt.Sprintf(`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Result": %s, "End": true}}}`, result)
}

// create creates a machine, and gives its ARN.
func create(t *testing.T, c *sfn.Client, name, definition string, kind types.StateMachineType) *string {
	t.Helper()
	return ask(t, c.CreateStateMachine, &sfn.CreateStateMachineInput{Name: &name, Definition: &definition, RoleArn: aws.String(role), Type: kind}).StateMachineArn
}

func machines(t *testing.T, s *server, c *sfn.Client) {
	first, second := passing(`1.0`), passing(`{"n": 2}`)
	in := sfn.CreateStateMachineInput{
		Name: aws.String("orders"), Definition: &first, RoleArn: aws.String(role),
		LoggingConfiguration: &types.LoggingConfiguration{Level: types.LogLevelOff}, TracingConfiguration: &types.TracingConfiguration{},
	}
	made := ask(t, c.CreateStateMachine, &in)
	if *made.StateMachineArn != prefix+"stateMachine:orders" || made.CreationDate == nil {
		t.Errorf("made %s", shown(made))
	}
	s.crash()
	if again := ask(t, c.CreateStateMachine, &in); *again.StateMachineArn != *made.StateMachineArn || !again.CreationDate.Equal(*made.CreationDate) {
		t.Errorf("made %s at %s, and again %s at %s", *made.StateMachineArn, made.CreationDate, *again.StateMachineArn, again.CreationDate)
	}
	in.Definition = &second
	refused[*types.StateMachineAlreadyExists](t, c.CreateStateMachine, &in, "State Machine Already Exists: '"+*made.StateMachineArn+"'")

	look := &sfn.DescribeStateMachineInput{StateMachineArn: made.StateMachineArn}
	before := ask(t, c.DescribeStateMachine, look)
	if *before.Definition != first || before.Status != types.StateMachineStatusActive || before.Type != types.StateMachineTypeStandard || *before.RoleArn != role {
		t.Errorf("described as %s", shown(before))
	}
	for i := range 4 {
		create(t, c, fmt.Sprintf("m%d", i), first, types.StateMachineTypeExpress)
	}
	listsMachines(t, c)

	changed := ask(t, c.UpdateStateMachine, &sfn.UpdateStateMachineInput{StateMachineArn: made.StateMachineArn, Definition: &second})
	if changed.UpdateDate == nil {
		t.Error("the update has no date")
	}
	s.crash()
	if after := ask(t, c.DescribeStateMachine, look); *after.Definition != second {
		t.Errorf("after the update: %s", shown(after))
	}
	ask(t, c.DeleteStateMachine, &sfn.DeleteStateMachineInput{StateMachineArn: made.StateMachineArn})
	s.crash()
	refused[*types.StateMachineDoesNotExist](t, c.DescribeStateMachine, look, "State Machine Does Not Exist: '"+*made.StateMachineArn+"'")
}

func listsMachines(t *testing.T, c *sfn.Client) {
	t.Helper()
	var names []string
	pages := 0
	for p := sfn.NewListStateMachinesPaginator(c, &sfn.ListStateMachinesInput{MaxResults: 2}); p.HasMorePages(); pages++ {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range out.StateMachines {
			names = append(names, *m.Name)
		}
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "m0 m1 m2 m3 orders" || pages != 3 {
		t.Errorf("%d pages list %s", pages, got)
	}
}

func versions(t *testing.T, s *server, c *sfn.Client) {
	machine := create(t, c, "m", passing(`0`), "")
	for n := 1; n <= 3; n++ {
		text := passing(fmt.Sprint(n))
		out := ask(t, c.UpdateStateMachine, &sfn.UpdateStateMachineInput{
			StateMachineArn: machine, Definition: &text, Publish: true, VersionDescription: aws.String(fmt.Sprintf("the %d", n)),
		})
		if want := fmt.Sprintf("%s:%d", *machine, n); aws.ToString(out.StateMachineVersionArn) != want || out.RevisionId == nil {
			t.Errorf("published %s, revision %s, want %s", aws.ToString(out.StateMachineVersionArn), aws.ToString(out.RevisionId), want)
		}
		s.crash()
	}
	same := ask(t, c.PublishStateMachineVersion, &sfn.PublishStateMachineVersionInput{StateMachineArn: machine})
	if *same.StateMachineVersionArn != *machine+":3" {
		t.Errorf("what is published already is published as %s", *same.StateMachineVersionArn)
	}
	refused[*types.ConflictException](t, c.PublishStateMachineVersion, &sfn.PublishStateMachineVersionInput{StateMachineArn: machine, RevisionId: aws.String("00000000-0000-4000-8000-000000000000")}, "")

	in := &sfn.ListStateMachineVersionsInput{StateMachineArn: machine, MaxResults: 2}
	page := ask(t, c.ListStateMachineVersions, in)
	if len(page.StateMachineVersions) != 2 || page.NextToken == nil || *page.StateMachineVersions[0].StateMachineVersionArn != *machine+":3" {
		t.Fatalf("the first page of versions is %s", shown(page))
	}
	in.NextToken = page.NextToken
	if page = ask(t, c.ListStateMachineVersions, in); len(page.StateMachineVersions) != 1 || page.NextToken != nil {
		t.Errorf("the second page of versions is %s", shown(page))
	}
	second := aws.String(*machine + ":2")
	x := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: second})
	if out := finished(t, c, x.ExecutionArn); aws.ToString(out.Output) != "2" || aws.ToString(out.StateMachineVersionArn) != *second {
		t.Errorf("the execution of a version gives %s, of %s", aws.ToString(out.Output), aws.ToString(out.StateMachineVersionArn))
	}
	ask(t, c.DeleteStateMachineVersion, &sfn.DeleteStateMachineVersionInput{StateMachineVersionArn: second})
	refused[*types.StateMachineDoesNotExist](t, c.DescribeStateMachine, &sfn.DescribeStateMachineInput{StateMachineArn: second}, *second)
}

func aliases(t *testing.T, s *server, c *sfn.Client) {
	text := passing(`1`)
	made := ask(t, c.CreateStateMachine, &sfn.CreateStateMachineInput{Name: aws.String("m"), Definition: &text, RoleArn: aws.String(role), Publish: true})
	one, two := made.StateMachineVersionArn, aws.String(*made.StateMachineArn+":2")
	text = passing(`2`)
	ask(t, c.UpdateStateMachine, &sfn.UpdateStateMachineInput{StateMachineArn: made.StateMachineArn, Definition: &text, Publish: true})
	all := func(version *string) []types.RoutingConfigurationListItem {
		return []types.RoutingConfigurationListItem{{StateMachineVersionArn: version, Weight: 100}}
	}
	alias := ask(t, c.CreateStateMachineAlias, &sfn.CreateStateMachineAliasInput{Name: aws.String("live"), RoutingConfiguration: all(one)}).StateMachineAliasArn
	if *alias != *made.StateMachineArn+":live" {
		t.Errorf("the alias is %s", *alias)
	}
	s.crash()
	refused[*types.ConflictException](t, c.CreateStateMachineAlias, &sfn.CreateStateMachineAliasInput{Name: aws.String("live"), RoutingConfiguration: all(two)}, "Failed to create alias")
	refused[*types.ConflictException](t, c.DeleteStateMachineVersion, &sfn.DeleteStateMachineVersionInput{StateMachineVersionArn: one}, "[live]")
	for _, version := range []*string{one, two} {
		ask(t, c.UpdateStateMachineAlias, &sfn.UpdateStateMachineAliasInput{StateMachineAliasArn: alias, RoutingConfiguration: all(version)})
		x := finished(t, c, ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: alias}).ExecutionArn)
		if aws.ToString(x.StateMachineAliasArn) != *alias || aws.ToString(x.StateMachineVersionArn) != *version {
			t.Errorf("the alias of %s starts %s of %s", *version, aws.ToString(x.StateMachineVersionArn), aws.ToString(x.StateMachineAliasArn))
		}
	}
	half := []types.RoutingConfigurationListItem{{StateMachineVersionArn: one, Weight: 70}, {StateMachineVersionArn: two, Weight: 31}}
	refused[*types.ValidationException](t, c.UpdateStateMachineAlias, &sfn.UpdateStateMachineAliasInput{StateMachineAliasArn: alias, RoutingConfiguration: half},
		"Sum of routing configuration weights must equal 100. Received: [70, 31]")
	half[1].Weight = 30
	ask(t, c.UpdateStateMachineAlias, &sfn.UpdateStateMachineAliasInput{StateMachineAliasArn: alias, RoutingConfiguration: half})
	s.crash()
	if out := ask(t, c.DescribeStateMachineAlias, &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: alias}); len(out.RoutingConfiguration) != 2 || *out.Name != "live" {
		t.Errorf("the alias is described as %s", shown(out))
	}
	if out := ask(t, c.ListStateMachineAliases, &sfn.ListStateMachineAliasesInput{StateMachineArn: made.StateMachineArn}); len(out.StateMachineAliases) != 1 {
		t.Errorf("the aliases are %v", out.StateMachineAliases)
	}
	ask(t, c.DeleteStateMachineAlias, &sfn.DeleteStateMachineAliasInput{StateMachineAliasArn: alias})
	refused[*types.ResourceNotFound](t, c.DescribeStateMachineAlias, &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: alias}, "Request references a resource that does not exist.")
}

func tags(t *testing.T, s *server, c *sfn.Client) {
	text := passing(`1`)
	machine := ask(t, c.CreateStateMachine, &sfn.CreateStateMachineInput{
		Name: aws.String("m"), Definition: &text, RoleArn: aws.String(role), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}},
	}).StateMachineArn
	ask(t, c.TagResource, &sfn.TagResourceInput{ResourceArn: machine, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("b")}, {Key: aws.String("stage"), Value: aws.String("test")}}})
	s.crash()
	tagsAre(t, c, machine, "stage=test team=b")
	ask(t, c.UntagResource, &sfn.UntagResourceInput{ResourceArn: machine, TagKeys: []string{"stage"}})
	s.crash()
	tagsAre(t, c, machine, "team=b")
	refused[*types.ResourceNotFound](t, c.TagResource, &sfn.TagResourceInput{ResourceArn: aws.String(prefix + "stateMachine:none"), Tags: []types.Tag{}}, "none")
}

func tagsAre(t *testing.T, c *sfn.Client, resource *string, want string) {
	t.Helper()
	var got []string
	for _, tag := range ask(t, c.ListTagsForResource, &sfn.ListTagsForResourceInput{ResourceArn: resource}).Tags {
		got = append(got, *tag.Key+"="+*tag.Value)
	}
	slices.Sort(got)
	if text := strings.Join(got, " "); text != want {
		t.Errorf("the tags are %s, want %s", text, want)
	}
}
