package fetch

import (
	"net/netip"
	"net/url"
	"strings"
)

// special are the ranges of IANA's special-purpose registries, and multicast,
// that are not reachable over the public Internet. For IPv6 everything outside
// 2000::/3 is refused anyway; these are the exceptions within.
var special = prefixes(
	"0.0.0.0/8",       // this network
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // shared: carrier-grade NAT
	"127.0.0.0/8",     // loopback
	"169.254.0.0/16",  // link-local: the cloud's metadata service
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // 6to4 relay
	"192.168.0.0/16",  // private
	"198.18.0.0/15",   // benchmarks
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved, broadcast
	"2001::/23",       // protocol assignments, Teredo
	"2001:db8::/32",   // documentation
	"2002::/16",       // 6to4: carries any IPv4 address
	"3fff::/20",       // documentation
)

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	nat64         = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the last four bytes are the IPv4 address
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// public reports whether an address belongs to the public Internet. An IPv4
// address inside an IPv6 one (mapped, or translated by NAT64) is judged itself.
func public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	a = embedded(a.Unmap())
	if a.Is6() && !globalUnicast.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

func embedded(a netip.Addr) netip.Addr {
	if !nat64.Contains(a) {
		return a
	}
	bytes := a.As16()
	return netip.AddrFrom4([4]byte(bytes[12:]))
}

// checkHost refuses a URL whose host is a literal address that is not public,
// or a name that is reserved for this machine (RFC 6761). What other names
// resolve to is checked when a connection is made.
func checkHost(u *url.URL) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return &PrivateAddress{Host: u.Hostname()}
	}
	a, err := netip.ParseAddr(host)
	if err != nil || public(a) {
		return nil
	}
	return &PrivateAddress{Host: u.Hostname(), Address: a}
}

// maxURL is the longest URL fetched, in bytes.
const maxURL = 2048

// parse reads the text of a URL that may be fetched.
func parse(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, &UnsupportedURL{URL: abridged(text), Reason: "it is not a URL"}
	}
	return u, check(u)
}

// check accepts absolute http and https URLs without a user name, on hosts that
// are not plainly private.
func check(u *url.URL) error {
	refuse := func(reason string) error { return &UnsupportedURL{URL: abridged(u.Redacted()), Reason: reason} }
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse("only http and https are fetched")
	case u.Hostname() == "":
		return refuse("it names no host")
	case u.User != nil:
		return refuse("it carries a user name")
	case len(u.String()) > maxURL:
		return refuse("it is longer than 2048 bytes")
	}
	return checkHost(u)
}

func abridged(text string) string {
	if len(text) <= maxURL {
		return text
	}
	return text[:80] + "..."
}
