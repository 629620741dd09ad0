package clients_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// waiting is a machine that does not end by itself.
const waiting = `{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100000, "End": true}}}`

// finished waits for the end of an execution.
func finished(t *testing.T, c *sfn.Client, execution *string) *sfn.DescribeExecutionOutput {
	t.Helper()
	var out *sfn.DescribeExecutionOutput
	soon(t, *execution+" ends", func() bool {
		out = ask(t, c.DescribeExecution, &sfn.DescribeExecutionInput{ExecutionArn: execution})
		return out.Status != types.ExecutionStatusRunning
	})
	return out
}

func executions(t *testing.T, s *server, c *sfn.Client) {
	machine := create(t, c, "m", passing(`{"paid":true}`), "")
	var last *string
	for i := range 5 {
		last = ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine, Name: aws.String(fmt.Sprintf("x%d", i)), Input: aws.String(`{ "n": 1.0 }`)}).ExecutionArn
		finished(t, c, last)
	}
	s.crash()
	out := ask(t, c.DescribeExecution, &sfn.DescribeExecutionInput{ExecutionArn: last})
	if *out.Input != `{ "n": 1.0 }` || *out.Output != `{"paid":true}` || out.Status != types.ExecutionStatusSucceeded || !out.InputDetails.Included || out.StopDate == nil {
		t.Errorf("described as %s", shown(out))
	}
	bare := ask(t, c.DescribeExecution, &sfn.DescribeExecutionInput{ExecutionArn: last, IncludedData: types.IncludedDataMetadataOnly})
	if bare.Input != nil || bare.Output != nil {
		t.Errorf("without its data it is described as %s", shown(bare))
	}
	of := ask(t, c.DescribeStateMachineForExecution, &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: last})
	if *of.StateMachineArn != *machine || *of.Definition != passing(`{"paid":true}`) {
		t.Errorf("its machine is %s", shown(of))
	}
	refused[*types.ExecutionAlreadyExists](t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine, Name: aws.String("x0"), Input: aws.String(`{ "n": 1.0 }`)}, "Execution Already Exists: '"+prefix+"execution:m:x0'")
	listsExecutions(t, c, machine)
}

func listsExecutions(t *testing.T, c *sfn.Client, machine *string) {
	t.Helper()
	var names []string
	pages := 0
	for p := sfn.NewListExecutionsPaginator(c, &sfn.ListExecutionsInput{StateMachineArn: machine, MaxResults: 2, StatusFilter: types.ExecutionStatusSucceeded}); p.HasMorePages(); pages++ {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range out.Executions {
			names = append(names, *x.Name)
		}
	}
	if want := []string{"x4", "x3", "x2", "x1", "x0"}; !slices.Equal(names, want) || pages != 3 {
		t.Errorf("%d pages list %v, want %v", pages, names, want)
	}
	none := ask(t, c.ListExecutions, &sfn.ListExecutionsInput{StateMachineArn: machine, StatusFilter: types.ExecutionStatusFailed})
	if len(none.Executions) != 0 {
		t.Errorf("%d failed", len(none.Executions))
	}
}

func histories(t *testing.T, s *server, c *sfn.Client) {
	machine := create(t, c, "m", passing(`{"paid":true}`), "")
	x := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine}).ExecutionArn
	finished(t, c, x)
	s.crash()
	for name, reverse := range map[string]bool{"from the first": false, "from the last": true} {
		t.Run(name, func(t *testing.T) {
			var ids []int64
			pages := 0
			for p := sfn.NewGetExecutionHistoryPaginator(c, &sfn.GetExecutionHistoryInput{ExecutionArn: x, MaxResults: 4, ReverseOrder: reverse}); p.HasMorePages(); pages++ {
				out, err := p.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range out.Events {
					ids = append(ids, e.Id)
				}
			}
			want := []int64{1, 2, 3, 4, 5, 6}
			if reverse {
				slices.Reverse(want)
			}
			if !slices.Equal(ids, want) || pages != 2 {
				t.Errorf("%d pages have the events %v, want %v", pages, ids, want)
			}
		})
	}
	bare := ask(t, c.GetExecutionHistory, &sfn.GetExecutionHistoryInput{ExecutionArn: x, IncludeExecutionData: aws.Bool(false)})
	begun := bare.Events[0]
	if begun.Type != types.HistoryEventTypeExecutionStarted || begun.ExecutionStartedEventDetails.Input != nil || *begun.ExecutionStartedEventDetails.RoleArn != role {
		t.Errorf("without data the first event is %s", shown(begun))
	}
	refused[*types.InvalidToken](t, c.GetExecutionHistory, &sfn.GetExecutionHistoryInput{ExecutionArn: x, NextToken: aws.String("invented")}, "Invalid Token: 'Invalid token'")
}

func stopping(t *testing.T, s *server, c *sfn.Client) {
	machine := create(t, c, "m", waiting, "")
	start := &sfn.StartExecutionInput{StateMachineArn: machine, Name: aws.String("x"), Input: aws.String(`{}`)}
	first := ask(t, c.StartExecution, start)
	s.crash()
	if again := ask(t, c.StartExecution, start); *again.ExecutionArn != *first.ExecutionArn || !again.StartDate.Equal(*first.StartDate) {
		t.Errorf("while it runs, the same start gives %v, and not %v", again, first)
	}
	running := ask(t, c.ListExecutions, &sfn.ListExecutionsInput{StateMachineArn: machine, StatusFilter: types.ExecutionStatusRunning})
	if len(running.Executions) != 1 {
		t.Errorf("%d are running", len(running.Executions))
	}
	if out := ask(t, c.StopExecution, &sfn.StopExecutionInput{ExecutionArn: first.ExecutionArn, Error: aws.String("Enough"), Cause: aws.String("of it")}); out.StopDate == nil {
		t.Error("it was stopped at no time")
	}
	s.crash()
	if out := finished(t, c, first.ExecutionArn); out.Status != types.ExecutionStatusAborted || *out.Error != "Enough" || *out.Cause != "of it" {
		t.Errorf("stopped, it is %s", shown(out))
	}
}

