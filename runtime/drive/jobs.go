package drive

import (
	"errors"
	"fmt"

	"canto/handlers"
	"canto/runtime/strand"
)

// Jobs finds who does the Job of a request, such as a Map Run: what a resource and
// an input cannot say. p is the process that asks, which d drives.
type Jobs func(d *Driver, p *Process, job any) (handlers.Handler, error)

// resolve finds who does what is asked: a handler by the resource, or one of Jobs.
func (l *loop) resolve(r strand.Request) (handlers.Handler, error) {
	switch {
	case r.Call.Job == nil:
		return l.Resolver.Resolve(l.info(r))
	case l.Jobs == nil:
		return nil, fmt.Errorf("the state %q asks for a %T, which this driver does not know", r.Call.State, r.Call.Job)
	}
	return l.Jobs(l.Driver, l.p, r.Call.Job)
}

// Unfinished is an error of a job that says nothing of the job itself: what is under
// it has failed, as a store does. The execution is then given up where it stands, as
// when a turn of its own cannot be kept; the job begins again once it is resumed.
type Unfinished struct{ Err error }

func (u *Unfinished) Error() string { return u.Err.Error() }

// Unwrap returns what failed.
func (u *Unfinished) Unwrap() error { return u.Err }

// unfinished is the Unfinished in err, or nil.
func unfinished(err error) error {
	if err == nil {
		return nil
	}
	if u := (*Unfinished)(nil); errors.As(err, &u) {
		return u
	}
	return nil
}
