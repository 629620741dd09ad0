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

		"InputPath":      {anyType &^ fail, jsonPath, nullablePath},
		"OutputPath":     {anyType &^ fail, jsonPath, nullablePath},
		"Parameters":     {tasks | pass, jsonPath, template},
		"ResultSelector": {tasks, jsonPath, template},
		"ResultPath":     {tasks | pass, jsonPath, referencePath},
		"Result":         {pass, jsonPath, staticResult},
		"Arguments":      {task | parallel, jsonata, template},
		"Output":         {anyType &^ fail, jsonata, template},
		"Assign":         {steps | choice, anyLanguage, assign},
		"Retry":          {tasks, anyLanguage, retry},
		"Catch":          {tasks, anyLanguage, catch},

		"Resource":             {task, anyLanguage, resource},
		"Credentials":          {task, anyLanguage, credentials},
		"TimeoutSeconds":       {task, anyLanguage, evaluated(integer(1, longest))},
		"TimeoutSecondsPath":   {task, jsonPath, path},
		"HeartbeatSeconds":     {task, anyLanguage, evaluated(integer(1, longest))},
		"HeartbeatSecondsPath": {task, jsonPath, path},

		"Choices": {choice, anyLanguage, nonEmpty(choiceRule)},
		"Default": {choice, anyLanguage, text},

		"Seconds":       {wait, anyLanguage, evaluated(integer(0, longest))},
		"SecondsPath":   {wait, jsonPath, path},
		"Timestamp":     {wait, anyLanguage, evaluated(timestamp)},
		"TimestampPath": {wait, jsonPath, path},

		"Error":     {fail, anyLanguage, evaluated(text)},
		"Cause":     {fail, anyLanguage, evaluated(text)},
		"ErrorPath": {fail, jsonPath, pathOrStringIntrinsic},
		"CausePath": {fail, jsonPath, pathOrStringIntrinsic},

		"Branches": {parallel, anyLanguage, nonEmpty(branchMachine)},

		"ItemProcessor":                  {mapState, anyLanguage, processorMachine},
		"Iterator":                       {mapState, anyLanguage, processorMachine},
		"ItemsPath":                      {mapState, jsonPath, path},
		"Items":                          {mapState, jsonata, itemsOfMap},
		"ItemSelector":                   {mapState, anyLanguage, template},
		"ItemReader":                     {mapState, anyLanguage, of(itemReader)},
		"ItemBatcher":                    {mapState, anyLanguage, of(itemBatcher)},
		"ResultWriter":                   {mapState, anyLanguage, of(resultWriter)},
		"Label":                          {mapState, anyLanguage, label},
		"MaxConcurrency":                 {mapState, anyLanguage, evaluated(integer(0, math.MaxInt64))},
		"MaxConcurrencyPath":             {mapState, jsonPath, path},
		"ToleratedFailureCount":          {mapState, anyLanguage, evaluated(integer(0, math.MaxInt64))},
		"ToleratedFailureCountPath":      {mapState, jsonPath, path},
		"ToleratedFailurePercentage":     {mapState, anyLanguage, evaluated(number(0, 100))},
		"ToleratedFailurePercentagePath": {mapState, jsonPath, path},
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
