package interp

import (
	"fmt"
	"math"
	"slices"
	"time"

	"canto/asl"
	jsonvalue "canto/asl/value"
)

// retrier is one entry of Retry. Each keeps its own count of attempts for the
// visit; the first that matches an error owns it.
type retrier struct {
	errors []string
	asl.Retrier
}

// catcher is one entry of Catch.
type catcher struct {
	errors []string
	result resultPath
	exit   exit
}

func (c *compiler) retry(entries []asl.Retrier) []retrier {
	var out []retrier
	for _, r := range entries {
		out = append(out, retrier{errors: r.ErrorEquals, Retrier: r})
	}
	return out
}

func (c *compiler) catch(entries []asl.Catcher, states lookup) []catcher {
	var out []catcher
	for i, k := range entries {
		way := c.exit(fmt.Sprintf("Catch[%d]/", i), k.Assign, k.Output, nil)
		way.next = c.target(k.Next, spanOf(k.Node), states)
		out = append(out, catcher{k.ErrorEquals, c.resultPath(k.ResultPath), way})
	}
	return out
}

// matches says whether ErrorEquals names the error: by its name, by
// States.TaskFailed (any but States.Timeout), or by States.ALL. A States.Runtime
// matches nothing (recorded behaviour).
func matches(names []string, e *asl.Error) bool {
	if e.Name == asl.ErrRuntime {
		return false
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return name == e.Name || name == asl.ErrAll || name == asl.ErrTaskFailed && e.Name != asl.ErrTimeout
	})
}

// backoff is how long to wait before the next attempt, if there is one.
func (v *visit) backoff(e *asl.Error, tries []int64) (time.Duration, bool) {
	i := v.retrier(e)
	if i < 0 || tries[i] >= v.state.retry[i].MaxAttempts {
		return 0, false
	}
	r := v.state.retry[i]
	delay := r.delay(tries[i])
	tries[i]++
	if r.JitterStrategy == "FULL" {
		delay *= float64(v.Random()>>11) / (1 << 53)
	}
	return time.Duration(delay * float64(time.Second)), true
}

// retrier is the index of the first retrier that matches the error, or -1.
func (v *visit) retrier(e *asl.Error) int {
	return slices.IndexFunc(v.state.retry, func(r retrier) bool { return matches(r.errors, e) })
}

// catcher is the index of the first catcher that matches the error, or -1.
func (v *visit) catcher(e *asl.Error) int {
	return slices.IndexFunc(v.state.catch, func(k catcher) bool { return matches(k.errors, e) })
}

// delay is IntervalSeconds * BackoffRate^n, in seconds, at most MaxDelaySeconds.
func (r retrier) delay(n int64) float64 {
	d := float64(r.IntervalSeconds) * math.Pow(r.BackoffRate, float64(n))
	limit := float64(r.MaxDelaySeconds)
	if limit == 0 {
		limit = 31622400 // the longest that MaxDelaySeconds may be
	}
	return min(d, limit)
}

// caught goes on where the first catcher says that matches the error.
func (v *visit) caught(e *asl.Error) (outcome, error) {
	i := v.catcher(e)
	if i < 0 {
		return outcome{}, e
	}
	v.x.Catches++
	return v.state.io.caught(v, &v.state.catch[i], errorOutput(e))
}

// errorOutput is what a catcher gets: the error's name and its cause. The cause of an
// error that has a name alone is empty; of one that has neither, both are null
// (recorded behaviour).
func errorOutput(e *asl.Error) value {
	if *e == (asl.Error{}) {
		null := jsonvalue.Value{}
		return jsonvalue.NewObject(member("Error", null), member("Cause", null))
	}
	return jsonvalue.NewObject(
		member("Error", jsonvalue.String(e.Name)),
		member("Cause", jsonvalue.String(e.Cause)),
	)
}
