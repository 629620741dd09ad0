package awsapi_test

import (
	"slices"
	"strings"
	"testing"

	"canto/runtime"
)

const activity = `{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "` + prefix + `activity:a", %s"End": true}}}`

func TestActivitiesAreCreatedDescribedAndDeleted(t *testing.T) {
	s := serve(t)
	arn := s.ask("CreateActivity", object{"name": "a"})["activityArn"].(string)
	first := s.ask("DescribeActivity", object{"activityArn": arn})
	if first["name"] != "a" || first["activityArn"] != prefix+"activity:a" {
		t.Errorf("got %v", first)
	}
	if again := s.ask("CreateActivity", object{"name": "a"}); again["creationDate"] != first["creationDate"] {
		t.Errorf("made again: %v", again)
	}
	s.refused("CreateActivity", object{"name": "a b"}, own+"InvalidName", "Invalid Name: 'a b'")
	s.ask("DeleteActivity", object{"activityArn": arn})
	missing := "Activity Does Not Exist: '" + arn + "'"
	s.refused("DescribeActivity", object{"activityArn": arn}, own+"ActivityDoesNotExist", missing)
	s.refused("GetActivityTask", object{"activityArn": arn}, own+"ActivityDoesNotExist", missing)
}

// work gets the next task of the activity.
func (s *service) work() object {
	s.t.Helper()
	for {
		task := s.ask("GetActivityTask", object{"activityArn": prefix + "activity:a", "workerName": "me"})
		if task["taskToken"] != nil {
			return task
		}
	}
}

func TestWorkersEndTasks(t *testing.T) {
	s := serve(t, runtime.RealTime())
	s.ask("CreateActivity", object{"name": "a"})
	if none := s.ask("GetActivityTask", object{"activityArn": prefix + "activity:a"}); len(none) != 0 {
		t.Errorf("with nothing to do: %v", none)
	}
	m := s.create("m", strings.Replace(activity, "%s", "", 1))
	one := s.start(m, `{"n": 1}`)
	first := s.work()
	two := s.start(m, `{"n": 2}`)
	second := s.work()
	if first["input"] != `{"n": 1}` || second["input"] != `{"n": 2}` {
		t.Fatalf("got %v, then %v", first, second)
	}
	s.ask("SendTaskHeartbeat", object{"taskToken": first["taskToken"]})
	s.ask("SendTaskSuccess", object{"taskToken": first["taskToken"], "output": `{"done": true}`})
	s.ask("SendTaskFailure", object{"taskToken": second["taskToken"], "error": "Broken", "cause": "by hand"})
	if d := s.ended(one); d["output"] != `{"done": true}` {
		t.Errorf("got %v", d)
	}
	if d := s.ended(two); d["error"] != "Broken" || d["cause"] != "by hand" {
		t.Errorf("got %v", d)
	}
	want := []string{"ExecutionStarted", "TaskStateEntered", "ActivityScheduled", "ActivityStarted", "ActivitySucceeded", "TaskStateExited", "ExecutionSucceeded"}
	if got := s.types(one); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestWorkersTakeTasksInTheOrderOfScheduling(t *testing.T) {
	s := serve(t, runtime.RealTime())
	s.ask("CreateActivity", object{"name": "a"})
	each := strings.Replace(activity, "%s", "", 1)
	s.start(s.create("m", `{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": `+each+`, "End": true}}}`), `[1, 2, 3]`)
	for _, want := range []string{"1", "2", "3"} {
		if task := s.work(); task["input"] != want {
			t.Errorf("got %v, and not the task of %s", task, want)
		}
	}
}

func TestTokensAreGoodOnce(t *testing.T) {
	s := serve(t, runtime.RealTime())
	s.ask("CreateActivity", object{"name": "a"})
	arn := s.start(s.create("m", strings.Replace(activity, "%s", "", 1)), `{}`)
	token := s.work()["taskToken"]
	s.refused("SendTaskSuccess", object{"taskToken": token, "output": "{"}, own+"InvalidOutput", "Invalid Output: 'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"; line: 1, column: 1])'")
	s.ask("SendTaskSuccess", object{"taskToken": token, "output": "{}"})
	s.ended(arn)
	const over = "Task Timed Out: 'Provided task does not exist anymore'"
	s.refused("SendTaskSuccess", object{"taskToken": token, "output": "{}"}, own+"TaskTimedOut", over)
	s.refused("SendTaskFailure", object{"taskToken": token}, own+"TaskTimedOut", over)
	s.refused("SendTaskHeartbeat", object{"taskToken": token}, own+"TaskTimedOut", over)
	s.refused("SendTaskHeartbeat", object{"taskToken": "invented"}, own+"InvalidToken", "Invalid Token: 'Invalid token'")
}

func TestTheClocksOfATaskStartWhenAWorkerTakesIt(t *testing.T) {
	s := serve(t, runtime.RealTime())
	s.ask("CreateActivity", object{"name": "a"})
	arn := s.start(s.create("m", strings.Replace(activity, "%s", `"TimeoutSeconds": 3, "HeartbeatSeconds": 1, `, 1)), `{}`)
	s.work()
	if d := s.ended(arn); d["error"] != "States.HeartbeatTimeout" {
		t.Errorf("got %v", d)
	}
	want := []string{"ExecutionStarted", "TaskStateEntered", "ActivityScheduled", "ActivityStarted", "ActivityTimedOut", "ExecutionFailed"}
	if got := s.types(arn); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestTaskOfAStoppedExecutionIsHandedToNobody(t *testing.T) {
	s := serve(t, runtime.RealTime())
	s.ask("CreateActivity", object{"name": "a"})
	arn := s.start(s.create("m", strings.Replace(activity, "%s", "", 1)), `{}`)
	for len(s.types(arn)) < 3 {
	}
	s.ask("StopExecution", object{"executionArn": arn})
	if none := s.ask("GetActivityTask", object{"activityArn": prefix + "activity:a"}); len(none) != 0 {
		t.Errorf("got %v", none)
	}
}
