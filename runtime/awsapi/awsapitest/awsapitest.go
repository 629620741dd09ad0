// Package awsapitest starts an endpoint of the API of Step Functions for a Go test: in
// this process, on a free port, with functions in Go. It keeps everything in memory,
// and runs in virtual time unless it is told otherwise.
package awsapitest

import (
	"errors"
	"net/http/httptest"

	"canto/handlers"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"
)

// Server is an endpoint: its URL is what an SDK takes as the endpoint's.
type Server struct {
	*httptest.Server
	Engine *runtime.Engine
}

// NewServer starts an endpoint whose machines call these functions; nil is none. Tasks
// that call Step Functions itself call this endpoint, unless functions has them.
func NewServer(functions *handlers.Registry, opts ...runtime.Option) *Server {
	if functions == nil {
		functions = handlers.NewRegistry()
	}
	engine := runtime.New(append([]runtime.Option{runtime.Functions(functions)}, opts...)...)
	api := awsapi.New(engine)
	if err := sfn.Register(functions, api); err != nil && !errors.Is(err, handlers.ErrDuplicate) {
		panic(err) // its names are fixed: nothing else can be wrong with them
	}
	return &Server{httptest.NewServer(api), engine}
}

// Close stops the endpoint, and gives up the executions that still run.
func (s *Server) Close() {
	s.CloseClientConnections() // long polls end
	s.Server.Close()
	s.Engine.Close()
}
