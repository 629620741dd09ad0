package jsonata

import (
	"math"
	"strings"
)

// dateParser reads times as a picture says.
type dateParser struct {
	pattern strings.Builder
	readers []dateReader
}

// dateReader reads one part; a literal has none.
type dateReader struct {
	component rune
	read      func(s string) (f float64, ok bool)
}

func newDateParser(picture string) (*dateParser, error) {
	parts, err := readDatePicture(picture)
	if err != nil {
		return nil, err
	}
	p := &dateParser{}
	p.pattern.WriteByte('^')
	for _, part := range parts {
		pattern, reader, err := part.reader()
		if err != nil {
			return nil, err
		}
		p.pattern.WriteString("(" + pattern + ")")
		p.readers = append(p.readers, reader)
	}
	p.pattern.WriteByte('$')
	return p, nil
}

var quoteRegex = strings.NewReplacer(`.`, `\.`, `*`, `\*`, `+`, `\+`, `?`, `\?`, `^`, `\^`, `$`, `\$`, `{`, `\{`, `}`, `\}`,
	`(`, `\(`, `)`, `\)`, `|`, `\|`, `[`, `\[`, `]`, `\]`, `\`, `\\`)

// reader is the regular expression for a part, and what reads it.
func (p *datePart) reader() (string, dateReader, error) {
	switch {
	case p.component == 0:
		return quoteRegex.Replace(p.literal), dateReader{}, nil
	case p.component == 'Z' || p.component == 'z':
		pattern, read := p.zoneReader()
		return pattern, dateReader{p.component, read}, nil
	case p.integer != nil:
		read := func(s string) (float64, bool) { return p.integer.parse(s), true }
		return p.integer.pattern(), dateReader{p.component, read}, p.integer.readable()
	}
	names, err := p.namesOf()
	read := func(s string) (float64, bool) { f, ok := names[s]; return f, ok }
	return "[a-zA-Z]+", dateReader{p.component, read}, err
}

// namesOf are the names of the months, of the days, or of the halves of the day.
func (p *datePart) namesOf() (map[string]float64, error) {
	var names []string
	first := 1
	switch p.component {
	case 'M', 'x':
		names = monthNames[:]
	case 'F':
		names = dayNames[1:]
	case 'P':
		return map[string]float64{"am": 0, "AM": 0, "pm": 1, "PM": 1}, nil
	default:
		return nil, failed("D3133", textOf(string(p.component)))
	}
	values := map[string]float64{}
	for i, name := range names {
		if p.max > 0 {
			name = name[:min(p.max, len(name))]
		}
		values[name] = float64(i + first)
	}
	return values, nil
}

// zoneReader reads an offset as minutes.
func (p *datePart) zoneReader() (string, func(string) (float64, bool)) {
	pattern, separator := "[-+][0-9]+", ""
	if p.integer.regular > 0 {
		separator = p.integer.separators[0].character
		pattern += separator + "[0-9]+"
	}
	if p.component == 'z' {
		pattern = "GMT" + pattern
	}
	return pattern, func(s string) (float64, bool) {
		if p.component == 'z' {
			s = s[min(3, len(s)):]
		}
		hours, minutes, found := strings.Cut(s, separator)
		if separator == "" || !found {
			hours, minutes = s, "0"
			if len(s) > 3 {
				hours, minutes = s[:3], s[3:]
			}
		}
		return parseLeadingInt(hours)*60 + parseLeadingInt(minutes), true
	}
}

// The components that make a date or a time, as bits: those of a kind must be there, others must not.
const (
	dateBits, timeBits             = "YXMxWwdD", "PHhmsf"
	byMonth, byDay, byWeek, byISO  = 161, 130, 84, 72
	of24Hours, of12Hours           = 23, 47
	byMonthParts, byDayParts       = "YMD", "YD"
	byWeekParts, byISOParts        = "XxwF", "XWF"
	of24HoursParts, of12HoursParts = "Hmsf", "Phmsf"
)

type components map[rune]float64

// mask is which of the components are there: nought is not, as in the reference.
func (c components) mask(names string) int {
	mask := 0
	for _, name := range names {
		mask <<= 1
		if f, ok := c[name]; ok && f != 0 && !math.IsNaN(f) {
			mask |= 1
		}
	}
	return mask
}

func isKind(mask, kind int) bool { return mask&^kind == 0 && mask&kind != 0 }

func (c *call) parseDate(s, picture string) (datum, error) {
	p, err := newDateParser(picture)
	if err != nil {
		return nothing, err
	}
	re, err := compileRegex(p.pattern.String(), "i")
	if err != nil {
		return nothing, &fault{message: err.Error()}
	}
	captures, err := re.find(s, 0, c.count)
	if err != nil || captures == nil {
		return nothing, err
	}
	parts, any := components{}, false
	for i, reader := range p.readers {
		if reader.read == nil {
			continue
		}
		any = true
		if f, ok := reader.read(s[captures[2*i+2]:captures[2*i+3]]); ok {
			parts[reader.component] = f
		} else {
			delete(parts, reader.component)
		}
	}
	if !any {
		return nothing, nil
	}
	return parts.millis(c.millis())
}

// millis is the time that the components make. What is left out before them is
// that of now, and what is left out behind them is the least there is.
func (c components) millis(now float64) (datum, error) {
	date, hours := c.mask(dateBits), c.mask(timeBits)
	byDayOfYear := !isKind(date, byMonth) && isKind(date, byDay)
	iso := !isKind(date, byWeek) && isKind(date, byISO)
	half := !isKind(hours, of24Hours) && isKind(hours, of12Hours)
	names := byMonthParts
	switch {
	case byDayOfYear:
		names = byDayParts
	case isKind(date, byWeek):
		names = byWeekParts
	case iso:
		names = byISOParts
	}
	if half {
		names += of12HoursParts
	} else {
		names += of24HoursParts
	}
	if !c.complete(names, now) || isKind(date, byWeek) || iso {
		return nothing, &fault{code: "D3136"}
	}
	return numberOf(c.utc(byDayOfYear, half)), nil
}

// complete fills in what is left out; false where that is between what is there.
func (c components) complete(names string, now float64) bool {
	begun, ended := false, false
	for _, name := range names {
		_, ok := c[name]
		switch {
		case ok && ended:
			return false
		case ok:
			begun = true
		case begun:
			ended = true
			c[name] = 0
			if strings.ContainsRune("MDd", name) {
				c[name] = 1
			}
		case name == 'P':
			c[name] = -1 // the name of the half, which counts for neither
		default:
			c[name] = component(now, name)
		}
	}
	return true
}

func (c components) utc(byDayOfYear, half bool) float64 {
	month := 0.0
	if c['M'] > 0 {
		month = c['M'] - 1
	}
	day := c.or('D')
	if byDayOfYear {
		derived := utcMillis(c['Y'], 0, 1, 0, 0, 0, 0) + (c['d']-1)*millisInDay
		month, day = component(derived, 'M')-1, component(derived, 'D')
	}
	hour := c.or('H')
	if half {
		hour = math.Mod(c['h'], 12)
		if c['h'] != 12 {
			hour = c['h']
		}
		if c['P'] == 1 {
			hour += 12
		}
	}
	millis := utcMillis(c.or('Y'), month, day, hour, c.or('m'), c.or('s'), c.or('f'))
	if zone := c['Z']; zone != 0 && !math.IsNaN(zone) {
		return millis - zone*60_000
	}
	return millis - c['z']*60_000
}

// or is a component; NaN where it is not there.
func (c components) or(name rune) float64 {
	if f, ok := c[name]; ok {
		return f
	}
	return math.NaN()
}
