package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var dateFunctions = []builtin{
	{"now", "<s?s?:s>", 2, now},
	{"millis", "<:n>", 0, func(c *call, _ []datum) (datum, error) { return numberOf(c.millis()), nil }},
	{"fromMillis", "<n-s?s?:s>", 3, defined(fromMillis)},
	{"toMillis", "<s-s?:n>", 2, defined(toMillis)},
}

// millis is the time of the evaluation.
func (m *machine) millis() float64 {
	if m.env.Now.IsZero() {
		return 0
	}
	return float64(m.env.Now.UnixMilli())
}

func now(c *call, args []datum) (datum, error) {
	return c.formatDate(c.millis(), at(args, 0), at(args, 1))
}

func fromMillis(c *call, args []datum) (datum, error) {
	return c.formatDate(args[0].num, at(args, 1), at(args, 2))
}

const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

func (c *call) formatDate(millis float64, picture, zone datum) (datum, error) {
	if picture.kind != text {
		picture = textOf(isoPicture)
	}
	format, err := c.picture(picture)
	if err != nil {
		return nothing, err
	}
	parts, err := readDatePicture(format)
	if err != nil {
		return nothing, err
	}
	w := dateWriter{limit: c.limits.Text}
	if zone.kind == text { // +hhmm, of which the reference takes the minutes of negative ones twice
		offset := parseLeadingInt(zone.str())
		w.hours, w.minutes = math.Floor(offset/100), math.Mod(offset, 100)
	}
	w.millis = clipped(millis + (60*w.hours+w.minutes)*60*1000)
	for _, part := range parts {
		if err := w.write(part); err != nil {
			return nothing, err
		}
	}
	return textOf(string(w.out)), c.written(len(w.out))
}

// dateWriter writes a time.
type dateWriter struct {
	millis, hours, minutes float64 // the last two are the offset
	limit                  int
	out                    []byte
}

func (w *dateWriter) write(p datePart) error {
	s, err := p.literal, error(nil)
	switch {
	case p.component == 0:
	case p.component == 'P':
		s = w.half(p)
	case p.component == 'Z' || p.component == 'z':
		s, err = w.zone(p)
	case p.component == 'C' || p.component == 'E':
		s = "ISO"
	case !strings.ContainsRune("YMDdFWwXxHhmsf", p.component):
		s = "undefined" // so JavaScript answers the reference
	case p.names != "" && p.component != 'f':
		s, err = w.name(p)
	default:
		s, err = w.number(p)
	}
	w.out = append(w.out, s...)
	if err == nil && len(w.out) > w.limit {
		return errMemory
	}
	return err
}

func (w *dateWriter) half(p datePart) string {
	s := "am"
	if component(w.millis, 'H') >= 12 {
		s = "pm"
	}
	if p.names == upperNames {
		return strings.ToUpper(s)
	}
	return s
}

func (w *dateWriter) number(p datePart) (string, error) {
	f := component(w.millis, p.component)
	if p.component == 'Y' && p.places >= 0 {
		f = math.Mod(f, math.Pow10(p.places))
	}
	if p.integer == nil {
		return "", failed("D3133", textOf(string(p.component)))
	}
	return p.integer.format(f, w.limit)
}

func (w *dateWriter) name(p datePart) (string, error) {
	f := component(w.millis, p.component)
	s := formatNumber(f)
	switch {
	case p.component != 'M' && p.component != 'x' && p.component != 'F':
		return "", failed("D3133", textOf(string(p.component)))
	case math.IsNaN(f):
	case p.component == 'F':
		s = dayNames[int(f)]
	default:
		s = monthNames[int(f)-1]
	}
	switch p.names {
	case upperNames:
		s = strings.ToUpper(s)
	case lowerNames:
		s = strings.ToLower(s)
	}
	if p.max >= 0 && len(s) > p.max {
		s = s[:p.max]
	}
	return s, nil
}

func (w *dateWriter) zone(p datePart) (string, error) {
	offset := w.hours*100 + w.minutes
	s, err := w.offset(p, offset)
	if err != nil {
		return "", err
	}
	if offset >= 0 {
		s = "+" + s
	}
	if p.component == 'z' {
		s = "GMT" + s
	}
	if offset == 0 && p.traditional {
		s = "Z"
	}
	return s, nil
}

func (w *dateWriter) offset(p datePart, offset float64) (string, error) {
	n := p.integer.mandatory
	switch {
	case p.integer.regular > 0 || n == 3 || n == 4:
		return p.integer.format(offset, w.limit)
	case n == 1 || n == 2:
		s, err := p.integer.format(w.hours, w.limit)
		if w.minutes != 0 && err == nil {
			minutes := integerPicture{zero: '0', mandatory: 2}
			rest, _ := minutes.format(math.Floor(w.minutes), w.limit)
			s += ":" + rest
		}
		return s, err
	}
	return "", failed("D3134", numberOf(float64(n)))
}

func toMillis(c *call, args []datum) (datum, error) {
	picture := at(args, 1)
	if picture.kind == text {
		form, err := c.picture(picture)
		if err != nil {
			return nothing, err
		}
		return c.parseDate(args[0].str(), form)
	}
	if !isoForm.MatchString(args[0].str()) {
		return nothing, failed("D3110", args[0])
	}
	return numberOf(parseISO(args[0].str())), nil
}

var (
	// isoForm is the reference's test, which lets through more than there is.
	isoForm  = regexp.MustCompile(`^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$`)
	isoParts = regexp.MustCompile(`^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?$`)
)

// parseISO is JavaScript's Date.parse, in a place where it is UTC. Days that a
// month does not have are those of the next one.
func parseISO(s string) float64 {
	m := isoParts.FindStringSubmatch(s)
	if m == nil {
		return math.NaN()
	}
	field := func(i int, otherwise float64) float64 {
		if m[i] == "" {
			return otherwise
		}
		f, _ := strconv.ParseFloat(m[i], 64)
		return f
	}
	if m[4] == "" && len(m[8]) > 1 { // an offset needs a time
		return math.NaN()
	}
	year, month, day, hour := field(1, 0), field(2, 1), field(3, 1), field(4, 0)
	fraction := math.Trunc(field(7, 0) * 1000 / math.Pow10(len(m[7])))
	if len(m[7]) > 3 {
		fraction, _ = strconv.ParseFloat(m[7][:3], 64)
	}
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || hour == 24 && field(5, 0)+field(6, 0)+fraction > 0 {
		return math.NaN()
	}
	start := time.Date(int(year), time.Month(int(month)), 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	millis := float64(start) + (day-1)*millisInDay + hour*3_600_000 + field(5, 0)*60_000 + field(6, 0)*1000 + fraction
	return millis - zoneMillis(m[8])
}

func zoneMillis(zone string) float64 {
	if len(zone) < 5 {
		return 0
	}
	hours, _ := strconv.Atoi(zone[1:3])
	minutes, _ := strconv.Atoi(zone[len(zone)-2:])
	millis := float64(hours*60+minutes) * 60_000
	if zone[0] == '-' {
		return -millis
	}
	return millis
}
