package server_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"canto/cmd/internal/server"
)

func TestGuardKnowsItsHosts(t *testing.T) {
	g := server.NewGuard("Canto.example", "10.0.0.9", "")
	for host, ours := range map[string]bool{
		"localhost": true, "localhost:8083": true, "LOCALHOST.:8083": true, "127.0.0.1:8083": true, "127.8.9.1": true, "[::1]:8083": true, "[::1]": true,
		"states.localhost:8083": true, "sync-localhost:8083": true, "sync-127.0.0.1:8083": true, "sync-states.localhost": true,
		"[::ffff:127.0.0.1]:1": true,
		"canto.example":        true, "canto.example:8083": true, "sync-canto.example": true, "10.0.0.9:8083": true,
		"192.168.7.7:8083": true, "sync-192.168.7.7": true, // the address that the request came in on
		"evil.example": false, "evil.example:8083": false, "localhost.evil.example": false, "evillocalhost": false, "127.0.0.1.evil.example": false,
		"a.canto.example": false, "10.0.0.8": false, "0.0.0.0:8083": false, "": false, "sync-": false, "sync-evil.example": false, ":8083": false,
		"evil-localhost": false, "xsync-localhost": false,
	} {
		r := httptest.NewRequest(http.MethodPost, "http://x/", nil)
		r.Host = host
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP("192.168.7.7"), Port: 8083}))
		if err := g.Check(r); (err == nil) != ours {
			t.Errorf("%q: %v", host, err)
		}
	}
}

func TestGuardRefusesOtherOrigins(t *testing.T) {
	h := server.NewGuard().Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, c := range []struct {
		name   string
		header map[string]string
		status int
	}{
		{"an SDK", nil, 200},
		{"the address bar", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"another port", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"an older browser", map[string]string{"Origin": "http://evil.example"}, 403},
		{"an older browser, another port", map[string]string{"Origin": "http://localhost:3000"}, 403},
		{"a sandboxed page", map[string]string{"Origin": "null"}, 403},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "http://localhost:8083/", nil)
		for name, v := range c.header {
			r.Header.Set(name, v)
		}
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
		var said struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if c.status == 403 && (json.Unmarshal(w.Body.Bytes(), &said) != nil || said.Type != "AccessDeniedException" || said.Message == "") {
			t.Errorf("%s: %s", c.name, w.Body)
		}
		for name := range w.Header() {
			if len(name) > 14 && name[:14] == "Access-Control" {
				t.Errorf("%s: %s", c.name, name)
			}
		}
	}
}
