package cli

import (
	"bytes"
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

// endpoint is a function behind an address that takes Lambda's Invoke: the runtime
// interface emulator in a container, sam local start-lambda, or Lambda itself behind
// a proxy that signs.
type endpoint struct{ url string }

// newEndpoint makes the handler of a URL. One without a path gets the path of Invoke.
func newEndpoint(name, address string) (handlers.Handler, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if u.Host == "" {
		return nil, errors.New("the URL has no host")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/2015-03-31/functions/" + name + "/invocations"
	}
	return endpoint{u.String()}, nil
}

// maxAnswer is how much of an answer is read: Lambda's limit of a synchronous one.
const maxAnswer = 6 << 20

// Invoke posts the input, and takes the answer as Lambda gives it: a failure is told
// by the header X-Amz-Function-Error, or by the runtime interface emulator only by
// the form of the payload.
func (e endpoint) Invoke(ctx context.Context, c handlers.Call) (value.Value, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, strings.NewReader(c.Input.Text()))
	if err != nil {
		return value.Value{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return value.Value{}, &asl.Error{Name: "Lambda.SdkClientException", Cause: err.Error()}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return value.Value{}, &asl.Error{Name: "Lambda.SdkClientException", Cause: err.Error()}
	case len(body) > maxAnswer:
		return value.Value{}, &asl.Error{Name: "Function.ResponseSizeTooLarge", Cause: "the answer is longer than 6 MiB"}
	case res.StatusCode/100 != 2:
		return value.Value{}, &asl.Error{Name: serviceError(res), Cause: fmt.Sprintf("%s answered %s: %s", e.url, res.Status, excerpt(body))}
	}
	return functionAnswer(body, res.Header.Get("X-Amz-Function-Error") != "")
}

// serviceError is the name of a fault of the service itself.
func serviceError(res *http.Response) string {
	kind, _, _ := strings.Cut(res.Header.Get("X-Amzn-Errortype"), ":")
	if kind == "" {
		kind = "ServiceException"
	}
	return "Lambda." + kind
}

// functionAnswer is the payload of a function: its result, or its failure.
func functionAnswer(body []byte, failed bool) (value.Value, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return value.Raw("null"), nil
	}
	v, err := value.Parse(string(body))
	if err != nil {
		return v, &asl.Error{Name: "Runtime.InvalidJSON", Cause: "the function's answer is not JSON: " + err.Error()}
	}
	if failed || isFailure(v) {
		return value.Value{}, &asl.Error{Name: errorType(v), Cause: string(body)}
	}
	return v, nil
}

// isFailure says whether v has the form of an error of a Lambda runtime, and nothing else.
func isFailure(v value.Value) bool {
	_, hasType := v.Field("errorType")
	_, hasMessage := v.Field("errorMessage")
	for _, m := range v.Members() {
		switch m.Name {
		case "errorType", "errorMessage", "stackTrace", "requestId", "trace":
		default:
			return false
		}
	}
	return hasType && hasMessage
}

func errorType(v value.Value) string {
	field, _ := v.Field("errorType")
	if name, ok := field.AsString(); ok && name != "" {
		return name
	}
	return "Lambda.Unknown"
}

// excerpt is the beginning of what somebody has written.
func excerpt(text []byte) string {
	const most = 500
	text = bytes.TrimSpace(text)
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + "..."
	}
	return string(text)
}
