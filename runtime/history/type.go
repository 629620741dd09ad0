package history

// Type is the type of an event, as the API names it.
type Type uint8

// The types of events (API reference, HistoryEventType).
const (
	ActivityFailed Type = iota
	ActivityScheduled
	ActivityScheduleFailed
	ActivityStarted
	ActivitySucceeded
	ActivityTimedOut
	ChoiceStateEntered
	ChoiceStateExited
	EvaluationFailed
	ExecutionAborted
	ExecutionFailed
	ExecutionRedriven
	ExecutionStarted
	ExecutionSucceeded
	ExecutionTimedOut
	FailStateEntered
	LambdaFunctionFailed
	LambdaFunctionScheduled
	LambdaFunctionScheduleFailed
	LambdaFunctionStarted
	LambdaFunctionStartFailed
	LambdaFunctionSucceeded
	LambdaFunctionTimedOut
	MapIterationAborted
	MapIterationFailed
	MapIterationStarted
	MapIterationSucceeded
	MapRunAborted
	MapRunFailed
	MapRunRedriven
	MapRunStarted
	MapRunSucceeded
	MapStateAborted
	MapStateEntered
	MapStateExited
	MapStateFailed
	MapStateStarted
	MapStateSucceeded
	ParallelStateAborted
	ParallelStateEntered
	ParallelStateExited
	ParallelStateFailed
	ParallelStateStarted
	ParallelStateSucceeded
	PassStateEntered
	PassStateExited
	SucceedStateEntered
	SucceedStateExited
	TaskFailed
	TaskScheduled
	TaskStarted
	TaskStartFailed
	TaskStateAborted
	TaskStateEntered
	TaskStateExited
	TaskSubmitFailed
	TaskSubmitted
	TaskSucceeded
	TaskTimedOut
	WaitStateAborted
	WaitStateEntered
	WaitStateExited
	None Type = 255 // no event: what a state has that has no such event
)

// String is the name that the API uses.
func (t Type) String() string {
	if int(t) < len(types) {
		return types[t].name
	}
	return "None"
}

// parseType is the type of that name.
func parseType(name string) (Type, bool) {
	for i, k := range types {
		if k.name == name {
			return Type(i), true
		}
	}
	return None, false
}

// Terminal says whether an execution ends with an event of this type.
func (t Type) Terminal() bool {
	switch t {
	case ExecutionSucceeded, ExecutionFailed, ExecutionAborted, ExecutionTimedOut:
		return true
	}
	return false
}

// details says which members the details of an event have.
type details uint8

const (
	noDetails details = iota
	startDetails
	outputDetails
	errorDetails
	enteredDetails
	exitedDetails
	iterationDetails
	lengthDetails
	lambdaScheduledDetails
	activityScheduledDetails
	activityStartedDetails
	taskScheduledDetails
	taskDetails
	taskOutputDetails
	taskErrorDetails
	mapRunDetails
	redrivenDetails
	evaluationDetails
)

