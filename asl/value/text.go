package value

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendString appends the JSON string s, as the service writes it.
func AppendString(dst []byte, s string) []byte { return appendString(dst, s) }

// appendString writes s as a JSON string with Jackson's escapes: quote,
// backslash and control characters, and nothing else.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	plain := 0
	for i := 0; i < len(s); i++ {
		if !special[s[i]] {
			continue
		}
		dst = append(dst, s[plain:i]...)
		dst = appendControl(dst, s[i])
		plain = i + 1
	}
	return append(append(dst, s[plain:]...), '"')
}

const upperHex = "0123456789ABCDEF"

func appendControl(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', upperHex[c>>4], upperHex[c&15])
}

// unquote returns the string that stands between two quotes as raw.
func unquote(raw string) string {
	i := strings.IndexByte(raw, '\\')
	if i < 0 {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i >= 0 {
		out = append(out, raw[:i]...)
		var n int
		out, n = appendEscaped(out, raw[i:])
		raw = raw[i+n:]
		i = strings.IndexByte(raw, '\\')
	}
	return string(append(out, raw...))
}

// appendEscaped writes the character of the escape at the start of raw, and
// returns the length of the escape. Half of a surrogate pair is U+FFFD.
func appendEscaped(dst []byte, raw string) ([]byte, int) {
	switch c := raw[1]; c {
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'u':
		r := rune(hex4(raw[2:6]))
		if !utf16.IsSurrogate(r) {
			return utf8.AppendRune(dst, r), 6
		}
		if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
			if pair := utf16.DecodeRune(r, rune(hex4(raw[8:12]))); pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), 12
			}
		}
		return utf8.AppendRune(dst, utf8.RuneError), 6
	default:
		return append(dst, c), 2
	}
}

// hex4 reads four hexadecimal digits; -1 where one is none.
func hex4(text string) int {
	n := 0
	for i := range 4 {
		d := hexDigit(text[i])
		if d < 0 {
			return -1
		}
		n = n<<4 | d
	}
	return n
}

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
