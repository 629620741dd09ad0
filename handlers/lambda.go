package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"canto/asl"
	"canto/asl/value"
)

// The statuses of Lambda's Invoke: for InvocationType RequestResponse, and Event.
const (
	ok       = 200
	accepted = 202
)

// builtin is the handler of the Lambda integrations, or nil.
func (r *Registry) builtin(resource string) Handler {
	action, _ := integration(resource)
	switch strings.TrimSuffix(action, ".waitForTaskToken") {
	case "lambda:invoke":
		return HandlerFunc(r.optimized)
	case "aws-sdk:lambda:invoke":
		return HandlerFunc(r.sdk)
	}
	return nil
}

// optimized is arn:aws:states:::lambda:invoke. The function's failure is the
// task's, its cause re-serialised (recorded behaviour).
func (r *Registry) optimized(ctx context.Context, c Call) (value.Value, error) {
	h, inner, err := r.function(c)
	if err != nil {
		return value.Value{}, err
	}
	out, err := h.Invoke(ctx, inner)
	if asynchronous(c.Input) {
		return envelope(c, accepted, value.String("")), nil
	}
	if err != nil {
		return value.Value{}, compactCause(Failure(err))
	}
	return envelope(c, ok, out), nil
}

// sdk is arn:aws:states:::aws-sdk:lambda:invoke: payloads are strings, there is
// no metadata, and a function's failure is an answer (recorded behaviour).
func (r *Registry) sdk(ctx context.Context, c Call) (value.Value, error) {
	h, inner, err := r.function(c)
	if err != nil {
		return value.Value{}, sdkFailure(err)
	}
	if inner.Input, err = textPayload(c.Input); err != nil {
		return value.Value{}, notJSON(c, err).SDK()
	}
	out, err := h.Invoke(ctx, inner)
	if asynchronous(c.Input) {
		return object(field("Payload", value.String("")), field("StatusCode", number(accepted))), nil
	}
	if refused := refusal(nil); errors.As(err, &refused) {
		return value.Value{}, refused.SDK()
	}
	if err != nil {
		return object(version, field("FunctionError", value.String("Unhandled")),
			field("Payload", value.String(errorPayload(Failure(err)))), field("StatusCode", number(ok))), nil
	}
	return object(version, field("Payload", value.String(out.Text())), field("StatusCode", number(ok))), nil
}

// function finds the function that the parameters name, and makes the call to it.
func (r *Registry) function(c Call) (Handler, Call, error) {
	member, _ := c.Input.Field("FunctionName")
	name, _ := member.AsString()
	h, err := r.Lookup(name)
	c.Resource = name
	c.Input = jsonPayload(c.Input)
	return h, c, err
}

// jsonPayload is what the function gets: "{}" where there is no payload, or null;
// and the JSON in a payload that is a string (recorded behaviour).
func jsonPayload(parameters value.Value) value.Value {
	p, ok := parameters.Field("Payload")
	if !ok || p.IsNull() {
		return value.Raw("{}")
	}
	if text, isText := p.AsString(); isText {
		if parsed, err := value.Parse(text); err == nil {
			return parsed
		}
	}
	return p
}

func textPayload(parameters value.Value) (value.Value, error) {
	p, there := parameters.Field("Payload")
	if !there || p.IsNull() {
		return value.Raw("{}"), nil
	}
	text, _ := p.AsString()
	return value.Parse(text)
}

// notJSON is how Lambda refuses a payload (API reference, Invoke).
func notJSON(c Call, err error) *Fault {
	return &Fault{
		Service: Lambda, Code: "InvalidRequestContentException", Message: "Could not parse request body into json: " + err.Error(),
		RequestID: RequestID(c),
	}
}

func asynchronous(parameters value.Value) bool {
	t, _ := parameters.Field("InvocationType")
	s, _ := t.AsString()
	return s == "Event"
}

func compactCause(e *asl.Error) *asl.Error {
	cause, err := value.Parse(e.Cause)
	if err != nil {
		return e
	}
	return &asl.Error{Name: e.Name, Cause: cause.Compact().Text()}
}

// sdkFailure words a missing function as version 2 of the Java SDK does.
func sdkFailure(err error) error {
	var missing *NotRegisteredError
	if !errors.As(err, &missing) {
		return err
	}
	return &asl.Error{
		Name: "Lambda.ResourceNotFoundException",
		Cause: fmt.Sprintf("Function not found: %s:$LATEST (Service: Lambda, Status Code: 404, Request ID: %s)",
			functionARN(missing.Resource), requestID(digest(Call{Resource: missing.Resource}))),
	}
}
