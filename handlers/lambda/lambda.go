// Package lambda calls functions behind an address that takes Lambda's Invoke, as
// sam local start-lambda, a container's runtime interface emulator, or another
// stand-in for AWS does. It signs nothing, and deploys nothing.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

// MaxPayload is how many bytes a request or an answer may have (Lambda's quota of
// synchronous invocations).
const MaxPayload = 6 << 20

// Endpoint is an address that takes Invoke. It is safe for concurrent use.
type Endpoint struct {
	base   string
	client *http.Client
}

// New returns the endpoint at a URL such as "http://127.0.0.1:9001".
func New(address string) (*Endpoint, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("lambda endpoint: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("lambda endpoint: %q is no URL of a server, such as http://127.0.0.1:9001", address)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256 // a Map calls the one host many times at once
	return &Endpoint{strings.TrimSuffix(u.String(), "/"), &http.Client{Transport: transport}}, nil
}

// Close closes idle connections.
func (e *Endpoint) Close() { e.client.CloseIdleConnections() }

// Function is the handler of a function by its name or ARN, whatever its version
// or alias: for a Registry's Fallback.
func (e *Endpoint) Function(function string) handlers.Handler {
	name, qualifier := asl.SplitFunction(function)
	u := e.base + "/2015-03-31/functions/" + url.PathEscape(name) + "/invocations"
	if qualifier != "" {
		u += "?Qualifier=" + url.QueryEscape(qualifier)
	}
	return handlers.HandlerFunc(func(ctx context.Context, c handlers.Call) (value.Value, error) {
		return e.invoke(ctx, u, c)
	})
}

// invoke posts the input, and takes the answer as Lambda gives it.
func (e *Endpoint) invoke(ctx context.Context, address string, c handlers.Call) (value.Value, error) {
	text := c.Input.Text()
	if len(text) > MaxPayload {
		return value.Value{}, &handlers.Fault{
			Service: handlers.Lambda, Code: "RequestTooLargeException", Status: http.StatusRequestEntityTooLarge, RequestID: handlers.RequestID(c),
			Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", MaxPayload),
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(text))
	if err != nil {
		return value.Value{}, e.unreachable(c, err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := e.client.Do(req)
	if err != nil {
		return value.Value{}, e.unreachable(c, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxPayload+1))
	if err != nil {
		return value.Value{}, e.unreachable(c, err)
	}
	return answer(c, res, body)
}

// unreachable is the failure of a call that got no answer, in the name that AWS's
// SDK gives it. It says where the function was looked for.
func (e *Endpoint) unreachable(c handlers.Call, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &handlers.Unanswered{Service: handlers.Lambda, Message: fmt.Sprintf(
		"Unable to execute HTTP request: %v (the function '%s' was looked for behind %s: is its endpoint up?)", err, c.Resource, e.base)}
}

func answer(c handlers.Call, res *http.Response, body []byte) (value.Value, error) {
	switch {
	case len(body) > MaxPayload:
		return value.Value{}, &asl.Error{
			Name:  "Function.ResponseSizeTooLarge",
			Cause: fmt.Sprintf(`{"errorMessage":"Response payload size exceeded maximum allowed payload size (%d bytes).","errorType":"Function.ResponseSizeTooLarge"}`, MaxPayload),
		}
	case res.StatusCode/100 != 2:
		return value.Value{}, fault(c, res, body)
	case res.Header.Get("X-Amz-Function-Error") != "":
		return value.Value{}, handlers.FunctionFailure(handlers.ErrorType(string(body)), string(body))
	case len(body) == 0:
		return value.Raw("null"), nil
	}
	payload, err := value.Parse(string(body))
	if err != nil {
		return value.String(string(body)), nil // the function's bytes, whatever they are
	}
	return payload, nil
}

// fault is the refusal of the service itself: there is no such function, or it
// cannot be invoked now.
func fault(c handlers.Call, res *http.Response, body []byte) error {
	code, _, _ := strings.Cut(res.Header.Get("X-Amzn-Errortype"), ":")
	if code == "" {
		code = map[int]string{
			http.StatusNotFound:        "ResourceNotFoundException",
			http.StatusTooManyRequests: "TooManyRequestsException",
		}[res.StatusCode]
	}
	if code == "" {
		code = "ServiceException"
	}
	id := res.Header.Get("X-Amzn-Requestid")
	if id == "" {
		id = handlers.RequestID(c)
	}
	return &handlers.Fault{Service: handlers.Lambda, Code: code, Message: message(res, body), Status: res.StatusCode, RequestID: id}
}

// message is what the service says in the body of a refusal.
func message(res *http.Response, body []byte) string {
	if v, err := value.Parse(string(body)); err == nil {
		for _, name := range []string{"Message", "message"} {
			field, _ := v.Field(name)
			if text, ok := field.AsString(); ok {
				return text
			}
		}
	}
	return res.Status
}
