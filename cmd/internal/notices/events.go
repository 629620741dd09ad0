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
)

// Events delivers changes of status to a file or to a webhook.
type Events struct {
	queue *queue[[]byte]
	close func() error
}

// OpenEvents opens the target: a URL that events are posted to, one each request, or
// the path of a file that they are appended to, one each line. The URL may be of this
// machine or a private network, since whoever starts canto has chosen it; redirections
// are not followed.
func OpenEvents(target string, log *slog.Logger) (*Events, error) {
	if strings.Contains(target, "://") {
		hook, err := newWebhook(target, log)
		if err != nil {
			return nil, err
		}
		return &Events{newQueue("events", log, hook.deliver), hook.close}, nil
	}
	file, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	lines := appender{file, log}
	return &Events{newQueue("events", log, lines.deliver), func() error { return errors.Join(file.Sync(), file.Close()) }}, nil
}

// Tell queues a change for delivery.
func (e *Events) Tell(c Change) {
	text := c.JSON()
	e.queue.put(text, len(text))
}

// Close delivers what is queued, until ctx ends at the latest.
func (e *Events) Close(ctx context.Context) error {
	e.queue.close(ctx)
	return e.close()
}

// appender appends lines to a file.
type appender struct {
	file io.Writer
	log  *slog.Logger
}

// deliver writes the lines at once. What a full disk has not taken is written when
// there is room.
func (a appender) deliver(ctx context.Context, lines [][]byte) {
	var text bytes.Buffer
	for _, l := range lines {
		text.Write(l)
		text.WriteByte('\n')
	}
	if err := write(ctx, a.log, a.file, text.Bytes()); err != nil {
		a.log.Error("events were not written", "events", len(lines), "error", err)
	}
}

// write writes all of a text, however many tries it takes.
func write(ctx context.Context, log *slog.Logger, w io.Writer, text []byte) error {
	return retry(ctx, log, func() (bool, error) {
		n, err := w.Write(text)
		text = text[n:]
		return true, err
	})
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

func (h *webhook) deliver(ctx context.Context, events [][]byte) {
	for i, e := range events {
		if ctx.Err() != nil {
			h.log.Error("events were not delivered before the end", "events", len(events)-i)
			return
		}
		if err := retry(ctx, h.log, func() (bool, error) { return h.post(ctx, e) }); err != nil {
			h.log.Error("an event was not delivered", "error", err)
		}
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
