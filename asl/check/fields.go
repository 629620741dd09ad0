package check

import "math"

// stateShape is the field matrix of the language: which field belongs to which
// type of state and to which query language, and what it has to hold.
var stateShape *shape

const (
	tasks = task | parallel | mapState // what can fail, and be retried
	steps = tasks | pass | wait        // what goes on to one next state
)

func init() { // in here, for the shape contains machines, whose states have this shape
	stateShape = &shape{what: "this state", fields: stateFields(), counts: stateCounts}
}

func stateFields() map[string]field {
	return map[string]field{
		"Type":          {anyType, anyLanguage, text},
		"Comment":       {anyType, anyLanguage, text},
		"QueryLanguage": {anyType, anyLanguage, queryLanguage},
		"Next":          {steps, anyLanguage, text},
		"End":           {steps, anyLanguage, isTrue},

		"InputPath":      {anyType &^ fail, pathOnly, nullablePath},
		"OutputPath":     {anyType &^ fail, pathOnly, nullablePath},
		"Parameters":     {tasks | pass, pathOnly, template},
		"ResultSelector": {tasks, pathOnly, template},
		"ResultPath":     {tasks | pass, pathOnly, referencePath},
		"Result":         {pass, pathOnly, staticResult},
		"Arguments":      {task | parallel, jsonataOnly, template},
		"Output":         {anyType &^ fail, jsonataOnly, afterwards(template)},
		"Assign":         {steps | choice, anyLanguage, afterwards(assign)},
		"Retry":          {tasks, anyLanguage, retry},
		"Catch":          {tasks, anyLanguage, catch},

		"Resource":             {task, anyLanguage, resource},
		"Credentials":          {task, anyLanguage, credentials},
		"TimeoutSeconds":       {task, anyLanguage, evaluated(integer(1, longest))},
		"TimeoutSecondsPath":   {task, pathOnly, path},
		"HeartbeatSeconds":     {task, anyLanguage, evaluated(integer(1, longest))},
		"HeartbeatSecondsPath": {task, pathOnly, path},

		"Choices": {choice, anyLanguage, nonEmpty(choiceRule)},
		"Default": {choice, anyLanguage, text},

		"Seconds":       {wait, anyLanguage, evaluated(integer(0, longest))},
		"SecondsPath":   {wait, pathOnly, path},
		"Timestamp":     {wait, anyLanguage, evaluated(timestamp)},
		"TimestampPath": {wait, pathOnly, path},

		"Error":     {fail, anyLanguage, evaluated(text)},
		"Cause":     {fail, anyLanguage, evaluated(text)},
		"ErrorPath": {fail, pathOnly, pathOrStringIntrinsic},
		"CausePath": {fail, pathOnly, pathOrStringIntrinsic},

		"Branches": {parallel, anyLanguage, nonEmpty(branchMachine)},

		"ItemProcessor":                  {mapState, anyLanguage, processorMachine},
		"Iterator":                       {mapState, anyLanguage, processorMachine},
		"ItemsPath":                      {mapState, pathOnly, path},
		"Items":                          {mapState, jsonataOnly, itemsOfMap},
		"ItemSelector":                   {mapState, anyLanguage, template},
		"ItemReader":                     {mapState, anyLanguage, reader},
		"ItemBatcher":                    {mapState, anyLanguage, of(itemBatcher)},
		"ResultWriter":                   {mapState, anyLanguage, writer},
		"Label":                          {mapState, anyLanguage, label},
		"MaxConcurrency":                 {mapState, anyLanguage, evaluated(integer(0, math.MaxInt64))},
		"MaxConcurrencyPath":             {mapState, pathOnly, path},
		"ToleratedFailureCount":          {mapState, anyLanguage, evaluated(integer(0, math.MaxInt64))},
		"ToleratedFailureCountPath":      {mapState, pathOnly, path},
		"ToleratedFailurePercentage":     {mapState, anyLanguage, evaluated(number(0, 100))},
		"ToleratedFailurePercentagePath": {mapState, pathOnly, path},
	}
}

// stateCounts are the fields that a state needs, and those that exclude each other.
var stateCounts = []count{
	one(task, "Resource"),
	one(choice, "Choices"),
	one(parallel, "Branches"),
	one(mapState, "ItemProcessor", "Iterator"),
	one(wait, "Seconds", "SecondsPath", "Timestamp", "TimestampPath"),
	one(steps, "Next", "End"),
	atMostOne(task, "TimeoutSeconds", "TimeoutSecondsPath"),
	atMostOne(task, "HeartbeatSeconds", "HeartbeatSecondsPath"),
	atMostOne(fail, "Error", "ErrorPath"),
	atMostOne(fail, "Cause", "CausePath"),
	atMostOne(mapState, "ItemSelector", "Parameters"),
	atMostOne(mapState, "MaxConcurrency", "MaxConcurrencyPath"),
	atMostOne(mapState, "ToleratedFailureCount", "ToleratedFailureCountPath"),
	atMostOne(mapState, "ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
}

// together judges the rules about several fields of a state.
func (c *checker) together(f spot) {
	switch f.state.kind {
	case task:
		c.heartbeat(f)
		c.callbackToken(f)
	case mapState:
		c.distributedOnly(f)
	}
}
