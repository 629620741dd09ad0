package runtime

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"canto/asl/value"
	"canto/runtime/drive"
	"canto/runtime/strand"
)

// token is the task token of a request: it says which execution and which of its
// requests it answers.
func token(execution, request string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(execution + "\n" + request))
}

// process and request that a token answers.
func (e *Engine) lookup(token string) (*drive.Process, string, error) {
	text, err := base64.RawURLEncoding.DecodeString(token)
	execution, request, ok := strings.Cut(string(text), "\n")
	if err != nil || !ok {
		return nil, "", fault("InvalidToken", "Invalid Token: 'Invalid token'")
	}
	if p, err := e.find(execution); err == nil {
		return p, request, nil
	}
	if e.base.Err() != nil {
		return nil, "", ErrClosed
	}
	return nil, "", gone()
}

// gone is what is said of a token that was good once.
func gone() error {
	return fault("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

// told is how the outcome of a message reads for whoever sent it.
func told(err error) error {
	if errors.Is(err, drive.ErrNoTask) || errors.Is(err, drive.ErrOver) {
		return gone()
	}
	return err
}

func (e *Engine) find(arn string) (*drive.Process, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p := e.running[arn]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no execution %s is running", arn)
}

// Stop stops a running execution. Both error and cause may be empty.
func (e *Engine) Stop(ctx context.Context, arn, error, cause string) error {
	p, err := e.find(arn)
	if err != nil {
		return err
	}
	return p.Stop(ctx, error, cause)
}

// SendTaskSuccess gives the task that waits for that token its result.
func (e *Engine) SendTaskSuccess(ctx context.Context, token string, output value.Value) error {
	return e.answer(ctx, token, strand.Answer{Kind: strand.Succeeded, Output: output})
}

// SendTaskFailure fails the task that waits for that token.
func (e *Engine) SendTaskFailure(ctx context.Context, token, error, cause string) error {
	return e.answer(ctx, token, strand.Answer{Kind: strand.Failed, Error: error, Cause: cause})
}

func (e *Engine) answer(ctx context.Context, token string, a strand.Answer) error {
	p, request, err := e.lookup(token)
	if err != nil {
		return err
	}
	a.ID = request
	return told(p.Answer(ctx, a))
}

// SendTaskHeartbeat says that the worker of the task with that token is alive.
func (e *Engine) SendTaskHeartbeat(ctx context.Context, token string) error {
	p, request, err := e.lookup(token)
	if err != nil {
		return err
	}
	return told(p.Heartbeat(ctx, request))
}
