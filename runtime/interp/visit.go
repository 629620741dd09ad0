package interp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"canto/asl"
	"canto/asl/query"
	"canto/runtime/history"
	"canto/runtime/strand"
)

// visit is one stay in a state: from its Entered event until it is left, over all retries.
type visit struct {
	*branch
	state   *state
	input   value // raw
	number  int   // of the visit in its branch
	entered time.Time
	id      int // of the Entered event
	before  int // of the event before it
	retries int
	token   string   // of the task, where it has one
	item    *mapItem // the iteration that an expression of this state is about
	scope   query.Scope
	memo    *query.Memo
	random  *rand.Rand
	led     bool     // it has had a team
	resumes bool     // what was undone, in a redrive: the first attempt takes it
	undone           // what the state has begun and not come to the end of
	left    *outcome // how the state was left, where the branch was given up just then
}

// enter runs a state from its Entered to its Exited event.
func (b *branch) enter(st *state, in value) (outcome, error) {
	if err := b.Err(); err != nil {
		return outcome{}, err
	}
	b.x.Visits++
	if b.x.MaxVisits > 0 && b.x.Visits > b.x.MaxVisits {
		b.Fail(strand.ErrDeadline)
		return outcome{}, b.Err()
	}
	if b.stay == nil {
		b.stay = &b.first
	}
	v := b.stay // nobody looks at the visit before this one any more
	*v = visit{branch: b, state: st, input: in, number: b.Visit(), entered: b.Now(), item: b.item, memo: &b.memo, before: b.prev}
	v.id = b.record(history.Event{Type: st.events.entered, Name: st.name, Data: st.shown(in)})
	return v.finish()
}

// shown is an input in the Entered event: as it was written, or without its spaces.
func (st *state) shown(in value) string {
	if st.compact {
		in = in.Compact()
	}
	return in.Text()
}

// finish does the work of a state that was entered, until it is left.
func (v *visit) finish() (outcome, error) {
	out, err := v.attempt()
	if err != nil {
		return out, err
	}
	if err := v.fits(out.output); err != nil {
		return out, err
	}
	v.exit(out)
	if err := v.goOn(); err != nil {
		left := out // a copy: out itself stays off the heap
		v.left = &left
		return out, err
	}
	return out, nil
}

// goOn says whether the branch was given up. After so many states without a wait it ends
// the turn first: what was done is kept, and a stop can reach an execution that never waits.
func (v *visit) goOn() error {
	if v.x.Visits%turnVisits != 0 {
		return v.Err()
	}
	return v.Sleep(0)
}

const turnVisits = 100_000

func (v *visit) exit(out outcome) {
	e := history.Event{Type: v.state.events.exited, Name: v.state.name, Data: out.output.Text()}
	if out.assigned != nil {
		v.x.held -= v.vars.held
		e.Info = &history.Info{Assigned: v.vars.set(out.assigned)}
		v.x.held += v.vars.held
	}
	v.record(e)
}

// attempt runs the state until it succeeds, is caught, or fails for good.
func (v *visit) attempt() (outcome, error) {
	var tries []int64
	for {
		out, err := v.state.behavior.run(v)
		if err == nil {
			return out, nil
		}
		fail := catchable(err)
		if fail == nil {
			if v.led && !isCanceled(err) {
				v.giveUp()
			}
			return out, err
		}
		if tries == nil {
			tries = make([]int64, len(v.state.retry))
		}
		if delay, ok := v.backoff(fail, tries); ok {
			if err := v.Sleep(delay); err != nil {
				return out, err
			}
			v.retries++
			v.x.Retries++
			continue
		}
		v.giveUp()
		return v.caught(fail)
	}
}

// giveUp lets a state say that it has failed, after the last retry.
func (v *visit) giveUp() {
	if s, ok := v.state.behavior.(interface{ failed(*visit) }); ok {
		s.failed(v)
	}
}

// fatal is an error that ends the execution wherever it happens: no Retry and no
// Catch sees it (recorded behaviour of States.Runtime).
type fatal struct{ cause *asl.Error }

func (f fatal) Error() string { return f.cause.Error() }
func (f fatal) Unwrap() error { return f.cause }

// catchable is the error that Retry and Catch may match, or nil.
func catchable(err error) *asl.Error {
	var f fatal
	if errors.As(err, &f) {
		return nil
	}
	e, _ := err.(*asl.Error)
	return e
}

// explain says in which state an expression failed. A States.Runtime ends the
// execution; a JSONata expression leaves an event that hangs on the one before the
// state was entered, if nothing has happened in it since (recorded behaviour).
func (v *visit) explain(err error) error {
	var q *query.EvaluationError
	if errors.As(err, &q) {
		if v.prev == v.id {
			v.prev = v.before
		}
		return v.unevaluated(q)
	}
	return v.owned(err)
}

// owned is err as an error of this state. It leaves no event.
func (v *visit) owned(err error) error {
	var q *query.EvaluationError
	if errors.As(err, &q) {
		return v.located(asl.ErrQueryEvaluation, q.Message)
	}
	var e *asl.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	e = v.located(e.Name, e.Cause)
	if e.Name == asl.ErrRuntime {
		return fatal{e}
	}
	return e
}

// unevaluated records that an expression failed, and gives the error.
func (v *visit) unevaluated(q *query.EvaluationError) error {
	e := v.located(asl.ErrQueryEvaluation, q.Message)
	v.record(history.Event{Type: history.EvaluationFailed, Name: v.state.name, Info: &history.Info{
		Error: e.Name, Cause: e.Cause, Location: q.Location,
	}})
	return e
}

// located is an error of this state, with the sentence that says where it happened:
// but for the test of a single state, which has no events (recorded behaviour).
func (v *visit) located(name, cause string) *asl.Error {
	if v.x.Test != nil {
		return failureOf(name, cause)
	}
	return failureOf(name, fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). %s", v.state.name, v.id, cause))
}

// wrong is a States.Runtime of this state.
func (v *visit) wrong(format string, args ...any) error {
	return v.explain(&asl.Error{Name: asl.ErrRuntime, Cause: fmt.Sprintf(format, args...)})
}

// tooLarge is the error of a payload over the limit; who is the state or the task.
func tooLarge(who string) *asl.Error {
	return &asl.Error{
		Name:  asl.ErrDataLimitExceeded,
		Cause: "The state/task '" + who + "' returned a result with a size exceeding the maximum number of bytes service limit.",
	}
}

// fits checks the size of the state's output, or of the input that it has made for itself.
func (v *visit) fits(out value) error {
	if v.x.NoLimits || out.Size() <= MaxPayload {
		return nil
	}
	return fatal{tooLarge(v.state.name)}
}

// Variable is the value of a variable, if the state can see one of that name.
func (v *visit) Variable(name string) (value, bool) { return v.vars.lookup(name) }

// Memo is what the branch of the state keeps of its inputs.
func (v *visit) Memo() *query.Memo { return v.memo }

// Random is random, and the same in every replay: seeded by execution, branch and visit.
func (v *visit) Random() uint64 {
	if v.random == nil {
		v.random = rand.New(rand.NewPCG(v.x.Seed, hash(v.Scope(), v.number)))
	}
	return v.random.Uint64()
}

// hash is FNV-1a over the scope and the number.
func hash(scope string, number int) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(scope); i++ {
		h = (h ^ uint64(scope[i])) * 1099511628211
	}
	return (h ^ uint64(number)) * 1099511628211
}
