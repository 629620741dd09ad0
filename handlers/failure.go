package handlers

import (
	"encoding/json"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"canto/asl"
	"canto/asl/value"
)

// Failure is err as a machine sees it when the function runs on AWS Lambda: the
// name is aws-lambda-go's errorType (the type's name, without pointer and
// package), the cause the very bytes of its error payload. An *asl.Error passes
// through, and a function that is not registered fails as the service words it.
// Failure of nil is nil.
func Failure(err error) (failure *asl.Error) {
	defer func() {
		if p := recover(); p != nil { // err.Error() itself may panic
			failure = panicked(p)
		}
	}()
	switch err := err.(type) { //nolint:errorlint // aws-lambda-go looks at the outermost error only
	case nil:
		return nil
	case *asl.Error:
		if err != nil {
			return err
		}
	case *NotRegisteredError:
		return err.failure()
	case refusal:
		return err.Optimized()
	case messages.InvokeResponse_Error:
		return lambdaFailure(err)
	}
	return lambdaFailure(messages.InvokeResponse_Error{Message: err.Error(), Type: typeName(err)})
}

// typeName is aws-lambda-go's errorType. It does not unwrap: errors.New gives
// "errorString", fmt.Errorf with %w "wrapError".
func typeName(v any) string {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

func lambdaFailure(e messages.InvokeResponse_Error) *asl.Error {
	text, _ := json.Marshal(e) // strings and numbers: it cannot fail
	return FunctionFailure(e.Type, string(text))
}

// ErrorType is the type that the error payload of a function names, or empty.
func ErrorType(payload string) string {
	v, err := value.Parse(payload)
	if err != nil {
		return ""
	}
	field, _ := v.Field("errorType")
	name, _ := field.AsString()
	return name
}

// FunctionFailure is the failure of a task whose function has failed with that error
// type and payload. Where there is no type, the service has a name and words of its own.
func FunctionFailure(errorType, payload string) *asl.Error {
	if errorType != "" {
		return &asl.Error{Name: errorType, Cause: payload}
	}
	return &asl.Error{
		Name:  "Lambda.Unknown",
		Cause: untyped + payload,
	}
}

// untyped is what the service says before the payload of a failure without a type.
const untyped = "The cause could not be determined because Lambda did not return an error type. Returned payload: "

// errorPayload is what the function itself has answered that has failed so.
func errorPayload(e *asl.Error) string { return strings.TrimPrefix(e.Cause, untyped) }

// panicked is the failure that aws-lambda-go reports for the panic value p. It
// must be called from the deferred function that recovered p.
func panicked(p any) *asl.Error {
	if e, ok := p.(messages.InvokeResponse_Error); ok {
		return lambdaFailure(e)
	}
	return lambdaFailure(messages.InvokeResponse_Error{
		Message:    fmt.Sprintf("%v", p), // fmt guards against an Error method that panics
		Type:       typeName(p),
		StackTrace: panicStack(),
	})
}

// frameCount is how many frames aws-lambda-go reports.
const frameCount = 32

// panicStack is the stack from the panic down to the function's own outermost
// frame. What called the function is left out: it tells nothing about the
// function, and differs between engines.
func panicStack() []*messages.InvokeResponse_Error_StackFrame {
	pcs := make([]uintptr, 2*frameCount)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var stack []*messages.InvokeResponse_Error_StackFrame
	for more := true; more && len(stack) < frameCount; {
		var frame runtime.Frame
		frame, more = frames.Next()
		begun := len(stack) > 0
		if begun && strings.HasPrefix(frame.Function, "canto/handlers.") {
			break
		}
		if begun || frame.Function == "runtime.gopanic" {
			stack = append(stack, stackFrame(frame))
		}
	}
	return stack
}

// stackFrame formats as aws-lambda-go does for a binary built with -trimpath:
// the path begins at the import path, the label is the function without it.
func stackFrame(f runtime.Frame) *messages.InvokeResponse_Error_StackFrame {
	slash := strings.LastIndex(f.Function, "/") + 1
	name, label, _ := strings.Cut(f.Function[slash:], ".")
	return &messages.InvokeResponse_Error_StackFrame{
		Path:  framePath(f.File, f.Function[:slash]+name),
		Line:  int32(f.Line),
		Label: label,
	}
}

// framePath cuts the folders of the machine that compiled file, so that a trace
// is the same everywhere.
func framePath(file, importPath string) string {
	if filepath.IsAbs(file) && importPath != "main" {
		return strings.TrimSuffix(importPath, "_test") + "/" + path.Base(file)
	}
	parts := strings.Split(file, "/")
	keep := min(len(parts), strings.Count(importPath, "/")+2)
	return strings.Join(parts[len(parts)-keep:], "/")
}
