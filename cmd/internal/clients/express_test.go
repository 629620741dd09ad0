package clients_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

const failing = `{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Sad", "Cause": "by nature"}}}`

// synchronously runs an EXPRESS execution, and tests a state: the two operations
// whose host has a prefix.
func synchronously(t *testing.T, c *sfn.Client) {
	t.Helper()
	machine := create(t, c, "quick", passing(`{"paid":true}`), types.StateMachineTypeExpress)
	out := ask(t, c.StartSyncExecution, &sfn.StartSyncExecutionInput{StateMachineArn: machine, Input: aws.String(`{}`)})
	if out.Status != types.SyncExecutionStatusSucceeded || *out.Output != `{"paid":true}` || out.BillingDetails.BilledMemoryUsedInMB != 64 {
		t.Errorf("the execution is %s", shown(out))
	}
	state := ask(t, c.TestState, &sfn.TestStateInput{Definition: aws.String(`{"Type": "Pass", "Result": 1, "End": true}`)})
	if aws.ToString(state.Output) != "1" {
		t.Errorf("the state is %s", shown(state))
	}
}

func express(t *testing.T, s *server, c *sfn.Client) {
	machine := create(t, c, "sad", failing, types.StateMachineTypeExpress)
	s.crash()
	out := ask(t, c.StartSyncExecution, &sfn.StartSyncExecutionInput{StateMachineArn: machine, Name: aws.String("x")})
	if out.Status != types.SyncExecutionStatusFailed || *out.Error != "Sad" || *out.Cause != "by nature" {
		t.Errorf("the execution is %s", shown(out))
	}
	refused[*types.InvalidArn](t, c.DescribeExecution, &sfn.DescribeExecutionInput{ExecutionArn: out.ExecutionArn}, "Resource type not valid in this context: express")
	refused[*types.StateMachineTypeNotSupported](t, c.ListExecutions, &sfn.ListExecutionsInput{StateMachineArn: machine}, "This operation is not supported by this type of state machine")
	if x := ask(t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine}); !strings.HasPrefix(*x.ExecutionArn, prefix+"express:sad:") {
		t.Errorf("started, it is %s", *x.ExecutionArn)
	}
	standard := create(t, c, "standard", failing, types.StateMachineTypeStandard)
	refused[*types.StateMachineTypeNotSupported](t, c.StartSyncExecution, &sfn.StartSyncExecutionInput{StateMachineArn: standard}, "This operation is not supported by this type of state machine")
	synchronously(t, c)
}

