package source

import (
	"fmt"
	"strings"
)

// wide is how many characters of a line a snippet shows, and margin how many it
// keeps before the place when it has to cut.
const (
	wide   = 100
	margin = 30
)

// Snippet is the line of the span with a caret under each of its characters; of
// a span of several lines the first, of a blank line nothing. Tabs stay, so that the carets stand under
// what they mean; a long line is cut around the place.
func Snippet(s Span) string { return snippet(s, plain) }

func snippet(s Span, paint Paint) string {
	s = s.Original()
	if s.Source == nil {
		return ""
	}
	index := s.Source.lineOf(s.Start)
	line := s.Source.line(index)
	if strings.TrimSpace(line) == "" {
		return ""
	}
	start := min(s.Start-s.Source.lines[index], len(line))
	end := min(start+max(s.End-s.Start, 1), len(line))
	before, marked, after := []rune(line[:start]), []rune(line[start:max(start, end)]), []rune(line[max(start, end):])
	before, marked, after = cut(before, marked, after)
	number := fmt.Sprintf("%4d | ", index+1)
	return number + printable(before) + printable(marked) + printable(after) + "\n" +
		"     | " + blanks(before) + paint(RoleCaret, strings.Repeat("^", max(1, len(marked)))) + "\n"
}

// cut shortens a long line to what stands around the marked part.
func cut(before, marked, after []rune) (_, _, _ []rune) {
	if len(before)+len(marked)+len(after) <= wide {
		return before, marked, after
	}
	if len(before) > margin && len(before)+len(marked) > wide {
		before = append([]rune("…"), before[len(before)-margin:]...)
	}
	if room := wide - len(before); len(marked) > room {
		return before, append(marked[:room:room], '…'), nil
	}
	if room := wide - len(before) - len(marked); len(after) > room {
		after = append(after[:room:room], '…')
	}
	return before, marked, after
}

// blanks is as wide as text: what to put under it.
func blanks(text []rune) string {
	out := make([]rune, len(text))
	for i, r := range text {
		out[i] = ' '
		if r == '\t' {
			out[i] = '\t'
		}
	}
	return string(out)
}

// printable keeps control characters of a definition away from the terminal.
func printable(text []rune) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, string(text))
}
