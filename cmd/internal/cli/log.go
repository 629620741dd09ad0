package cli

import (
	"io"
	"log/slog"
)

var (
	logLevels  = []string{"debug", "info", "warn", "error"}
	logFormats = []string{"text", "json"}
)

// newLog makes the log that --log-level and --log-format ask for.
func newLog(w io.Writer, level, format string) (*slog.Logger, error) {
	if err := checkWord("--log-level", level, logLevels); err != nil {
		return nil, err
	}
	if err := checkWord("--log-format", format, logFormats); err != nil {
		return nil, err
	}
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, err
	}
	opts := &slog.HandlerOptions{Level: least}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	}
	return slog.New(slog.NewTextHandler(w, opts)), nil
}
