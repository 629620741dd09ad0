package source

import (
	"regexp"
	"sort"
	"strings"
)

// Placeholder is one ${Name} of a definition.
type Placeholder struct {
	Name string
	Span Span // in the text as it was given
}

// edit is one replacement: [start, end) of the new text stands for
// [oldStart, oldEnd) of the original.
type edit struct {
	start, end, oldStart, oldEnd int
}

var placeholder = regexp.MustCompile(`\$\{[A-Za-z0-9_.:-]+\}`)

// Substitute puts the values of defines in the place of the ${Name}
// placeholders of src, as CloudFormation does with DefinitionSubstitutions: as
// text, before anything is parsed. It also returns each placeholder that has no
// value, in the order of the text. Positions in the new source are those of src.
func Substitute(src *Source, defines map[string]string) (*Source, []Placeholder) {
	if !strings.Contains(src.Text, "${") {
		return src, nil
	}
	var out strings.Builder
	var open []Placeholder
	var edits []edit
	done := 0
	for _, at := range placeholder.FindAllStringIndex(src.Text, -1) {
		name := src.Text[at[0]+2 : at[1]-1]
		text, ok := defines[name]
		if !ok {
			open = append(open, Placeholder{Name: name, Span: Span{src, at[0], at[1]}})
			continue
		}
		out.WriteString(src.Text[done:at[0]])
		start := out.Len()
		out.WriteString(text)
		edits = append(edits, edit{start, out.Len(), at[0], at[1]})
		done = at[1]
	}
	if edits == nil {
		return src, open
	}
	out.WriteString(src.Text[done:])
	return &Source{Name: src.Name, Text: out.String(), original: src, edits: edits}, open
}

// before maps [start, end) to the original text. What lies inside of a
// replacement grows to the whole placeholder.
func (s *Source) before(start, end int) (int, int) {
	from, inside := s.editAt(start)
	if inside {
		start = s.edits[from].oldStart
	} else {
		start += s.shift(from)
	}
	to, inside := s.editAt(end)
	if inside && end > s.edits[to].start {
		end = s.edits[to].oldEnd
	} else if inside {
		end = s.edits[to].oldStart
	} else {
		end += s.shift(to)
	}
	return start, max(start, end)
}

// editAt finds the edit that holds offset, or else the number of edits before it.
func (s *Source) editAt(offset int) (index int, inside bool) {
	index = sort.Search(len(s.edits), func(i int) bool { return s.edits[i].end > offset })
	return index, index < len(s.edits) && s.edits[index].start <= offset
}

// shift is what to add to an offset after the first n edits.
func (s *Source) shift(n int) int {
	if n == 0 {
		return 0
	}
	last := s.edits[n-1]
	return last.oldEnd - last.end
}
