package runtime

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"canto/runtime/drive"
	"canto/runtime/store"
)

// Recover lets the engine know what its store has, and runs on the executions that
// have not ended: their tasks that were in flight are asked for again, their timers
// keep their deadlines. It is called once, before the engine is used, and returns when
// the engine may be; the executions come to where they were meanwhile. What is wrong
// with a single execution, Trouble is told: it stays in the store as it is.
func (e *Engine) Recover(ctx context.Context) error {
	if err := e.loadCatalog(ctx); err != nil {
		return err
	}
	if err := e.mapRuns.Load(ctx); err != nil {
		return err
	}
	open, err := e.store.Open(ctx)
	if err != nil {
		return err
	}
	machines := programs{}
	var found []*Execution
	for _, arn := range open {
		x, err := e.recovered(ctx, arn, machines)
		if err != nil {
			e.trouble(arn, err)
			continue
		}
		e.take(x)
		found = append(found, x)
	}
	go e.resume(found)
	e.settle("")
	return e.buryAll(ctx)
}

// recovered is an execution that the store has, ready to go on.
func (e *Engine) recovered(ctx context.Context, arn string, machines programs) (*Execution, error) {
	saved, err := e.store.Find(ctx, arn)
	if err != nil {
		return nil, err
	}
	m, err := machines.of(saved.Begin)
	if err != nil {
		return nil, fmt.Errorf("execution %s cannot be resumed: its definition: %w", arn, err)
	}
	saved.Begin.Definition = m.definition // one text for all executions of the machine
	x := e.execution(m, saved.Begin, arn)
	x.process.Load().Keep()
	return x, nil
}

// resume runs executions on, so many at a time come to where they were.
func (e *Engine) resume(found []*Execution) {
	places := make(chan struct{}, 4*runtime.GOMAXPROCS(0))
	d := e.outside(e.store)
	for _, x := range found {
		places <- struct{}{}
		go func() {
			defer func() { <-places }()
			err := e.drive(e.base, x, d, func(ctx context.Context, p *drive.Process) (func() error, error) {
				rest, err := d.Restart(ctx, p)
				if err == nil || ctx.Err() != nil || errors.Is(err, drive.ErrReplay) {
					return rest, err
				}
				return func() error { return err }, nil // attend tries again, as where a turn cannot be kept
			})
			if err != nil && e.base.Err() == nil {
				e.trouble(x.ARN, stuck(x, err))
			}
		}()
	}
}

// stuck says what to do about an execution whose replay differs.
func stuck(x *Execution, err error) error {
	if !errors.Is(err, drive.ErrReplay) {
		return err
	}
	return fmt.Errorf("%w: it stays as it is until it is stopped, or the build of canto that began it (version %s) runs it on", err, x.begin.Engine)
}

// programs are the machines of executions that are recovered, compiled once.
type programs map[program]*Machine

type program struct {
	name, definition string
	express          bool
}

func (p programs) of(b store.Begin) (*Machine, error) {
	key := program{b.MachineName, b.Definition, b.Express}
	if m := p[key]; m != nil {
		return m, nil
	}
	if b.Definition == "" {
		return nil, errors.New("it is not kept")
	}
	m, err := reparse(b.MachineName, b.Definition, b.Express)
	if err == nil {
		p[key] = m
	}
	return m, err
}
