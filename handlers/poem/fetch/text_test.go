package fetch

import (
	"net/http"
	"testing"
	"unicode/utf8"
)

func decode(contentType, body string) string {
	p := &Page{Header: http.Header{"Content-Type": {contentType}}, Body: []byte(body)}
	return string(p.UTF8())
}

func TestCharsets(t *testing.T) {
	for _, c := range []struct{ name, contentType, body, want string }{
		{"header", "text/html; charset=windows-1251", "\xcc\xe8\xf0", "Мир"},
		{"meta charset", "text/html", "<meta charset=Shift_JIS>\x93\x94", "<meta charset=Shift_JIS>灯"},
		{"meta http-equiv", "", `<meta http-equiv=Content-Type content="text/html; charset=iso-8859-15">` + "\xa4", `<meta http-equiv=Content-Type content="text/html; charset=iso-8859-15">€`},
		{"header before meta", "text/html; charset=euc-kr", "<meta charset=utf-8>\xbf\xec", "<meta charset=utf-8>우"},
		{"euro in what is called latin-1", "text/html; charset=iso-8859-1", "\x80", "€"},
		{"UTF-8 unnamed", "text/html", "Überlebt — 灯", "Überlebt — 灯"},
		{"windows-1252 unnamed", "text/html", "caf\xe9 \x93x\x94", "café “x”"},
		{"byte order mark before header", "text/html; charset=windows-1251", "\xef\xbb\xbfÜ", "Ü"},
		{"UTF-16", "text/html", "\xff\xfeM\x00\x30\x04", "Mа"},
		{"bytes that are not of the charset", "text/html; charset=utf-8", "a\xffb", "a\ufffdb"},
		{"unknown charset", "text/html; charset=klingon", "abc", "abc"},
		{"nothing", "", "", ""},
	} {
		if got := decode(c.contentType, c.body); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzUTF8(f *testing.F) {
	f.Add("text/html; charset=shift_jis", "\x93\x94\x82")
	f.Add("text/html; charset=iso-2022-jp", "\x1b$B\x1b(B")
	f.Add("", "\xfe\xff\x00")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		if text := decode(contentType, body); !utf8.ValidString(text) {
			t.Errorf("%q in %q gives %q, which is not UTF-8", body, contentType, text)
		}
	})
}
