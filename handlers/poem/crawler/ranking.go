package crawler

// ranking collects results in the order they come, each once.
type ranking struct {
	limit int
	urls  []string
	seen  map[string]bool
}

func newRanking(limit int) *ranking {
	return &ranking{limit: limit, seen: map[string]bool{}}
}

func (r *ranking) add(address string) {
	normalised, ok := Normalise(address)
	if !ok || r.full() || r.seen[identity(normalised)] {
		return
	}
	r.seen[identity(normalised)] = true
	r.urls = append(r.urls, normalised)
}

func (r *ranking) full() bool { return len(r.urls) >= r.limit }