// unsure is a machine of one task for a worker.
func unsure(activity *string) string {
	return fmt.Sprintf(`{"StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": %q, "Next": "Done"}, "Done": {"Type": "Pass", "End": true}}}`, *activity)
}

func redrive(t *testing.T, s *server, c *sfn.Client) {
	activity := ask(t, c.CreateActivity, &sfn.CreateActivityInput{Name: aws.String("work")}).ActivityArn
	machine := create(t, c, "m", unsure(activity), "")
	x := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine}).ExecutionArn
	task := ask(t, c.GetActivityTask, &sfn.GetActivityTaskInput{ActivityArn: activity})
	refused[*types.ExecutionNotRedrivable](t, c.RedriveExecution, &sfn.RedriveExecutionInput{ExecutionArn: x}, "")
	ask(t, c.SendTaskFailure, &sfn.SendTaskFailureInput{TaskToken: task.TaskToken, Error: aws.String("Broken")})
	if out := finished(t, c, x); out.Status != types.ExecutionStatusFailed || out.RedriveStatus != types.ExecutionRedriveStatusRedrivable {
		t.Errorf("it is %s, %s", out.Status, out.RedriveStatus)
	}
	s.crash()
	if out := ask(t, c.RedriveExecution, &sfn.RedriveExecutionInput{ExecutionArn: x, ClientToken: aws.String("once")}); out.RedriveDate == nil {
		t.Error("the redrive has no date")
	}
	s.crash()
	again := ask(t, c.GetActivityTask, &sfn.GetActivityTaskInput{ActivityArn: activity})
	if aws.ToString(again.TaskToken) == *task.TaskToken {
		t.Error("the task has its old token")
	}
	ask(t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: again.TaskToken, Output: aws.String(`"mended"`)})
	if out := finished(t, c, x); out.Status != types.ExecutionStatusSucceeded || *out.Output != `"mended"` || aws.ToInt32(out.RedriveCount) != 1 || out.RedriveDate == nil {
		t.Errorf("redriven, it is %s", shown(out))
	}
	refused[*types.ValidationException](t, c.ListExecutions, &sfn.ListExecutionsInput{StateMachineArn: machine, RedriveFilter: types.ExecutionRedriveFilterRedriven}, "")
}

func mapRuns(t *testing.T, s *server, c *sfn.Client) {
	activity := ask(t, c.CreateActivity, &sfn.CreateActivityInput{Name: aws.String("work")}).ActivityArn
	machine := create(t, c, "m", fmt.Sprintf(`{"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "each", "MaxConcurrency": 1, "End": true, "ItemProcessor": {
		"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Do", "States": {"Do": {"Type": "Task", "Resource": %q, "End": true}}}}}}`, *activity), "")
	x := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine, Input: aws.String(`[1, 2, 3]`)}).ExecutionArn
	first := ask(t, c.GetActivityTask, &sfn.GetActivityTaskInput{ActivityArn: activity}) // so the Map Run has begun
	s.crash()
	var run *string
	for p := sfn.NewListMapRunsPaginator(c, &sfn.ListMapRunsInput{ExecutionArn: x}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil || len(out.MapRuns) != 1 {
			t.Fatalf("the Map Runs are %v, %v", out, err)
		}
		run = out.MapRuns[0].MapRunArn
	}
	look := &sfn.DescribeMapRunInput{MapRunArn: run}
	for end := time.Now().Add(time.Minute); ask(t, c.DescribeMapRun, look).ExecutionCounts.Running == 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond) // after a crash executions go on beside the first requests
	}
	if out := ask(t, c.DescribeMapRun, look); out.Status != types.MapRunStatusRunning || out.MaxConcurrency != 1 || out.ItemCounts.Total != 3 || out.ExecutionCounts.Running != 1 {
		t.Errorf("the Map Run is %v: items %v, executions %v", out, out.ItemCounts, out.ExecutionCounts)
	}
	ask(t, c.UpdateMapRun, &sfn.UpdateMapRunInput{MapRunArn: run, MaxConcurrency: aws.Int32(3)})
	ask(t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: first.TaskToken, Output: aws.String(`1`)})
	for range 2 {
		task := ask(t, c.GetActivityTask, &sfn.GetActivityTaskInput{ActivityArn: activity})
		ask(t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: task.TaskToken, Output: task.Input})
	}
	if out := finished(t, c, x); aws.ToString(out.Output) != `[1,2,3]` {
		t.Errorf("the execution gives %s, %s: %s", aws.ToString(out.Output), aws.ToString(out.Error), aws.ToString(out.Cause))
	}
	if out := ask(t, c.DescribeMapRun, look); out.Status != types.MapRunStatusSucceeded || out.MaxConcurrency != 3 || out.ItemCounts.Succeeded != 3 {
		t.Errorf("at its end the Map Run is %v: items %v", out, out.ItemCounts)
	}
	if out := ask(t, c.ListExecutions, &sfn.ListExecutionsInput{MapRunArn: run}); len(out.Executions) != 3 {
		t.Errorf("the Map Run has %d executions", len(out.Executions))
	}
	refused[*types.ValidationException](t, c.UpdateMapRun, &sfn.UpdateMapRunInput{MapRunArn: run, MaxConcurrency: aws.Int32(4)}, "")
}
