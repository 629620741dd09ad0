package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Guard refuses requests that a page of the web may have made: those to a host that
// is not ours, as a name that was bound anew to this machine is (DNS rebinding), and
// those that a browser makes for another origin. There are never CORS headers.
type Guard struct {
	hosts  map[string]bool
	origin http.CrossOriginProtection
}

// NewGuard returns a guard that lets requests pass to loopback names and addresses,
// to the address that they came in on, and to these hosts.
func NewGuard(hosts ...string) *Guard {
	g := &Guard{hosts: map[string]bool{}}
	for _, h := range hosts {
		if h != "" {
			g.hosts[canonical(h)] = true
		}
	}
	return g
}

// Check is nil, or why the request is refused.
func (g *Guard) Check(r *http.Request) error {
	if !g.ours(r) {
		return &refusal{
			status: http.StatusForbidden, code: "AccessDeniedException",
			message: "canto does not answer for the host '" + short(r.Host) + "': use localhost or 127.0.0.1, or start it with --allow-host",
		}
	}
	if err := g.origin.Check(r); err != nil {
		return &refusal{
			status: http.StatusForbidden, code: "AccessDeniedException",
			message: "canto does not answer pages of another origin: " + err.Error(),
		}
	}
	return nil
}

// Wrap returns h behind the guard.
func (g *Guard) Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := g.Check(r); err != nil {
			refuse(w, err)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// ours says whether the request's host is one that is answered for. SDKs put a label
// before it: "sync-" for StartSyncExecution and TestState.
func (g *Guard) ours(r *http.Request) bool {
	host := canonical(hostname(r.Host))
	return g.known(host, r) || g.known(strings.TrimPrefix(host, "sync-"), r)
}

func (g *Guard) known(host string, r *http.Request) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || g.hosts[host] {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.Unmap() == arrival(r))
}

// arrival is the address of this machine that the request came in on.
func arrival(r *http.Request) netip.Addr {
	at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return at.AddrPort().Addr().Unmap()
}

// hostname is a host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

func canonical(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// short is what somebody else has written, no more of it than a log should hold.
func short(s string) string {
	const most = 100
	if len(s) > most {
		s = s[:most] + "..."
	}
	return strings.ToValidUTF8(s, "?")
}
