package cli

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"canto/runtime/store"
	"canto/runtime/store/memory"
	"canto/runtime/store/sqlite"
)

const dataHelp = "SQLite `file` that keeps machines and executions through a crash; made where it is not there (default: memory)"

// openData opens the store of --data. close is called when the engine is closed.
func openData(file string) (s store.Store, closeStore func() error, err error) {
	if file == "" {
		return &memory.Store{}, func() error { return nil }, nil
	}
	db, err := sqlite.Open(file)
	if err != nil {
		return nil, nil, usage("--data: %w", err)
	}
	return db, db.Close, nil
}

// days is a duration that may be given in days: 90d. 0 is for ever. It is a pflag.Value.
type days time.Duration

func (d *days) String() string {
	t := time.Duration(*d)
	if t%(24*time.Hour) == 0 {
		return strconv.Itoa(int(t/(24*time.Hour))) + "d"
	}
	return t.String()
}

func (d *days) Set(text string) error {
	n, whole := strings.CutSuffix(text, "d")
	count, err := strconv.ParseUint(n, 10, 16)
	t := time.Duration(count) * 24 * time.Hour
	if !whole {
		t, err = time.ParseDuration(text)
	}
	if err != nil || t < 0 {
		return usage("%q is no duration: write 90d, 12h, or 0 for ever", text)
	}
	*d = days(t)
	return nil
}

func (d *days) Type() string { return "duration" }

// prune forgets from time to time what ended longer ago than --keep says.
func (s *service) prune(ctx context.Context, log *slog.Logger) error {
	keep := time.Duration(s.flags.keep)
	tick := time.NewTicker(min(max(keep/100, time.Second), time.Hour))
	defer tick.Stop()
	for {
		n, err := s.engine.Prune(ctx, time.Now().Add(-keep))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			log.Error("executions that ended long ago could not be forgotten", "error", err)
		case n > 0:
			log.Info("forgot executions that ended long ago", "executions", n, "keep", s.flags.keep.String())
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
