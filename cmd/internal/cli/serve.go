package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"canto/cmd/internal/server"
	"canto/runtime"

	"github.com/spf13/cobra"
)

// serveFlags are the flags of canto serve.
type serveFlags struct {
	handlerFlags
	addr, account, region, lambda string
	virtual, noLimits, quiet      bool

	allowRemote, readOnly bool
	allowHost             []string
	logLevel, logFormat   string
	siteAddr, siteBucket  string
	template              string
	mock, events, logs    string
	data                  string
	keep                  days
}

func newServeCommand() *cobra.Command {
	flags := serveFlags{keep: days(90 * 24 * time.Hour)}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer the API of Step Functions",
		Long: `Serve answers the API of AWS Step Functions on this machine: point an AWS SDK or the
AWS CLI at it by its endpoint URL. Credentials are not looked at. What was told to it is
kept in memory, and is gone when it ends; with --data it is kept in a file, each step before
it is acknowledged: after a crash executions go on where they were, and only tasks that
were under way are asked for again.

Lambda functions are looked for behind --lambda-endpoint, which takes Lambda's Invoke; a
--function goes before it. Without an endpoint there are the functions of canto run.
Executions run by the wall clock, or in virtual time, which passes at the wall clock's
rate only while somebody outside is waited for.

With --mock, an execution is started with a test case by "#" and its name after the ARN
of the machine; what the case mentions is not called.

Nobody outside of this machine is let in without --allow-remote, and no page of the web:
a request must be for a loopback name, the address it came in on, or an --allow-host.
/healthz tells whether the API answers, /metrics what Prometheus collects. SIGINT and
SIGTERM let the answers under way be given; a second one ends the process at once.

With --template the state machines of a SAM or CloudFormation template are made, or brought
to what the template says, and its schedules start them by the wall clock; canto schedule
lists them. A firing that was missed is made up once, if it is not too old.

With --events, each change of the status of a STANDARD execution is appended to a file,
one line each, or posted to a URL, which may be of this machine: at least once, in their
order, tried again until they are taken. With --data what waits is kept through a crash.

With --site-addr the poem's page is served as its deployment serves it, on a port of its
own: it never shares an origin with the API.`,
		Example: `  canto serve
  canto serve --lambda-endpoint http://127.0.0.1:3001
  canto serve --data canto.db
  canto serve --template template.yaml
  canto serve --site-addr 127.0.0.1:8084
  aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083`,
		Args:              nothing,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return serve(cmd, flags) },
	}
	addServeFlags(cmd, &flags)
	return cmd
}

func addServeFlags(cmd *cobra.Command, flags *serveFlags) {
	flags.handlerFlags.add(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.addr, "addr", "127.0.0.1:8083", "`address` to listen on")
	f.StringVar(&flags.data, "data", "", dataHelp)
	f.Var(&flags.keep, "keep", "how long executions are kept after their end; 0: for ever")
	f.StringVar(&flags.account, "account", runtime.Account, "account in the ARNs")
	f.StringVar(&flags.region, "region", runtime.Region, "region in the ARNs")
	f.StringVar(&flags.lambda, "lambda-endpoint", "", "`URL` that takes Lambda's Invoke")
	f.StringVar(&flags.mock, "mock", "", "`FILE[#Case]`: a mock file of Step Functions Local, and the usual test case (default: $"+mockEnv+")")
	f.BoolVar(&flags.virtual, "virtual-time", false, "jump over waiting times")
	f.BoolVar(&flags.noLimits, "no-limits", false, noLimitsHelp)
	f.BoolVar(&flags.allowRemote, "allow-remote", false, "let --addr and --site-addr be other than loopback addresses")
	f.StringArrayVar(&flags.allowHost, "allow-host", nil, "`NAME` that requests may be for, beside loopback names; may be repeated")
	f.BoolVar(&flags.readOnly, "read-only", false, "refuse operations that change something")
	f.StringVar(&flags.events, "events", "", "`FILE|URL` that gets changes of executions' statuses, as EventBridge tells them")
	f.StringVar(&flags.logs, "logs", "", "`folder` for the logs of machines that have a logging configuration: a file for each log group")
	f.StringVar(&flags.logLevel, "log-level", "warn", "log what is at least `debug, info, warn or error`")
	f.StringVar(&flags.logFormat, "log-format", "text", "log as `text or json`")
	f.StringVar(&flags.siteAddr, "site-addr", "", "`address` on which the poem's page is served")
	f.StringVar(&flags.siteBucket, "site-bucket", "", "`NAME` of the bucket that is served there (default: the folder --out)")
	f.StringVar(&flags.template, "template", "", "SAM or CloudFormation template `file` whose machines are made, and started by its schedules")
	f.BoolVarP(&flags.quiet, "quiet", "q", false, "do not say where it listens")
	completeWith(cmd, "log-level", logLevels)
	completeWith(cmd, "log-format", logFormats)
}

func serve(cmd *cobra.Command, flags serveFlags) error {
	log, err := newLog(cmd.ErrOrStderr(), flags.logLevel, flags.logFormat)
	if err != nil {
		return err
	}
	if err := flags.checkARNs(); err != nil {
		return err
	}
	slog.SetDefault(log)
	defer server.GrowHeap()()
	doors, err := listenAll(cmd.Context(), flags, log)
	if err != nil {
		return err
	}
	defer doors.close()
	s, err := newService(flags)
	if err != nil {
		return err
	}
	return errors.Join(s.run(cmd, doors, log), s.close())
}

// run answers until the command is interrupted, which may be before it has begun.
func (s *service) run(cmd *cobra.Command, at *doors, log *slog.Logger) error {
	ctx := cmd.Context()
	if err := s.begin(ctx, cmd.ErrOrStderr()); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if !s.flags.quiet {
		at.announce(cmd.ErrOrStderr())
		s.deployed.announce(cmd.ErrOrStderr())
	}
	return s.serve(ctx, at, log)
}

// begin goes on with what the store has, and deploys the template, if there is one.
func (s *service) begin(ctx context.Context, stderr io.Writer) error {
	if err := s.engine.Recover(ctx); err != nil {
		return err
	}
	return s.deploy(ctx, stderr)
}
