package awsapi

import (
	"fmt"
	"net/http"

	"canto/handlers"
	"canto/runtime"
)

// fault is a refusal in the service's own words.
func fault(code, format string, args ...any) error {
	return &runtime.Fault{Service: handlers.StepFunctions, Code: code, Message: fmt.Sprintf(format, args...), RequestID: runtime.NewUUID()}
}

func invalidARN(format string, args ...any) error {
	return fault("InvalidArn", "Invalid Arn: '%s'", fmt.Sprintf(format, args...))
}

// invalid is a ValidationException of the service itself.
func invalid(reason, format string, args ...any) error {
	err := fault("ValidationException", format, args...)
	err.(*runtime.Fault).Reason = reason //nolint:errorlint // made above
	return err
}

// serialization is how the framework refuses a body that it cannot read.
func serialization(why string) error {
	return &runtime.Fault{Code: "SerializationException", Message: why}
}

// unknownOperation is how the framework refuses what is no operation, or no request for one.
func unknownOperation() error {
	return &runtime.Fault{Code: "UnknownOperationException", Status: http.StatusBadRequest}
}
