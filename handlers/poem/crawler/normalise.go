package crawler

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// trackers are query parameters that say where a reader came from and nothing
// about the page.
var trackers = map[string]bool{
	"fbclid": true, "gclid": true, "dclid": true, "gbraid": true, "wbraid": true, "msclkid": true,
	"yclid": true, "igshid": true, "mc_cid": true, "mc_eid": true, "ref_src": true, "_ga": true,
}

// Normalise gives an article's URL without what does not belong to its identity:
// fragment, tracking parameters, default port, upper case in scheme and host.
// It gives false for what is not an absolute http(s) URL of a host, or carries
// a user name. Path and remaining parameters are left as the site wrote them.
func Normalise(text string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.User != nil || u.Opaque != "" {
		return "", false
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	host, ok := normaliseHost(u)
	if !ok {
		return "", false
	}
	u.Host = host
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = withoutTrackers(u.RawQuery)
	u.ForceQuery = false
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), true
}

// normaliseHost is the host in lower case and in its ASCII form, with the port
// where it is not the scheme's own.
func normaliseHost(u *url.URL) (string, bool) {
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + strings.ToLower(host) + "]"
	} else if host = ascii(host); host == "" {
		return "", false
	}
	port := u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return host, true
	}
	return host + ":" + port, true
}

// names turns host names into their ASCII form, and refuses what is too long for
// DNS or has an empty label.
var names = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// ascii is a host name as DNS knows it, without the dot of its root, or "" when it
// cannot be one. The library lets one empty label at the end pass, and encodes a few
// names that it then refuses to read, hence the second look.
func ascii(host string) string {
	encoded, err := names.ToASCII(host)
	if err != nil {
		return ""
	}
	encoded = strings.TrimSuffix(encoded, ".")
	if again, err := names.ToASCII(encoded); err != nil || again != encoded || strings.HasSuffix(again, ".") {
		return ""
	}
	return encoded
}

func withoutTrackers(query string) string {
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		name = strings.ToLower(name)
		if pair != "" && !trackers[name] && !strings.HasPrefix(name, "utm_") {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// identity is what two addresses of one page share: http or https, with or
// without "www." and a slash at the end.
func identity(normalised string) string {
	_, rest, _ := strings.Cut(normalised, "://")
	path, query, asks := strings.Cut(strings.TrimPrefix(rest, "www."), "?")
	path = strings.TrimRight(path, "/")
	if asks {
		return path + "?" + query
	}
	return path
}
