package intrinsic

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf16"

	"canto/asl/value"
)

// maxText is the limit of Base64Encode, Base64Decode and Hash, in characters.
const maxText = 10_000

// text returns argument i, which must be a string that is not too long.
func (in *input) text(i int) (string, bool) {
	s, ok := in.args[i].AsString()
	return s, ok && shortEnough(s)
}

func shortEnough(s string) bool {
	return len(s) <= maxText || len(s) <= 3*maxText && len(utf16.Encode([]rune(s))) <= maxText
}

// format replaces each {} of the template by an argument, written as Java writes
// it: {Arg1=1, Arg2=[]} for an object (recorded behaviour).
func format(in *input) (value.Value, bool) {
	template := in.call.args[0].raw
	if in.call.args[0].path != nil || in.call.args[0].call != nil || template == "" {
		template = value.JavaString(in.args[0])
	}
	var b strings.Builder
	rest := in.args[1:]
	for i := 0; i < len(template); i++ {
		switch c := template[i]; c {
		case '\\':
			if i++; i < len(template) {
				b.WriteByte(template[i])
			}
		case '{':
			if !strings.HasPrefix(template[i:], "{}") {
				in.message = "Invalid template in States.Format: matching '}' not found for '{'."
				return value.Value{}, false
			}
			if len(rest) == 0 {
				return value.Value{}, false
			}
			b.WriteString(value.JavaString(rest[0]))
			rest = rest[1:]
			i++
		case '}':
			in.message = "Invalid template in States.Format: matching '{' not found for '}'."
			return value.Value{}, false
		default:
			b.WriteByte(c)
		}
	}
	return value.String(b.String()), len(rest) == 0
}

// stringToJSON parses a text; a blank one is null (recorded behaviour).
func stringToJSON(in *input) (value.Value, bool) {
	s, ok := in.args[0].AsString()
	if ok && strings.TrimSpace(s) == "" {
		return value.Value{}, true
	}
	v, err := value.Parse(s)
	return v.Compact(), ok && err == nil
}

func jsonToString(in *input) (value.Value, bool) {
	return value.String(in.args[0].Compact().Text()), true
}

func base64Encode(in *input) (value.Value, bool) {
	s, ok := in.text(0)
	return value.String(base64.StdEncoding.EncodeToString([]byte(s))), ok
}

// base64Decode is lenient (recorded behaviour): it passes over characters that
// are no digits, stops at the first '=' and needs none.
func base64Decode(in *input) (value.Value, bool) {
	s, ok := in.text(0)
	s, _, _ = strings.Cut(s, "=")
	digits := strings.Map(base64Digit, s)
	if len(digits)%4 == 1 {
		digits = digits[:len(digits)-1]
	}
	decoded, err := base64.RawStdEncoding.DecodeString(digits)
	return value.String(strings.ToValidUTF8(string(decoded), "\ufffd")), ok && err == nil
}

func base64Digit(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '+', r == '/':
		return r
	case r == '-':
		return '+'
	case r == '_':
		return '/'
	}
	return -1
}

// hash takes any data: what is no string is hashed as its JSON text.
func hash(in *input) (value.Value, bool) {
	data, ok := in.args[0].AsString()
	if !ok {
		data = in.args[0].Compact().Text()
	}
	algorithm, _ := in.args[1].AsString()
	sum := digest(algorithm, []byte(data))
	return value.String(hex.EncodeToString(sum)), sum != nil && shortEnough(data)
}

// digest returns nil where there is no such algorithm: names are exact.
func digest(algorithm string, data []byte) []byte {
	switch algorithm {
	case "MD5":
		sum := md5.Sum(data)
		return sum[:]
	case "SHA-1":
		sum := sha1.Sum(data)
		return sum[:]
	case "SHA-256":
		sum := sha256.Sum256(data)
		return sum[:]
	case "SHA-384":
		sum := sha512.Sum384(data)
		return sum[:]
	case "SHA-512":
		sum := sha512.Sum512(data)
		return sum[:]
	}
	return nil
}

// stringSplit cuts at any of the characters and drops empty parts (recorded behaviour).
func stringSplit(in *input) (value.Value, bool) {
	s, ok := in.args[0].AsString()
	cutters, cuts := in.args[1].AsString()
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(cutters, r) })
	list := make([]value.Value, len(parts))
	for i, part := range parts {
		list[i] = value.String(part)
	}
	return value.Array(list), ok && cuts
}

func uuid(in *input) (value.Value, bool) {
	return value.String(value.RandomUUID(in.env.Random)), true
}
