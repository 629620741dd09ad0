package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// cron is a cron expression of AWS: which minutes, hours, months and years it
// means, and by which rules its days are found.
type cron struct {
	minutes, hours, months, years []bool // by value
	days                          []dayRule
}

// field is what one of the six fields takes (EventBridge Scheduler's user guide,
// "Cron-based schedules").
type field struct {
	name     string
	min, max int
	steps    bool     // whether it takes /
	names    []string // of the values from min on
	allowed  string
}

var (
	minuteField = field{name: "minutes", min: 0, max: 59, steps: true, allowed: "0-59 and , - * /"}
	hourField   = field{name: "hours", min: 0, max: 23, steps: true, allowed: "0-23 and , - * /"}
	dayField    = field{name: "day-of-month", min: 1, max: 31, steps: true, allowed: "1-31 and , - * ? / L W"}
	monthField  = field{
		name: "month", min: 1, max: 12, steps: true, allowed: "1-12 or JAN-DEC and , - * /",
		names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
	}
	weekdayField = field{
		name: "day-of-week", min: 1, max: 7, allowed: "1-7 (1 is Sunday) or SUN-SAT and , - * ? L #",
		names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
	}
	yearField = field{name: "year", min: firstYear, max: lastYear, steps: true, allowed: "1970-2199 and , - * /"}
)

func parseCron(body string) (*cron, error) {
	texts := strings.Fields(body)
	if len(texts) != 6 {
		return nil, fmt.Errorf("it has %d fields, and needs six: minutes hours day-of-month month day-of-week year", len(texts))
	}
	c := &cron{}
	var errs []error
	for _, plain := range []struct {
		field
		text string
		set  *[]bool
	}{{minuteField, texts[0], &c.minutes}, {hourField, texts[1], &c.hours}, {monthField, texts[3], &c.months}, {yearField, texts[5], &c.years}} {
		var err error
		*plain.set, err = plain.values(plain.text)
		errs = append(errs, err)
	}
	day, weekday := texts[2], texts[4]
	var err error
	switch {
	case (day == "?") == (weekday == "?"):
		err = fmt.Errorf("day-of-month %q and day-of-week %q: exactly one of them has to be ?", day, weekday)
	case day == "?":
		c.days, err = weekdayRules(weekday)
	default:
		c.days, err = dayRules(day)
	}
	return c, errors.Join(append(errs, err)...)
}

// refuse tells what is wrong with a part of the field.
func (f field) refuse(part, why string) error {
	if why != "" {
		why = ", and " + why
	}
	return fmt.Errorf("%s %q: allowed are %s%s", f.name, part, f.allowed, why)
}

// values reads a list, such as 1,5-10,20/5, and marks what it means.
func (f field) values(list string) ([]bool, error) {
	set := make([]bool, f.max+1)
	for _, item := range strings.Split(list, ",") {
		if err := f.mark(set, item); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// mark marks the values of *, a, a-b, and with a step those of */n, a/n, a-b/n.
func (f field) mark(set []bool, item string) error {
	span, text, stepped := strings.Cut(item, "/")
	step := 1
	if stepped {
		n, ok := natural(text)
		if !f.steps || !ok || n < 1 || n > f.max {
			return f.refuse(item, f.stepHelp())
		}
		step = n
	}
	from, to := f.min, f.max
	if span != "*" {
		first, last, ranged := strings.Cut(span, "-")
		var ok bool
		if from, ok = f.value(first); !ok {
			return f.refuse(item, "")
		}
		switch {
		case ranged:
			if to, ok = f.value(last); !ok {
				return f.refuse(item, "")
			}
		case !stepped:
			to = from
		}
	}
	if from > to {
		return f.refuse(item, "a range ends where it begins, or later")
	}
	for v := from; v <= to; v += step {
		set[v] = true
	}
	return nil
}

func (f field) stepHelp() string {
	if !f.steps {
		return ""
	}
	return fmt.Sprintf("a step is a whole number from 1 to %d", f.max)
}

// value reads a number of the field, or a name of one.
func (f field) value(text string) (int, bool) {
	for i, name := range f.names {
		if strings.EqualFold(name, text) {
			return f.min + i, true
		}
	}
	n, ok := natural(text)
	return n, ok && n >= f.min && n <= f.max
}

// next is the first time after wall that the expression means, in whole minutes.
func (c *cron) next(wall time.Time) (time.Time, bool) {
	if wall.Year() < firstYear {
		wall = time.Date(firstYear, time.January, 1, 0, 0, 0, -1, time.UTC)
	}
	wall = wall.Truncate(time.Minute).Add(time.Minute)
	for day := wall.Truncate(24 * time.Hour); day.Year() <= lastYear; {
		if !c.years[day.Year()] || !c.months[day.Month()] {
			day = firstOfMonth(day).AddDate(0, 1, 0)
			continue
		}
		if c.onDay(day) {
			if t, found := c.inDay(day, wall); found {
				return t, true
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

func firstOfMonth(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// inDay is the first time of a day that is not before from.
func (c *cron) inDay(day, from time.Time) (time.Time, bool) {
	for hour := range c.hours {
		begin := day.Add(time.Duration(hour) * time.Hour)
		if !c.hours[hour] || !begin.Add(time.Hour).After(from) {
			continue
		}
		for minute := range c.minutes {
			t := begin.Add(time.Duration(minute) * time.Minute)
			if c.minutes[minute] && !t.Before(from) {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

func (c *cron) onDay(day time.Time) bool {
	for _, rule := range c.days {
		if rule(day) {
			return true
		}
	}
	return false
}
