package clients_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

func activities(t *testing.T, s *server, c *sfn.Client) {
	activity := ask(t, c.CreateActivity, &sfn.CreateActivityInput{Name: aws.String("work")}).ActivityArn
	for i := range 4 {
		ask(t, c.CreateActivity, &sfn.CreateActivityInput{Name: aws.String(fmt.Sprintf("other%d", i))})
	}
	machine := create(t, c, "m", unsure(activity), "")
	x := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine, Input: aws.String(`{"n": 1.0}`)}).ExecutionArn
	s.crash()
	task := ask(t, c.GetActivityTask, &sfn.GetActivityTaskInput{ActivityArn: activity, WorkerName: aws.String("w")})
	if aws.ToString(task.Input) != `{"n": 1.0}` {
		t.Errorf("the task's input is %s", aws.ToString(task.Input))
	}
	ask(t, c.SendTaskHeartbeat, &sfn.SendTaskHeartbeatInput{TaskToken: task.TaskToken})
	s.crash()
	refused[*types.InvalidOutput](t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: aws.String(`{`)}, "Invalid Output")
	ask(t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: aws.String(`{"done": true}`)})
	s.crash()
	if out := finished(t, c, x); aws.ToString(out.Output) != `{"done": true}` {
		t.Errorf("the execution is %s", shown(out))
	}
	refused[*types.TaskTimedOut](t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: aws.String(`1`)}, "")
	refused[*types.InvalidToken](t, c.SendTaskHeartbeat, &sfn.SendTaskHeartbeatInput{TaskToken: aws.String("invented")}, "Invalid Token: 'Invalid token'")
	listsActivities(t, c)
	look := &sfn.DescribeActivityInput{ActivityArn: activity}
	if out := ask(t, c.DescribeActivity, look); *out.Name != "work" {
		t.Errorf("the activity is %s", shown(out))
	}
	ask(t, c.DeleteActivity, &sfn.DeleteActivityInput{ActivityArn: activity})
	s.crash()
	refused[*types.ActivityDoesNotExist](t, c.DescribeActivity, look, "Activity Does Not Exist: '"+*activity+"'")
}

func listsActivities(t *testing.T, c *sfn.Client) {
	t.Helper()
	pages, count := 0, 0
	for p := sfn.NewListActivitiesPaginator(c, &sfn.ListActivitiesInput{MaxResults: 2}); p.HasMorePages(); pages++ {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		count += len(out.Activities)
	}
	if pages != 3 || count != 5 {
		t.Errorf("%d pages list %d activities", pages, count)
	}
}

// calling is a machine that hands its token to another, and waits to be called back.
func calling(other *string) string {
	return fmt.Sprintf(`{"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken", "End": true,
		"HeartbeatSeconds": 1000, "Parameters": {"StateMachineArn": %q, "Input": {"token.$": "$$.Task.Token"}}}}}`, *other)
}

func callbacks(t *testing.T, s *server, c *sfn.Client) {
	told := create(t, c, "told", passing(`1`), "")
	machine := create(t, c, "asks", calling(told), "")
	good := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine}).ExecutionArn
	token := tokenTold(t, c, told, 1)
	s.crash()
	ask(t, c.SendTaskHeartbeat, &sfn.SendTaskHeartbeatInput{TaskToken: token})
	ask(t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: token, Output: aws.String(`"yes"`)})
	if out := finished(t, c, good); aws.ToString(out.Output) != `"yes"` {
		t.Errorf("called back, the execution is %s", shown(out))
	}
	bad := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine}).ExecutionArn
	token = tokenTold(t, c, told, 2)
	ask(t, c.SendTaskFailure, &sfn.SendTaskFailureInput{TaskToken: token, Error: aws.String("No"), Cause: aws.String("way")})
	s.crash()
	if out := finished(t, c, bad); out.Status != types.ExecutionStatusFailed || *out.Error != "No" || *out.Cause != "way" {
		t.Errorf("called back with a failure, the execution is %s", shown(out))
	}
}

// tokenTold is the token in the input of the last of n executions of a machine.
func tokenTold(t *testing.T, c *sfn.Client, machine *string, n int) *string {
	t.Helper()
	var list *sfn.ListExecutionsOutput
	soon(t, "the other machine is started", func() bool {
		list = ask(t, c.ListExecutions, &sfn.ListExecutionsInput{StateMachineArn: machine})
		return len(list.Executions) == n
	})
	x := ask(t, c.DescribeExecution, &sfn.DescribeExecutionInput{ExecutionArn: list.Executions[0].ExecutionArn})
	var input struct{ Token string }
	if err := json.Unmarshal([]byte(*x.Input), &input); err != nil || input.Token == "" {
		t.Fatalf("the input %s has no token: %v", *x.Input, err)
	}
	return &input.Token
}
