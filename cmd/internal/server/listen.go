package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// The limits of a connection. An answer may take minutes: GetActivityTask waits for
// one, StartSyncExecution takes up to five.
const (
	headerTime     = 10 * time.Second
	readTime       = 30 * time.Second
	writeTime      = 10 * time.Minute
	idleTime       = 2 * time.Minute
	maxHeader      = 64 << 10
	maxConnections = 4096
	stopTime       = 10 * time.Second
)

// Serve answers on the listener until ctx ends: then nobody is let in any more, long
// polls end at once, and the answers under way are given.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	defer context.AfterFunc(ctx, func() {
		s.state.Store(&stopping)
		s.stop()
	})()
	return Serve(ctx, l, s, s.Log)
}

// Serve answers with h on the listener until ctx ends, and then lets the answers under
// way be given.
func Serve(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return requests },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(l, maxConnections)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, done := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer done()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests that took too long were given up", "after", stopTime)
		return server.Close()
	}
	return err
}