func testState(t *testing.T, _ *server, c *sfn.Client) {
	task := aws.String(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$"}, "OutputPath": "$.Payload", "End": true,
		"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Other"}]}`)
	out := ask(t, c.TestState, &sfn.TestStateInput{
		Definition: task, Input: aws.String(`{"n": 1}`), InspectionLevel: types.InspectionLevelDebug,
		Mock: &types.MockInput{Result: aws.String(`{"Payload": "paid", "StatusCode": 200}`), FieldValidationMode: types.MockResponseValidationModeStrict},
	})
	if out.Status != types.TestExecutionStatusSucceeded || *out.Output != `"paid"` || aws.ToString(out.InspectionData.AfterParameters) == "" {
		t.Errorf("mocked, the state is %s", shown(out))
	}
	busy := ask(t, c.TestState, &sfn.TestStateInput{
		Definition: task, Input: aws.String(`{}`), InspectionLevel: types.InspectionLevelDebug,
		Mock: &types.MockInput{ErrorOutput: &types.MockErrorOutput{Error: aws.String("Busy"), Cause: aws.String("as always")}},
	})
	if busy.Status != types.TestExecutionStatusRetriable || aws.ToInt32(busy.InspectionData.ErrorDetails.RetryBackoffIntervalSeconds) != 2 {
		t.Errorf("with a mocked error that is tried again, the state is %s", shown(busy))
	}
	broken := ask(t, c.TestState, &sfn.TestStateInput{
		Definition: task, Input: aws.String(`{}`), Mock: &types.MockInput{ErrorOutput: &types.MockErrorOutput{Error: aws.String("Broken"), Cause: aws.String("for good")}},
	})
	if broken.Status != types.TestExecutionStatusCaughtError || *broken.NextState != "Other" {
		t.Errorf("with a mocked error that is caught, the state is %s", shown(broken))
	}
	refused[*types.ValidationException](t, c.TestState, &sfn.TestStateInput{
		Definition: aws.String(`{"Type": "Pass", "End": true}`), Mock: &types.MockInput{Result: aws.String(`1`)},
	}, "State type 'Pass' is not supported when a mock is specified")
}

func validation(t *testing.T, _ *server, c *sfn.Client) {
	good := ask(t, c.ValidateStateMachineDefinition, &sfn.ValidateStateMachineDefinitionInput{Definition: aws.String(passing(`1`))})
	if good.Result != types.ValidateStateMachineDefinitionResultCodeOk || len(good.Diagnostics) != 0 {
		t.Errorf("a good definition is %s", shown(good))
	}
	bad := ask(t, c.ValidateStateMachineDefinition, &sfn.ValidateStateMachineDefinitionInput{Definition: aws.String(`{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}`)})
	if bad.Result != types.ValidateStateMachineDefinitionResultCodeFail || len(bad.Diagnostics) == 0 || *bad.Diagnostics[0].Code != "SCHEMA_VALIDATION_FAILED" {
		t.Errorf("a bad definition is %s", shown(bad))
	}
}

func refusals(t *testing.T, _ *server, c *sfn.Client) {
	machine := create(t, c, "m", passing(`1`), "")
	nothing, nobody := aws.String("nothing"), aws.String(prefix+"stateMachine:nobody")
	refused[*types.InvalidArn](t, c.DescribeStateMachine, &sfn.DescribeStateMachineInput{StateMachineArn: nothing}, "Invalid Arn: 'Invalid ARN prefix: nothing'")
	refused[*types.StateMachineDoesNotExist](t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: nobody}, "State Machine Does Not Exist: '"+*nobody+"'")
	refused[*types.ExecutionDoesNotExist](t, c.DescribeExecution, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(prefix + "execution:m:none")}, "Execution Does Not Exist: '"+prefix+"execution:m:none'")
	refused[*types.InvalidName](t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine, Name: aws.String("a b")}, "Invalid Name: 'a b'")
	refused[*types.InvalidExecutionInput](t, c.StartExecution, &sfn.StartExecutionInput{StateMachineArn: machine, Input: aws.String("not json")}, "Invalid State Machine Execution Input: 'Unrecognized token 'not'")
	refused[*types.InvalidDefinition](t, c.CreateStateMachine, &sfn.CreateStateMachineInput{Name: aws.String("bad"), Definition: aws.String(`{}`), RoleArn: aws.String(role)}, "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ")
	refused[*types.ValidationException](t, c.ListExecutions, &sfn.ListExecutionsInput{StateMachineArn: machine, MaxResults: 1001},
		"1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000")
	refused[*types.InvalidToken](t, c.ListExecutions, &sfn.ListExecutionsInput{StateMachineArn: machine, NextToken: nothing}, "Invalid Token: 'Invalid token'")
	refused[*types.InvalidToken](t, c.SendTaskSuccess, &sfn.SendTaskSuccessInput{TaskToken: nothing, Output: aws.String(`1`)}, "Invalid Token: 'Invalid token'")
	refused[*types.InvalidLoggingConfiguration](t, c.UpdateStateMachine, &sfn.UpdateStateMachineInput{
		StateMachineArn: machine, LoggingConfiguration: &types.LoggingConfiguration{Level: types.LogLevelAll},
	}, "Invalid Logging Configuration: Must specify exactly one Log Destination.")
	refused[*types.MissingRequiredParameter](t, c.UpdateStateMachine, &sfn.UpdateStateMachineInput{StateMachineArn: machine}, "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
}
