package cli

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"

	"canto/asl/source"
	"canto/cmd/internal/server"
	"canto/handlers"
	"canto/handlers/lambda"
	"canto/handlers/mock"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"
)

// service is all that canto serve runs: an engine, the API in front of it, and the
// bucket whose pages are served.
type service struct {
	engine  *runtime.Engine
	api     *awsapi.API
	guard   *server.Guard
	metrics *server.Metrics
	told    *outside
	pages   http.Handler
	flags   serveFlags

	closeData func() error
	deployed  *deployment // of --template, or nil
}

// newService makes the engine, the API in front of it, and lets its tasks call it.
func newService(flags serveFlags) (*service, error) {
	registry, buckets, err := flags.registry(func(r *handlers.Registry) error { return findFunctions(r, flags) })
	if err != nil {
		return nil, err
	}
	s := &service{
		flags: flags, metrics: server.NewMetrics(awsapi.Operations()),
		guard: server.NewGuard(append(flags.allowHost, hostOf(flags.addr), hostOf(flags.siteAddr))...),
	}
	if s.pages, err = pages(buckets, flags); err != nil {
		return nil, err
	}
	mocks, err := mockOptions(flags.mock)
	if err != nil {
		return nil, err
	}
	data, closeData, err := openData(flags.data)
	if err != nil {
		return nil, err
	}
	s.closeData = closeData
	if s.told, err = newOutside(flags, data, slog.Default()); err != nil {
		return nil, errors.Join(err, closeData())
	}
	opts := []runtime.Option{runtime.Store(s.metrics.Store(data)), runtime.Trouble(trouble)}
	s.engine = runtime.New(slices.Concat(opts, s.told.options(s.metrics), buckets.options(), engineOptions(registry, flags), mocks)...)
	s.metrics.Running(s.engine.Running)
	s.api = awsapi.New(s.engine)
	return s, sfn.Register(registry, s.api)
}

var (
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// checkARNs refuses what would make ARNs that nobody can read.
func (flags *serveFlags) checkARNs() error {
	switch {
	case !accountForm.MatchString(flags.account):
		return usage("--account %q: an account has twelve digits, such as %s", flags.account, runtime.Account)
	case !regionForm.MatchString(flags.region):
		return usage("--region %q: write a region such as %s", flags.region, runtime.Region)
	}
	return nil
}

// trouble logs what goes wrong with an execution for a reason of canto's own.
func trouble(execution string, err error) {
	slog.Error("an execution has trouble", "execution", execution, "error", err)
}

func engineOptions(registry *handlers.Registry, flags serveFlags) []runtime.Option {
	opts := []runtime.Option{runtime.Functions(registry), runtime.Resolver(hinting(slog.Default())), runtime.In(flags.account, flags.region)}
	if !flags.virtual {
		opts = append(opts, runtime.RealTime())
	}
	if flags.noLimits {
		opts = append(opts, runtime.NoLimits())
	}
	return opts
}

// mockEnv names the mock file where --mock does not, as Step Functions Local has it.
const mockEnv = "SFN_MOCK_CONFIG"

// mockOptions let executions be started with the test cases of a mock file.
func mockOptions(spec string) ([]runtime.Option, error) {
	flag := "--mock"
	if spec == "" {
		flag, spec = mockEnv, os.Getenv(mockEnv)
	}
	if spec == "" {
		return nil, nil
	}
	cases, err := mock.OpenCases(spec)
	var faults source.Diagnostics
	switch {
	case errors.As(err, &faults):
		return nil, &exitError{exitUsage, faults}
	case err != nil:
		return nil, usage("%s %s: %w", flag, spec, err)
	}
	return []runtime.Option{runtime.Resolver(cases.Resolver), runtime.TestCases(cases.Fits)}, nil
}

// findFunctions says who answers for the functions that --function does not bind: the
// endpoint, or else those that canto brings along.
func findFunctions(registry *handlers.Registry, flags serveFlags) error {
	if flags.lambda == "" {
		return flags.offline(registry)
	}
	endpoint, err := lambda.New(flags.lambda)
	if err != nil {
		return usage("--lambda-endpoint: %w", err)
	}
	registry.Fallback(endpoint.Function)
	return nil
}

// serve answers until ctx ends, and then lets the answers under way be given.
func (s *service) serve(ctx context.Context, at *doors, log *slog.Logger) error {
	around := server.New(server.Config{
		API: s.api, Metrics: s.metrics, Guard: s.guard, ReadOnly: s.flags.readOnly, Version: runtime.Version, Log: log,
	})
	around.Ready()
	run := []func(context.Context) error{func(ctx context.Context) error { return around.Serve(ctx, at.api) }}
	if s.flags.keep > 0 {
		run = append(run, func(ctx context.Context) error { return s.prune(ctx, log) })
	}
	if at.site != nil {
		page := s.guard.Wrap(s.pages)
		run = append(run, func(ctx context.Context) error { return server.Serve(ctx, at.site, page, log) })
	}
	if s.deployed != nil {
		run = append(run, func(ctx context.Context) error { return s.deployed.run(ctx, log) })
	}
	return together(ctx, run)
}

// together runs all until ctx ends or one of them does.
func together(ctx context.Context, all []func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error)
	for _, run := range all {
		go func() { ended <- run(ctx) }()
	}
	var errs []error
	for range all {
		errs = append(errs, <-ended)
		cancel()
	}
	return errors.Join(errs...)
}

// close gives up what still runs, tells what has not been told yet, and closes the store.
func (s *service) close() error {
	s.engine.Close()
	return errors.Join(s.told.close(tellTime), s.closeData())
}

// hostOf is the host in an address to listen on, or "".
func hostOf(addr string) string {
	host, _, _ := net.SplitHostPort(addr)
	return host
}
