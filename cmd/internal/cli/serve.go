package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"canto/handlers"
	"canto/handlers/lambda"
	"canto/handlers/sfn"
	"canto/runtime"
	"canto/runtime/awsapi"

	"github.com/spf13/cobra"
)

// serveFlags are the flags of canto serve.
type serveFlags struct {
	addr, account, region, lambda string
	function, bucket              []string
	virtual, noLimits, quiet      bool
	out                           string
}

func newServeCommand() *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer the API of Step Functions",
		Long: `Serve answers the API of AWS Step Functions on this machine: point an AWS SDK or the
AWS CLI at it by its endpoint URL. Credentials are not looked at. What was told to it is
kept in memory, and is gone when it ends.

Lambda functions are looked for behind --lambda-endpoint, which takes Lambda's Invoke; a
--function goes before it. Without an endpoint there are the functions of canto run.
Executions run by the wall clock, or in virtual time, which passes at the wall clock's
rate only while somebody outside is waited for.`,
		Example: `  canto serve
  canto serve --lambda-endpoint http://127.0.0.1:3001
  aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd, flags) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.addr, "addr", "127.0.0.1:8083", "loopback `address` to listen on")
	f.StringVar(&flags.account, "account", runtime.Account, "account in the ARNs")
	f.StringVar(&flags.region, "region", runtime.Region, "region in the ARNs")
	f.StringVar(&flags.lambda, "lambda-endpoint", "", "`URL` that takes Lambda's Invoke")
	f.StringArrayVar(&flags.function, "function", nil, functionHelp)
	f.StringVarP(&flags.out, "out", "o", "out", "`folder` that functions write into")
	f.StringArrayVar(&flags.bucket, "bucket", nil, bucketHelp)
	f.BoolVar(&flags.virtual, "virtual-time", false, "jump over waiting times")
	f.BoolVar(&flags.noLimits, "no-limits", false, "no limits of 256 KiB a payload and 25,000 events")
	f.BoolVarP(&flags.quiet, "quiet", "q", false, "say nothing")
	return cmd
}

func serve(cmd *cobra.Command, flags serveFlags) error {
	engine, api, err := newService(flags)
	if err != nil {
		return err
	}
	defer engine.Close()
	if err := loopback(flags.addr); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(cmd.Context(), "tcp", flags.addr)
	if err != nil {
		return err
	}
	if !flags.quiet {
		fmt.Fprintf(cmd.ErrOrStderr(), "canto answers on http://%s\n", listener.Addr())
	}
	return serveUntil(cmd.Context(), listener, api)
}

// newService makes the engine, the API in front of it, and lets its tasks call it.
func newService(flags serveFlags) (*runtime.Engine, *awsapi.API, error) {
	registry := handlers.NewRegistry()
	if err := bind(registry, flags.function); err != nil {
		return nil, nil, err
	}
	if err := findFunctions(registry, flags); err != nil {
		return nil, nil, err
	}
	buckets, err := newBuckets(flags.out, flags.bucket)
	if err != nil {
		return nil, nil, err
	}
	if err := handlers.RegisterS3(registry, buckets.find); err != nil {
		return nil, nil, err
	}
	opts := append(buckets.options(), runtime.Functions(registry), runtime.In(flags.account, flags.region))
	if !flags.virtual {
		opts = append(opts, runtime.RealTime())
	}
	if flags.noLimits {
		opts = append(opts, runtime.NoLimits())
	}
	engine := runtime.New(opts...)
	api := awsapi.New(engine)
	return engine, api, sfn.Register(registry, api)
}

// findFunctions says who answers for the functions that --function does not bind:
// the endpoint, or else those that canto brings along.
func findFunctions(registry *handlers.Registry, flags serveFlags) error {
	if flags.lambda == "" {
		return register(registry, func() world { return offline(newBucket(flags.out)) })
	}
	endpoint, err := lambda.New(flags.lambda)
	if err != nil {
		return usage("--lambda-endpoint: %w", err)
	}
	registry.Fallback(endpoint.Function)
	return nil
}

// loopback refuses an address that others than this machine could reach.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return usage("--addr %s: %w; write 127.0.0.1:8083", addr, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return usage("--addr %s: canto listens to this machine alone: write 127.0.0.1, [::1] or localhost", addr)
}

// The times that a client may take. An answer may take longer than a minute: that
// is how long GetActivityTask waits, and StartSyncExecution takes up to five.
const (
	readTime     = 30 * time.Second
	shutdownTime = 5 * time.Second
)

// serveUntil answers until ctx ends, and then lets the answers under way be given.
func serveUntil(ctx context.Context, listener net.Listener, h http.Handler) error {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: readTime, ReadTimeout: readTime,
		BaseContext: func(net.Listener) context.Context { return requests },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	cancel() // long polls end at once
	grace, done := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer done()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	}
	return err
}
