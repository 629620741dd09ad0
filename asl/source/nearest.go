package source

import "strings"

// Nearest returns the name that name is most likely a slip of, or "": of the
// names the one with the fewest differences, if those are few for its length, one
// for each three characters and three at most. Of equally near names the first wins.
func Nearest(name string, names []string) string {
	best, found := min(len([]rune(name))/3, 3)+1, ""
	for _, candidate := range names {
		if candidate == name {
			continue
		}
		if d := distance(name, candidate, best); d < best {
			best, found = d, candidate
		}
	}
	return found
}

// distance is Levenshtein's, with a swap of two neighbours as one step, and
// blind to case. It gives up at limit.
func distance(a, b string, limit int) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit {
		return limit
	}
	before, row, next := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		next[0] = i + 1
		for j := range y {
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+change(x[i], y[j]))
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(y)]
}

func change(x, y rune) int {
	if x == y {
		return 0
	}
	return 1
}
