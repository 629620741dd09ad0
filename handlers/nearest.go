package handlers

import (
	"cmp"
	"slices"
	"strings"
)

// nearest returns at most three of names that a person may have meant by name,
// the nearest first.
func nearest(name string, names []string) []string {
	type match struct {
		name     string
		distance int
	}
	var matches []match
	for _, other := range names {
		d := distance(strings.ToLower(name), strings.ToLower(other))
		if d <= max(len(name), len(other))/3+1 {
			matches = append(matches, match{other, d})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return cmp.Compare(a.distance, b.distance) })
	var out []string
	for _, m := range matches[:min(3, len(matches))] {
		out = append(out, m.name)
	}
	return out
}

// distance is Levenshtein's: the least number of characters to insert, remove or
// replace that makes b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			replace := diagonal
			if x[i] != y[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
