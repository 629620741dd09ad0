package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

// datePart is a part of a picture of dates: a literal, or a component in brackets
// (XPath functions, 9.8.4).
type datePart struct {
	literal      string
	component    rune // 0 of a literal
	presentation string
	traditional  bool // the modifier t: Z for no offset
	names        string
	integer      *integerPicture
	min, max     int // of the width; -1 where there is none
	places       int // of a year: the last of its digits; -1 for all
}

const (
	upperNames = "N"
	lowerNames = "n"
	titleNames = "Nn"
)

var defaultPresentation = map[rune]string{
	'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1", 'H': "1", 'h': "1",
	'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01", 'C': "n", 'E': "n",
}

func readDatePicture(picture string) ([]datePart, error) {
	var parts []datePart
	literal := func(s string) {
		if s != "" {
			parts = append(parts, datePart{literal: strings.ReplaceAll(s, "]]", "]")})
		}
	}
	for {
		open := strings.IndexByte(picture, '[')
		if open < 0 {
			literal(picture)
			return parts, nil
		}
		literal(picture[:open])
		picture = picture[open:]
		if strings.HasPrefix(picture, "[[") {
			parts = append(parts, datePart{literal: "["})
			picture = picture[2:]
			continue
		}
		end := strings.IndexByte(picture, ']')
		if end < 0 {
			return nil, &fault{code: "D3135"}
		}
		part, err := readMarker(strings.Join(strings.Fields(picture[1:end]), ""))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		picture = picture[end+1:]
	}
}

// readMarker reads what stands in brackets.
func readMarker(marker string) (datePart, error) {
	component, size := utf8.DecodeRuneInString(marker)
	if marker == "" {
		size = 0
	}
	p := datePart{component: component, min: -1, max: -1, places: -1}
	modifiers := marker[size:]
	if comma := strings.LastIndexByte(modifiers, ','); comma >= 0 {
		p.min, p.max = readWidth(modifiers[comma+1:])
		modifiers = modifiers[:comma]
	}
	ordinal := false
	switch last := len(modifiers) - 1; {
	case modifiers == "":
		var ok bool
		if p.presentation, ok = defaultPresentation[component]; !ok {
			return p, failed("D3132", textOf(marker[:size]))
		}
	case last > 0 && strings.IndexByte("atco", modifiers[last]) >= 0:
		p.presentation = modifiers[:last]
		p.traditional = modifiers[last] == 't'
		ordinal = modifiers[last] == 'o'
	default:
		p.presentation = modifiers
	}
	return p, p.present(ordinal)
}

func readWidth(width string) (least, most int) {
	first, second, dash := strings.Cut(width, "-")
	least, most = widthOf(first), -1
	if dash {
		most = widthOf(second)
	}
	return least, most
}

func widthOf(s string) int {
	f := parseLeadingInt(s)
	if !(f >= 0 && f < math.MaxInt32) {
		return -1
	}
	return int(f)
}

// present finds out how the component is written: as a name or as a number.
func (p *datePart) present(ordinal bool) error {
	switch {
	case strings.HasPrefix(p.presentation, "n"):
		p.names = lowerNames
	case strings.HasPrefix(p.presentation, "Nn"):
		p.names = titleNames
	case strings.HasPrefix(p.presentation, "N"):
		p.names = upperNames
	case strings.ContainsRune("YMDdFWwXxHhmsf", p.component):
		pattern := p.presentation
		if ordinal {
			pattern += ";o"
		}
		if err := p.setInteger(pattern); err != nil {
			return err
		}
		p.fitWidth()
	}
	if p.component == 'Z' || p.component == 'z' {
		return p.setInteger(p.presentation)
	}
	return nil
}

func (p *datePart) setInteger(pattern string) (err error) {
	p.integer, err = readIntegerPicture(pattern)
	return err
}

func (p *datePart) fitWidth() {
	i := p.integer
	if i.primary == inDigits {
		i.mandatory = max(i.mandatory, p.min)
	}
	if !strings.ContainsRune("YMD", p.component) {
		return
	}
	switch {
	case p.max >= 0:
		p.places, i.mandatory = p.max, p.max
	case i.primary == inDigits && i.mandatory+i.optional >= 2:
		p.places = i.mandatory + i.optional
	}
	i.most = max(p.places, 0)
}
