package check

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
)

var retrier = &shape{
	what: "a retrier",
	fields: map[string]field{
		"ErrorEquals":     {anyType, anyLanguage, nonEmpty(errorName)},
		"IntervalSeconds": {anyType, anyLanguage, integer(1, longest)},
		"MaxAttempts":     {anyType, anyLanguage, integer(0, longest)},
		"BackoffRate":     {anyType, anyLanguage, number(1, math.Inf(1))},
		"MaxDelaySeconds": {anyType, anyLanguage, integer(1, longDays)},
		"JitterStrategy":  {anyType, anyLanguage, oneOf("FULL", "NONE")},
		"Comment":         {anyType, anyLanguage, text},
	},
	counts: []count{one(anyType, "ErrorEquals")},
}

var catcher = &shape{
	what: "a catcher",
	fields: map[string]field{
		"ErrorEquals": {anyType, anyLanguage, nonEmpty(errorName)},
		"Next":        {anyType, anyLanguage, text},
		"ResultPath":  {anyType, pathOnly, referencePath},
		"Output":      {anyType, jsonataOnly, seeing(seesError, template)},
		"Assign":      {anyType, anyLanguage, seeing(seesError, assign)},
		"Comment":     {anyType, anyLanguage, text},
	},
	counts: []count{one(anyType, "ErrorEquals"), one(anyType, "Next")},
}

func retry(c *checker, f spot) {
	array(of(retrier))(c, f)
	c.allErrorsLast(f)
	for _, r := range f.items() {
		c.longestDelay(r)
	}
}

func catch(c *checker, f spot) {
	array(of(catcher))(c, f)
	c.allErrorsLast(f)
}

// allErrorsLast keeps States.ALL alone in its list, and in the last entry.
func (c *checker) allErrorsLast(f spot) {
	entries := f.items()
	for i, entry := range entries {
		names, ok := entry.field("ErrorEquals")
		if !ok {
			continue
		}
		for _, name := range names.items() {
			if name.node.Text != asl.ErrAll || len(names.node.Items) == 1 && i == len(entries)-1 {
				continue
			}
			c.report(source.Diagnostic{
				Code: codeSchema, Location: c.location(names.node), Span: name.node.Span,
				Message: "States.ALL must appear alone and at end of list", Help: allHelp(f.name, len(names.node.Items)),
			})
		}
	}
}

func allHelp(field string, names int) string {
	if names > 1 {
		return "it matches the other names of this list too: remove them, or give them an entry of their own before it"
	}
	return fmt.Sprintf("it matches every error, so that what follows is never reached: make it the last entry of %s", field)
}

// longestDelay keeps MaxDelaySeconds above the first delay.
func (c *checker) longestDelay(r spot) {
	longest, ok := r.field("MaxDelaySeconds")
	if !ok || longest.node.Kind != source.Number {
		return
	}
	first := value.Number("1")
	if interval, ok := r.field("IntervalSeconds"); ok && interval.node.Kind == source.Number {
		first = value.Number(interval.node.Text)
	}
	if value.Compare(value.Number(longest.node.Text), first) <= 0 {
		c.fail(longest, "The value for the field 'MaxDelaySeconds' must be greater than IntervalSeconds", fmt.Sprintf("IntervalSeconds is %s here", first))
	}
}

// reserved are the names that the States Language and the service give errors.
var reserved = []string{
	asl.ErrAll, asl.ErrTimeout, asl.ErrHeartbeatTimeout, asl.ErrTaskFailed, asl.ErrPermissions, asl.ErrRuntime,
	asl.ErrDataLimitExceeded, asl.ErrResultPathMatch, asl.ErrQueryEvaluation,
	"States.ParameterPathFailure", "States.BranchFailed", "States.NoChoiceMatched", "States.IntrinsicFailure",
	"States.ExceedToleratedFailureThreshold", "States.ItemReaderFailed", "States.ResultWriterFailed", "States.Http.Socket",
}

// errorName judges one name of ErrorEquals. The service takes any name, and a Fail
// state may well raise one that begins with States.: only a slip is worth a word.
func errorName(c *checker, f spot) {
	if f.node.Kind != source.String {
		c.wrongType(f, "a STRING")
		return
	}
	name := f.node.Text
	if !strings.HasPrefix(name, "States.") || slices.Contains(reserved, name) {
		return
	}
	if help := didYouMean(name, reserved); help != "" {
		c.warn(f, codeSchema, fmt.Sprintf("Unknown reserved error name: %s", name), help)
	}
}
