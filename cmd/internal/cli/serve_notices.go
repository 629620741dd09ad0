package cli

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"canto/cmd/internal/notices"
	"canto/cmd/internal/server"
	"canto/runtime"
	"canto/runtime/awsapi"
	"canto/runtime/store"
)

// outside is who is told what executions do: --events and --logs.
type outside struct {
	events *notices.Events // nil without --events
	logs   *notices.Logs   // nil without --logs
}

// newOutside opens what is told to. What is to be told waits in kept.
func newOutside(flags serveFlags, kept store.Store, log *slog.Logger) (*outside, error) {
	o := &outside{}
	waiting := notices.Waiting{Keeper: kept, Durable: flags.data != "", Log: log}
	var err error
	if flags.events != "" {
		if o.events, err = notices.OpenEvents(flags.events, waiting); err != nil {
			return nil, usage("--events %s: %w", flags.events, err)
		}
	}
	if flags.logs != "" {
		if o.logs, err = notices.OpenLogs(flags.logs, waiting); err != nil {
			return nil, errors.Join(usage("--logs %s: %w", flags.logs, err), o.close(tellTime))
		}
	}
	return o, nil
}

// options let the engine count what executions do, and tell of it.
func (o *outside) options(m *server.Metrics) []runtime.Option {
	f := &notices.Follower{Events: o.events, Logs: o.logs, Logging: logging}
	follow := func(begin *store.Begin, t store.Turn) {
		if t.Begin != nil || t.Redrive != nil {
			m.Execution(store.Running)
		}
		if t.End != nil {
			m.Execution(t.End.Status)
		}
		f.Follow(begin, t)
	}
	if o.events == nil && o.logs == nil {
		return []runtime.Option{runtime.Follow(follow)}
	}
	return []runtime.Option{runtime.Notices(f.Notices), runtime.Follow(follow)}
}

// logging is the logging configuration of an execution's machine.
func logging(b *store.Begin) notices.Logging {
	c := awsapi.LoggingOf(&runtime.StateMachine{Settings: runtime.SettingsOf(b)})
	out := notices.Logging{Level: *c.Level, Data: *c.IncludeExecutionData}
	for _, d := range c.Destinations {
		if g := d.CloudWatchLogsLogGroup; g != nil && g.LogGroupARN != nil {
			out.Group = *g.LogGroupARN
		}
	}
	return out
}

// tellTime is how long a stop may take to tell what has not been told.
const tellTime = 10 * time.Second

// close tells what has not been told, for so long at most. Events and logs do not wait for
// each other.
func (o *outside) close(most time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	var events, logs error
	var both sync.WaitGroup
	if o.events != nil {
		both.Go(func() { events = o.events.Close(ctx) })
	}
	if o.logs != nil {
		both.Go(func() { logs = o.logs.Close(ctx) })
	}
	both.Wait()
	return errors.Join(events, logs)
}
