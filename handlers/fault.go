package handlers

import (
	"fmt"
	"strings"

	"canto/asl"
)

// Service is what a service of AWS is called in the errors of its integrations.
// The optimised ones speak as version 1 of the Java SDK does, those under
// "aws-sdk:" as version 2 (recorded behaviour).
type Service struct {
	Optimized string // before the dot in the error's name
	Name      string // in the cause of an optimised integration
	SDK       string // of an "aws-sdk:" integration, in both places
}

// The services that canto stands in for.
var (
	Lambda        = Service{Optimized: "Lambda", Name: "AWSLambda", SDK: "Lambda"}
	StepFunctions = Service{Optimized: "StepFunctions", Name: "AWSStepFunctions", SDK: "Sfn"}
)

// Fault is how a service refuses a request.
type Fault struct {
	Service   Service
	Code      string // as the service calls it: "StateMachineDoesNotExist"
	Message   string
	Reason    string // of some ValidationExceptions
	Status    int    // of HTTP; 0: 400
	RequestID string
}

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

// Is makes errors.Is compare by Code.
func (f *Fault) Is(target error) bool {
	other, ok := target.(*Fault)
	return ok && other.Code == f.Code
}

// Optimized is the fault as a task of an optimised integration fails with it.
func (f *Fault) Optimized() *asl.Error {
	return &asl.Error{
		Name: f.Service.Optimized + "." + f.exception(),
		Cause: fmt.Sprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
			f.Message, f.Service.Name, f.status(), f.Code, f.RequestID),
	}
}

// SDK is the fault as a task of an "aws-sdk:" integration fails with it.
func (f *Fault) SDK() *asl.Error {
	return &asl.Error{
		Name:  f.Service.SDK + "." + f.exception(),
		Cause: fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: %s)", f.Message, f.Service.SDK, f.status(), f.RequestID),
	}
}

// exception is the name of the Java class: the code, and always with the ending.
func (f *Fault) exception() string { return strings.TrimSuffix(f.Code, "Exception") + "Exception" }

func (f *Fault) status() int {
	if f.Status == 0 {
		return 400
	}
	return f.Status
}

// Unanswered is that a service gave no answer to a request.
type Unanswered struct {
	Service Service
	Message string
}

func (u *Unanswered) Error() string { return u.Message }

// Optimized is how a task of an optimised integration fails then.
func (u *Unanswered) Optimized() *asl.Error {
	return &asl.Error{Name: u.Service.Optimized + ".SdkClientException", Cause: u.Message}
}

// SDK is how a task of an "aws-sdk:" integration fails then.
func (u *Unanswered) SDK() *asl.Error {
	return &asl.Error{Name: u.Service.SDK + ".SdkClientException", Cause: u.Message}
}

// refusal is an error of a service, and not of what it has run.
type refusal interface {
	error
	Optimized() *asl.Error
	SDK() *asl.Error
}
