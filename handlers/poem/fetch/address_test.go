package fetch

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func TestPublicAddresses(t *testing.T) {
	for _, text := range []string{
		"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1",
		"169.253.255.255", "192.167.1.1", "198.20.0.1", "223.255.255.255",
		"2606:4700:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
	} {
		if !public(netip.MustParseAddr(text)) {
			t.Errorf("%s is taken for private", text)
		}
	}
}

func TestAddressesThatAreNotPublic(t *testing.T) {
	for name, texts := range map[string][]string{
		"loopback":      {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"},
		"unspecified":   {"0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"},
		"private":       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::ffff:192.168.1.1"},
		"link-local":    {"169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254"},
		"shared":        {"100.64.0.1", "100.127.255.255"},
		"unique local":  {"fc00::1", "fd00:ec2::254"},
		"site-local":    {"fec0::1"},
		"multicast":     {"224.0.0.1", "239.255.255.255", "ff02::1"},
		"reserved":      {"240.0.0.1", "255.255.255.255"},
		"documentation": {"192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"},
		"assignments":   {"192.0.0.8", "192.88.99.1", "198.18.0.1"},
		"NAT64":         {"64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::1"},
		"6to4, Teredo":  {"2002:7f00:1::", "2002:808:808::1", "2001::1"},
		"compatible":    {"::127.0.0.1", "::8.8.8.8"},
	} {
		for _, text := range texts {
			if public(netip.MustParseAddr(text)) {
				t.Errorf("%s: %s is taken for public", name, text)
			}
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address is taken for public")
	}
}

func TestURLsThatAreFetched(t *testing.T) {
	for _, text := range []string{
		"http://news.example/", "https://news.example:8443/a?b=c#d", "HTTPS://NEWS.EXAMPLE", "http://8.8.8.8/",
		"http://[2606:4700:4700::1111]/", "http://localhost.news.example/",
	} {
		if _, err := parse(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestURLsThatAreRefused(t *testing.T) {
	for text, want := range map[string]any{
		"":                                 new(UnsupportedURL),
		"news":                             new(UnsupportedURL),
		"/path":                            new(UnsupportedURL),
		"ftp://news.example/":              new(UnsupportedURL),
		"file:///etc/passwd":               new(UnsupportedURL),
		"javascript:alert(1)":              new(UnsupportedURL),
		"http:///path":                     new(UnsupportedURL),
		"http://a b/":                      new(UnsupportedURL),
		"http://%zz/":                      new(UnsupportedURL),
		"https://me:secret@news.example/":  new(UnsupportedURL),
		"https://news.example/" + long:     new(UnsupportedURL),
		"http://localhost/":                new(PrivateAddress),
		"http://LOCALHOST.:80/":            new(PrivateAddress),
		"http://api.localhost/":            new(PrivateAddress),
		"http://127.0.0.1/":                new(PrivateAddress),
		"http://127.0.0.1./":               new(PrivateAddress),
		"http://[::1]:8080/":               new(PrivateAddress),
		"http://[::ffff:169.254.169.254]/": new(PrivateAddress),
		"http://[fe80::1%25eth0]/":         new(PrivateAddress),
		"http://169.254.169.254/latest":    new(PrivateAddress),
	} {
		_, err := parse(text)
		if !sameType(err, want) {
			t.Errorf("%.60q: %T %v, want %T", text, err, err, want)
		}
	}
}

var long = strings.Repeat("a", maxURL)

func TestSecretsStayOutOfMessages(t *testing.T) {
	_, err := parse("https://me:secret@news.example/")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("message %v", err)
	}
}

// sameType says whether err is, without unwrapping, of the type of want: that
// is how a Lambda function names its error.
func sameType(err error, want any) bool {
	return reflect.TypeOf(err) == reflect.TypeOf(want)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"http://a/", "https://[::1]:1/?#", "http://1.2.3.4.", "//x", "http://[fe80::1%25x]/", "http://0x7f.1/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := parse(text)
		if err != nil {
			return
		}
		if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			t.Errorf("%q is accepted", text)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil && !public(a) {
			t.Errorf("%q is accepted", text)
		}
	})
}