// types gives each type its name, and the key and members of its details.
var types = [...]struct {
	name    string
	key     string
	details details
}{
	ActivityFailed:               {"ActivityFailed", "activityFailedEventDetails", errorDetails},
	ActivityScheduled:            {"ActivityScheduled", "activityScheduledEventDetails", activityScheduledDetails},
	ActivityScheduleFailed:       {"ActivityScheduleFailed", "activityScheduleFailedEventDetails", errorDetails},
	ActivityStarted:              {"ActivityStarted", "activityStartedEventDetails", activityStartedDetails},
	ActivitySucceeded:            {"ActivitySucceeded", "activitySucceededEventDetails", outputDetails},
	ActivityTimedOut:             {"ActivityTimedOut", "activityTimedOutEventDetails", errorDetails},
	ChoiceStateEntered:           {"ChoiceStateEntered", "stateEnteredEventDetails", enteredDetails},
	ChoiceStateExited:            {"ChoiceStateExited", "stateExitedEventDetails", exitedDetails},
	EvaluationFailed:             {"EvaluationFailed", "evaluationFailedEventDetails", evaluationDetails},
	ExecutionAborted:             {"ExecutionAborted", "executionAbortedEventDetails", errorDetails},
	ExecutionFailed:              {"ExecutionFailed", "executionFailedEventDetails", errorDetails},
	ExecutionRedriven:            {"ExecutionRedriven", "executionRedrivenEventDetails", redrivenDetails},
	ExecutionStarted:             {"ExecutionStarted", "executionStartedEventDetails", startDetails},
	ExecutionSucceeded:           {"ExecutionSucceeded", "executionSucceededEventDetails", outputDetails},
	ExecutionTimedOut:            {"ExecutionTimedOut", "executionTimedOutEventDetails", errorDetails},
	FailStateEntered:             {"FailStateEntered", "stateEnteredEventDetails", enteredDetails},
	LambdaFunctionFailed:         {"LambdaFunctionFailed", "lambdaFunctionFailedEventDetails", errorDetails},
	LambdaFunctionScheduled:      {"LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", lambdaScheduledDetails},
	LambdaFunctionScheduleFailed: {"LambdaFunctionScheduleFailed", "lambdaFunctionScheduleFailedEventDetails", errorDetails},
	LambdaFunctionStarted:        {"LambdaFunctionStarted", "", noDetails},
	LambdaFunctionStartFailed:    {"LambdaFunctionStartFailed", "lambdaFunctionStartFailedEventDetails", errorDetails},
	LambdaFunctionSucceeded:      {"LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails", outputDetails},
	LambdaFunctionTimedOut:       {"LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails", errorDetails},
	MapIterationAborted:          {"MapIterationAborted", "mapIterationAbortedEventDetails", iterationDetails},
	MapIterationFailed:           {"MapIterationFailed", "mapIterationFailedEventDetails", iterationDetails},
	MapIterationStarted:          {"MapIterationStarted", "mapIterationStartedEventDetails", iterationDetails},
	MapIterationSucceeded:        {"MapIterationSucceeded", "mapIterationSucceededEventDetails", iterationDetails},
	MapRunAborted:                {"MapRunAborted", "", noDetails},
	MapRunFailed:                 {"MapRunFailed", "mapRunFailedEventDetails", errorDetails},
	MapRunRedriven:               {"MapRunRedriven", "mapRunRedrivenEventDetails", mapRunDetails},
	MapRunStarted:                {"MapRunStarted", "mapRunStartedEventDetails", mapRunDetails},
	MapRunSucceeded:              {"MapRunSucceeded", "", noDetails},
	MapStateAborted:              {"MapStateAborted", "", noDetails},
	MapStateEntered:              {"MapStateEntered", "stateEnteredEventDetails", enteredDetails},
	MapStateExited:               {"MapStateExited", "stateExitedEventDetails", exitedDetails},
	MapStateFailed:               {"MapStateFailed", "", noDetails},
	MapStateStarted:              {"MapStateStarted", "mapStateStartedEventDetails", lengthDetails},
	MapStateSucceeded:            {"MapStateSucceeded", "", noDetails},
	ParallelStateAborted:         {"ParallelStateAborted", "", noDetails},
	ParallelStateEntered:         {"ParallelStateEntered", "stateEnteredEventDetails", enteredDetails},
	ParallelStateExited:          {"ParallelStateExited", "stateExitedEventDetails", exitedDetails},
	ParallelStateFailed:          {"ParallelStateFailed", "", noDetails},
	ParallelStateStarted:         {"ParallelStateStarted", "", noDetails},
	ParallelStateSucceeded:       {"ParallelStateSucceeded", "", noDetails},
	PassStateEntered:             {"PassStateEntered", "stateEnteredEventDetails", enteredDetails},
	PassStateExited:              {"PassStateExited", "stateExitedEventDetails", exitedDetails},
	SucceedStateEntered:          {"SucceedStateEntered", "stateEnteredEventDetails", enteredDetails},
	SucceedStateExited:           {"SucceedStateExited", "stateExitedEventDetails", exitedDetails},
	TaskFailed:                   {"TaskFailed", "taskFailedEventDetails", taskErrorDetails},
	TaskScheduled:                {"TaskScheduled", "taskScheduledEventDetails", taskScheduledDetails},
	TaskStarted:                  {"TaskStarted", "taskStartedEventDetails", taskDetails},
	TaskStartFailed:              {"TaskStartFailed", "taskStartFailedEventDetails", taskErrorDetails},
	TaskStateAborted:             {"TaskStateAborted", "", noDetails},
	TaskStateEntered:             {"TaskStateEntered", "stateEnteredEventDetails", enteredDetails},
	TaskStateExited:              {"TaskStateExited", "stateExitedEventDetails", exitedDetails},
	TaskSubmitFailed:             {"TaskSubmitFailed", "taskSubmitFailedEventDetails", taskErrorDetails},
	TaskSubmitted:                {"TaskSubmitted", "taskSubmittedEventDetails", taskOutputDetails},
	TaskSucceeded:                {"TaskSucceeded", "taskSucceededEventDetails", taskOutputDetails},
	TaskTimedOut:                 {"TaskTimedOut", "taskTimedOutEventDetails", taskErrorDetails},
	WaitStateAborted:             {"WaitStateAborted", "", noDetails},
	WaitStateEntered:             {"WaitStateEntered", "stateEnteredEventDetails", enteredDetails},
	WaitStateExited:              {"WaitStateExited", "stateExitedEventDetails", exitedDetails},
}
