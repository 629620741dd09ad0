package cli

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canto/runtime/store"
	"canto/runtime/store/memory"
)

// TestLogsDoNotWaitForAWebhookThatHangs stops while a webhook takes an event and does not answer.
func TestLogsDoNotWaitForAWebhookThatHangs(t *testing.T) {
	asked, over := make(chan struct{}), make(chan struct{})
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-over
	}))
	defer hook.Close()
	defer close(over)
	kept := &memory.Store{}
	begin := store.Turn{ID: "x", Begin: &store.Begin{Name: "x"}, Notices: []store.Notice{{Queue: "events", Text: "{}\n"}}}
	if err := kept.Commit(t.Context(), begin); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	o, err := newOutside(serveFlags{events: hook.URL, logs: t.TempDir()}, kept, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := o.close(200 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if text := log.String(); !strings.Contains(text, "queue=events") || strings.Contains(text, "queue=logs") {
		t.Errorf("the log says\n%s", text)
	}
}
