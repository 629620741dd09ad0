// Package server is what stands around the API of canto serve: who may ask, how long
// and how much, health, metrics, one log line a request, and a stop that lets the
// answers under way be given. It knows nothing of what an operation means, and never
// logs what a request or an answer holds.
package server

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Config says how the API is served.
type Config struct {
	API      http.Handler
	Metrics  *Metrics
	Guard    *Guard
	ReadOnly bool // only operations that change nothing are answered
	Version  string
	Log      *slog.Logger
}

// Server answers the API, /healthz and /metrics.
type Server struct {
	Config
	metrics http.Handler
	state   atomic.Pointer[string]
	running context.Context // ends when the server is to stop
	stop    func()
}

// The states that /healthz tells.
var (
	starting = "starting"
	ready    = "ready"
	stopping = "stopping"
)

// New returns a server that is starting: it answers the API after Ready.
func New(c Config) *Server {
	s := &Server{Config: c, metrics: c.Metrics.handler()}
	s.running, s.stop = context.WithCancel(context.Background())
	s.state.Store(&starting)
	return s
}

// Ready lets the API answer.
func (s *Server) Ready() { s.state.Store(&ready) }

const targetPrefix = "AWSStepFunctions."

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.Guard.Check(r); err != nil {
		s.Log.Warn("a request was refused", "host", short(r.Host), "origin", short(r.Header.Get("Origin")), "reason", err.Error())
		s.Metrics.count(r.Method, "AccessDeniedException", 0)
		refuse(w, err)
		return
	}
	switch r.URL.Path {
	case "/healthz":
		readOnly(s.health)(w, r)
	case "/metrics":
		readOnly(s.metrics.ServeHTTP)(w, r)
	default:
		s.api(w, r)
	}
}

// api answers an operation, counts it, and notes it in the log.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	name, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	a := &answer{ResponseWriter: w, status: http.StatusOK}
	if err := s.admit(name); err != nil {
		refuse(a, err)
	} else {
		s.perform(a, r, name)
	}
	took := time.Since(began)
	code := a.code()
	s.Metrics.count(name, code, took)
	s.note(r, name, a, code, took)
}

// perform lets the API answer. A long poll ends when the server is to stop; what runs
// an execution does not.
func (s *Server) perform(w http.ResponseWriter, r *http.Request, name string) {
	if name == "GetActivityTask" {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(s.running, cancel)()
		r = r.WithContext(ctx)
	}
	s.API.ServeHTTP(w, r)
}

// note logs a request: at debug, or as an error where canto itself is at fault.
func (s *Server) note(r *http.Request, name string, a *answer, code string, took time.Duration) {
	level := slog.LevelDebug
	if a.status >= http.StatusInternalServerError && s.state.Load() == &ready {
		level = slog.LevelError
	}
	if !s.Log.Enabled(r.Context(), level) {
		return
	}
	s.Log.LogAttrs(r.Context(), level, "request", slog.String("operation", short(name)), slog.Int("status", a.status),
		slog.String("code", code), slog.Duration("took", took), slog.String("request", a.Header().Get("X-Amzn-Requestid")))
}

// admit refuses operations that may not be asked for now.
func (s *Server) admit(operation string) error {
	if state := s.state.Load(); state != &ready {
		return &refusal{http.StatusServiceUnavailable, "ServiceUnavailableException", "canto is " + *state + ": try again"}
	}
	if s.ReadOnly && !reads(operation) {
		return &refusal{http.StatusBadRequest, "AccessDeniedException", operation + " is refused: canto was started with --read-only"}
	}
	return nil
}

// reads says whether an operation changes nothing. GetActivityTask takes a task.
func reads(operation string) bool {
	for _, verb := range []string{"Describe", "List", "Get", "Validate"} {
		if strings.HasPrefix(operation, verb) {
			return operation != "GetActivityTask"
		}
	}
	return false
}

// health tells whether the API answers, and which canto this is.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	state := s.state.Load()
	w.Header().Set("Content-Type", "application/json")
	if state != &ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"status": *state, "version": s.Version}) // whoever has gone needs no answer
}

// readOnly lets only GET and HEAD pass.
func readOnly(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		h(w, r)
	}
}

// answer is a ResponseWriter that remembers how the request ended. Of a refusal it
// keeps the text, which is short and names the error.
type answer struct {
	http.ResponseWriter
	status int
	said   []byte
}

func (a *answer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status != http.StatusOK {
		a.said = append(a.said, b...)
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// code is the name of the error that was answered, or "".
func (a *answer) code() string {
	if a.status == http.StatusOK {
		return ""
	}
	var said struct {
		Type string `json:"__type"`
	}
	if err := json.NewDecoder(bytes.NewReader(a.said)).Decode(&said); err != nil || said.Type == "" {
		return http.StatusText(a.status)
	}
	return said.Type[strings.LastIndexByte(said.Type, '#')+1:]
}
