package awsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"canto/asl/value"
	"canto/runtime"
)

const (
	contentType = "application/x-amz-json-1.0"
	target      = "AWSStepFunctions."
	maxRequest  = 8 << 20 // a definition of a megabyte may double by its escapes
)

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := runtime.NewUUID()
	h := w.Header()
	h["X-Amzn-Requestid"], h["Content-Type"] = []string{id}, []string{contentType}
	answer := writers.Get().(*writer)
	defer answer.free()
	err := a.guarded(w, r, answer)
	if gone := r.Context().Err(); gone != nil && errors.Is(err, gone) {
		return // whoever asked has gone, and the operation with it
	}
	if err != nil {
		refuse(w, id, err)
		return
	}
	_, _ = w.Write(answer.b) // whoever has gone needs no answer
}

// guarded is serve, where a panic is a failure of that request alone.
func (a *API) guarded(w http.ResponseWriter, r *http.Request, answer *writer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("a request panicked", "stack", string(debug.Stack()))
			err = fmt.Errorf("canto panicked, which is a fault of its own: %v", p)
		}
	}()
	return a.serve(w, r, answer)
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, answer *writer) error {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), target)
	if r.Method != http.MethodPost || !ok || !isJSON(r.Header.Get("Content-Type")) {
		return unknownOperation()
	}
	body, err := read(w, r)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return &runtime.Fault{Code: "RequestEntityTooLargeException", Message: "Request must be smaller than 8388608 bytes", Status: http.StatusRequestEntityTooLarge}
	}
	if err != nil {
		return serialization("the request ended before its end")
	}
	input, err := value.Parse(string(body))
	if len(body) == 0 {
		input, err = value.Raw("{}"), nil
	}
	if err != nil {
		return serialization(err.Error())
	}
	return a.do(runtime.Unlocked(traced(r)), name, input, answer)
}

// isJSON says whether a body of that content type is read: JSON by any of the names
// that clients give it, or what has none.
func isJSON(kind string) bool {
	if kind == contentType || kind == "" {
		return true
	}
	kind, _, _ = strings.Cut(kind, ";")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case contentType, "application/x-amz-json-1.1", "application/json":
		return true
	}
	return false
}

type traceKey struct{}

// traced is the context of a request, with its trace header if it has one.
func traced(r *http.Request) context.Context {
	if header := r.Header.Get("X-Amzn-Trace-Id"); header != "" {
		return context.WithValue(r.Context(), traceKey{}, header)
	}
	return r.Context()
}

// traceHeader is the trace header of an execution: that of the request goes before
// what its body says (API reference, StartExecution).
func traceHeader(ctx context.Context, said *string) string {
	if header, there := ctx.Value(traceKey{}).(string); there {
		return header
	}
	return text(said)
}

// read reads the body of a request.
func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	from := http.MaxBytesReader(w, r.Body, maxRequest)
	if n := r.ContentLength; n >= 0 && n <= known {
		body := make([]byte, n)
		_, err := io.ReadFull(from, body)
		return body, err
	}
	return io.ReadAll(from)
}

// known is up to which length a request is believed to be as long as it says.
const known = 64 << 10

// namespaces of the shapes of errors, which SDKs cut off. Those that are not the
// service's own have none, or that of its framework.
const (
	ownNamespace   = "com.amazonaws.swf.service.v2.model#"
	coralNamespace = "com.amazon.coral.validate#"
)

func refuse(w http.ResponseWriter, id string, err error) {
	var f *runtime.Fault
	if !errors.As(err, &f) {
		slog.Error("a request failed for a reason of canto's own", "request", id, "error", err)
		f = &runtime.Fault{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	status := f.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	w.WriteHeader(status)
	text, _ := json.Marshal(refusal{shapeName(f), f.Message, f.Reason}) // texts alone: it cannot fail
	_, _ = w.Write(text)
}

type refusal struct {
	Type    string `json:"__type"`
	Message string `json:"message,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

func shapeName(f *runtime.Fault) string {
	switch {
	case f.Service.Name != "":
		return ownNamespace + f.Code
	case f.Code == "ValidationException":
		return coralNamespace + f.Code
	}
	return f.Code
}
