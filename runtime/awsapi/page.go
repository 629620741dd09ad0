package awsapi

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"
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

func (p paging) tokenOf(key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{p.list, key}, "\n")))
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
	text, err := base64.RawURLEncoding.DecodeString(*p.token)
	list, key, ok := strings.Cut(string(text), "\n")
	if err != nil || !ok || list != p.list || key == "" {
		return "", fault("InvalidToken", "Invalid Token: 'Invalid token'")
	}
	return key, nil
}
