package fetch

import (
	"bytes"

	"golang.org/x/net/html/charset"
)

// UTF8 is the body in UTF-8, decoded as a browser does: by byte order mark, the
// header, the page's own meta element, or what the bytes look like. Bytes that
// do not decode become U+FFFD.
func (p *Page) UTF8() []byte {
	encoding, _, _ := charset.DetermineEncoding(p.Body, p.Header.Get("Content-Type"))
	decoded, err := encoding.NewDecoder().Bytes(p.Body)
	if err != nil {
		decoded = p.Body // decoders replace what they cannot read, so this is theoretical
	}
	return bytes.ToValidUTF8(bytes.TrimPrefix(decoded, []byte("\ufeff")), []byte("\ufffd"))
}
