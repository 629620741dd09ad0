package awsapi

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// defaultPage is how many results a page has where the request does not say.
const defaultPage = 100

// paging is how a request wants a long list.
type paging struct {
	list  string // what is listed: a token of one list is none of another
	max   *int64
	token *string
}

// page is the part of items that a request gets, and the token of the next part. A
// token names the first item of its page by its key. Keys ascend with the items, so
// that a page begins where it should though items, or that very one, came or went.
func page[T any](p paging, items []T, key func(T) string) ([]T, string, error) {
	first, err := p.key()
	if err != nil {
		return nil, "", err
	}
	if first != "" {
		i := slices.IndexFunc(items, func(x T) bool { return key(x) == first })
		if i < 0 {
			i = slices.IndexFunc(items, func(x T) bool { return key(x) > first })
		}
		if i < 0 {
			return nil, "", nil
		}
		items = items[i:]
	}
	n := p.size()
	if len(items) <= n {
		return items, "", nil
	}
	return items[:n], p.tokenOf(key(items[n])), nil
}

// descending is a key of what is listed by number, the highest first.
func descending(n int64) string { return fmt.Sprintf("%019d", math.MaxInt64-n) }

// tokenLife is how long a token is good (API reference).
const tokenLife = 24 * time.Hour

func (p paging) tokenOf(key string) string { return p.tokenAt(key, time.Now()) }

// tokenAt is the token of a page that begins with key, made at a time. It ends with a
// checksum of these and of the list: what was cut, changed, or is of another list is
// none. It begins with a letter, so that no command line takes it for a flag.
func (p paging) tokenAt(key string, made time.Time) string {
	text := strconv.FormatInt(made.Unix(), 36) + "\n" + key
	return base64.RawURLEncoding.EncodeToString(append([]byte(text), p.checksum(text)...))
}

func (p paging) checksum(text string) []byte {
	return binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(p.list+"\n"+text)))
}

// size is how many results the page has at most.
func (p paging) size() int {
	if n := int(or(p.max, 0)); n > 0 {
		return n
	}
	return defaultPage
}

// key is what the request's token was made of, or "" where it has none.
func (p paging) key() (string, error) {
	if p.token == nil {
		return "", nil
	}
	if key, ok := p.keyAt(time.Now()); ok {
		return key, nil
	}
	return "", invalidToken()
}

func invalidToken() error { return fault("InvalidToken", "Invalid Token: 'Invalid token'") }

// keyAt is what the token was made of, if it is one of this list, and still good.
func (p paging) keyAt(now time.Time) (string, bool) {
	token, err := base64.RawURLEncoding.DecodeString(*p.token)
	n := len(token) - crc32.Size
	if err != nil || n < 0 || !bytes.Equal(token[n:], p.checksum(string(token[:n]))) {
		return "", false
	}
	stamp, key, _ := strings.Cut(string(token[:n]), "\n")
	made, err := strconv.ParseInt(stamp, 36, 64)
	return key, err == nil && now.Sub(time.Unix(made, 0)) < tokenLife
}
