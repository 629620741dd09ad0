package crawler

import "time"

// ranking collects results in the order they come, each once.
type ranking struct {
	limit int
	since time.Time // what appeared earlier is seen, but not ranked
	urls  []string
	seen  map[string]bool
}

func newRanking(limit int) *ranking {
	return &ranking{limit: limit, seen: map[string]bool{}}
}

// add ranks a result, if it is an article's address, new and fresh enough.
func (r *ranking) add(l link) {
	address, ok := Normalise(l.url)
	if !ok || r.full() || r.seen[identity(address)] {
		return
	}
	r.seen[identity(address)] = true
	if l.published.IsZero() || !l.published.Before(r.since) {
		r.urls = append(r.urls, address)
	}
}

func (r *ranking) full() bool { return len(r.urls) >= r.limit }
