package awsapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/runtime"
)

func TestPanicFailsItsRequestAlone(t *testing.T) {
	was := operations["ListActivities"]
	defer func() { operations["ListActivities"] = was }()
	operations["ListActivities"] = func(context.Context, *API, value.Value, *writer) error { panic("oh") }
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{}`))
	r.Header.Set("X-Amz-Target", target+"ListActivities")
	w := httptest.NewRecorder()
	New(runtime.New()).ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "InternalFailure") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}
