package notices

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"canto/runtime/store"
)

// Events delivers changes of status to a file or to a webhook.
type Events struct {
	queue *queue
	close func() error
}

// How many turns are told of together: after a crash, so many may be told of again.
const (
	posted  = 16
	written = 64
)

// OpenEvents opens the target: a URL that events are posted to, one each request, or
// the path of a file that they are appended to, one each line. The URL may be of this
// machine or a private network, since whoever starts canto has chosen it; redirections
// are not followed. What waits of an earlier time is delivered.
func OpenEvents(target string, w Waiting) (*Events, error) {
	if strings.Contains(target, "://") {
		hook, err := newWebhook(target, w.Log)
		if err != nil {
			return nil, err
		}
		return &Events{newQueue("events", posted, w, hook.deliver), hook.close}, nil
	}
	file, err := appendTo(func(flag int) (*os.File, error) { return os.OpenFile(target, flag, 0o600) })
	if err != nil {
		return nil, err
	}
	lines := appender{file: file, log: w.Log}
	if w.Durable {
		lines.flush = func() error { return flush(file) }
	}
	return &Events{newQueue("events", written, w, lines.deliver), func() error { return errors.Join(flush(file), file.Close()) }}, nil
}

// notice appends a notice of changes to all.
func (e *Events) notice(all []store.Notice, changes []Change) []store.Notice {
	if len(changes) == 0 {
		return all
	}
	var text []byte
	for _, c := range changes {
		text = append(append(text, c.JSON()...), '\n')
	}
	return e.queue.notice(all, string(text))
}

// Close delivers what waits, until ctx ends at the latest.
func (e *Events) Close(ctx context.Context) error {
	e.queue.close(ctx)
	return e.close()
}

// appender appends lines to a file.
type appender struct {
	file  io.Writer
	flush func() error // nil: it need not be
	log   *slog.Logger
}

// deliver writes the lines at once. What a full disk has not taken is written when
// there is room.
func (a appender) deliver(ctx context.Context, texts []string) int {
	err := write(ctx, a.log, a.file, []byte(strings.Join(texts, "")))
	if err == nil && a.flush != nil {
		err = retry(ctx, a.log, func() (bool, error) { return true, a.flush() })
	}
	if err == nil {
		return len(texts)
	}
	if ctx.Err() == nil { // else the queue tells that all was given up
		a.log.Error("events were not written", "error", err)
	}
	return 0
}

// webhook posts events to a URL.
type webhook struct {
	url    string
	client *http.Client
	log    *slog.Logger
}

// answerTime is how long a webhook may take.
const answerTime = 30 * time.Second

func newWebhook(target string, log *slog.Logger) (*webhook, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is no URL that events can be posted to, such as http://127.0.0.1:9000/events", target)
	}
	client := &http.Client{
		Transport: http.DefaultTransport.(*http.Transport).Clone(), Timeout: answerTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &webhook{u.String(), client, log}, nil
}

func (h *webhook) close() error {
	h.client.CloseIdleConnections()
	return nil
}

// patience is how long an event is posted again and again (as EventBridge does).
const patience = 24 * time.Hour

// deliver posts the events one after the other.
func (h *webhook) deliver(ctx context.Context, texts []string) int {
	for i, text := range texts {
		for e := range strings.Lines(text) {
			if h.tell(ctx, []byte(e)); ctx.Err() != nil {
				return i
			}
		}
	}
	return len(texts)
}

// tell posts an event until it is taken, or refused for good; or until ctx ends, which
// the queue tells of.
func (h *webhook) tell(ctx context.Context, e []byte) {
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := retry(patient, h.log, func() (bool, error) { return h.post(patient, e) }); err != nil && ctx.Err() == nil {
		h.log.Error("an event was not delivered", "error", err)
	}
}

// post posts an event, and says whether it is worth another try if it was not taken.
func (h *webhook) post(ctx context.Context, e []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(e))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := h.client.Do(req)
	if err != nil {
		return ctx.Err() == nil, withoutURL(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	if res.StatusCode/100 == 2 {
		return false, nil
	}
	again = res.StatusCode >= http.StatusInternalServerError || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusRequestTimeout
	return again, fmt.Errorf("the webhook answered %s", res.Status)
}

// withoutURL is an error of an HTTP client without the URL, which may be a secret.
func withoutURL(err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err
	}
	return err
}
