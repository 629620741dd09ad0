package cli

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

func TestEndpointsAreCalledAsLambdaIs(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/2015-03-31/functions/fails/invocations" {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			_, _ = io.WriteString(w, `{"errorType":"CardDeclined","errorMessage":"no"}`)
			return
		}
		_, _ = io.WriteString(w, `{"path":"`+r.URL.Path+`","got":`+string(body)+`}`)
	}))
	defer server.Close()
	cases := map[string]struct{ name, address, want string }{
		"by the server":    {"charge", server.URL, `{"path":"/2015-03-31/functions/charge/invocations","got":{ "n": 1.0 }}`},
		"by whole address": {"charge", server.URL + "/2015-03-31/functions/function/invocations", `{"path":"/2015-03-31/functions/function/invocations","got":{ "n": 1.0 }}`},
		"that fails":       {"fails", server.URL, `CardDeclined: {"errorType":"CardDeclined","errorMessage":"no"}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h, err := newEndpoint(c.name, c.address)
			if err != nil {
				t.Fatal(err)
			}
			out, err := h.Invoke(t.Context(), handlers.Call{Input: value.Raw(`{ "n": 1.0 }`)})
			got := out.Text()
			var failure *asl.Error
			if errors.As(err, &failure) {
				got = failure.Error()
			}
			if got != c.want {
				t.Errorf("the endpoint gives %s, want %s", got, c.want)
			}
		})
	}
}
