package jsonata

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

var encodingFunctions = []builtin{
	{"base64encode", "<s-:s>", 1, defined(base64Encode)},
	{"base64decode", "<s-:s>", 1, defined(base64Decode)},
	{"encodeUrlComponent", "<s-:s>", 1, defined(encodeURL("encodeUrlComponent", unreserved))},
	{"encodeUrl", "<s-:s>", 1, defined(encodeURL("encodeUrl", unreserved+reserved+"#"))},
	{"decodeUrlComponent", "<s-:s>", 1, defined(decodeURL("decodeUrlComponent", ""))},
	{"decodeUrl", "<s-:s>", 1, defined(decodeURL("decodeUrl", reserved+"#"))},
}

// base64Encode encodes the low bytes of UTF-16 units, as the reference does.
func base64Encode(c *call, args []datum) (datum, error) {
	var bytes []byte
	for _, r := range args[0].str() {
		if r > 0xffff { // a pair
			bytes = append(bytes, byte((r-0x10000)>>10), byte(r))
			continue
		}
		bytes = append(bytes, byte(r))
	}
	s := base64.StdEncoding.EncodeToString(bytes)
	return textOf(s), c.written(len(s))
}

// base64Decode gives a character for each byte. As in Node.js, what is no digit is skipped, and
// nothing counts behind the padding.
func base64Decode(c *call, args []datum) (datum, error) {
	encoded, _, _ := strings.Cut(args[0].str(), "=")
	encoded = strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		case r < utf8.RuneSelf && (isWord(r) || r == '+' || r == '/'):
			return r
		}
		return -1
	}, encoded)
	if len(encoded)%4 == 1 {
		encoded = encoded[:len(encoded)-1]
	}
	decoded, _ := base64.RawStdEncoding.DecodeString(encoded)
	runes := make([]rune, len(decoded))
	for i, b := range decoded {
		runes[i] = rune(b)
	}
	return textOf(string(runes)), c.written(len(decoded))
}

// The characters of URLs that are not encoded, and those that separate their parts.
const (
	unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
	reserved   = ";/?:@&=+$,"
)

const upperHex = "0123456789ABCDEF"

func encodeURL(name, plain string) func(*call, []datum) (datum, error) {
	return func(c *call, args []datum) (datum, error) {
		s := args[0].str()
		if !utf8.ValidString(s) {
			return nothing, &fault{code: "D3140", value: args[0], function: name}
		}
		var out strings.Builder
		for i := range len(s) {
			if b := s[i]; strings.IndexByte(plain, b) >= 0 {
				out.WriteByte(b)
			} else {
				out.Write([]byte{'%', upperHex[b>>4], upperHex[b&15]})
			}
		}
		return textOf(out.String()), c.written(out.Len())
	}
}

// decodeURL decodes but the escapes of the characters that are kept.
func decodeURL(name, kept string) func(*call, []datum) (datum, error) {
	return func(c *call, args []datum) (datum, error) {
		s := args[0].str()
		var out []byte
		for i := 0; i < len(s); {
			if s[i] != '%' {
				out = append(out, s[i])
				i++
				continue
			}
			r, end := escapedRune(s, i)
			if end < 0 {
				return nothing, &fault{code: "D3140", value: args[0], function: name}
			}
			if r < utf8.RuneSelf && strings.IndexByte(kept, byte(r)) >= 0 {
				out = append(out, s[i:end]...)
			} else {
				out = utf8.AppendRune(out, r)
			}
			i = end
		}
		return textOf(string(out)), c.written(len(out))
	}
}

// escapedRune decodes the character whose escapes begin at i; end is -1 where they are malformed.
func escapedRune(s string, i int) (r rune, end int) {
	var bytes []byte
	for len(bytes) == 0 || !utf8.FullRune(bytes) {
		if i+3 > len(s) || s[i] != '%' {
			return 0, -1
		}
		high, low := strings.IndexByte(lowerHex, s[i+1]|0x20), strings.IndexByte(lowerHex, s[i+2]|0x20)
		if s[i+1] < '0' || s[i+2] < '0' || high < 0 || low < 0 {
			return 0, -1
		}
		bytes = append(bytes, byte(high<<4|low))
		i += 3
	}
	r, size := utf8.DecodeRune(bytes)
	if r == utf8.RuneError && size <= 1 {
		return 0, -1
	}
	return r, i
}
