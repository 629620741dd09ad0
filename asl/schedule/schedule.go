// Package schedule reads the schedule expressions of EventBridge, cron(...),
// rate(...) and at(...), and says when they fire. It reads no clock and starts
// nothing: now is what the caller says.
//
// A cron or at expression means the clock on the wall of its time zone. In
// spring, a time that the wall does not show is left out; in autumn, one that it
// shows twice counts once, the first time. A rate counts elapsed time
// (EventBridge Scheduler's user guide, "Daylight savings time").
package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Schedule is an expression that has been read. It fires at whole seconds from
// 1970 up to and including 2199.
type Schedule struct {
	Start time.Time // nothing fires before it, and a rate counts from it; zero: always
	End   time.Time // nothing fires after it; zero: never ends
	Zone  *time.Location

	cron *cron
	rate time.Duration
	at   time.Time // on the wall, as UTC
}

// The years of the cron expressions, and of every firing.
const (
	firstYear = 1970
	lastYear  = 2199
)

// Parse reads an expression. zone is a name of the IANA database, in which cron and
// at are meant; "" is UTC. The error tells the field, its value and what is allowed.
func Parse(expression, zone string) (*Schedule, error) {
	location, err := loadZone(zone)
	if err != nil {
		return nil, err
	}
	s := &Schedule{Zone: location}
	kind, body, found := strings.Cut(expression, "(")
	body, closed := strings.CutSuffix(body, ")")
	if !found || !closed {
		return nil, shapeless(expression)
	}
	switch kind {
	case "cron":
		s.cron, err = parseCron(body)
	case "rate":
		s.rate, err = parseRate(body)
	case "at":
		s.at, err = parseAt(body)
	default:
		return nil, shapeless(expression)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expression, err)
	}
	return s, nil
}

func shapeless(expression string) error {
	return fmt.Errorf("%q is no schedule: write cron(minutes hours day-of-month month day-of-week year), rate(5 minutes) or at(2030-12-31T18:30:00)", expression)
}

func loadZone(name string) (*time.Location, error) {
	if name == "Local" { // Go's own, and no name of the database
		return nil, errors.New(`there is no time zone "Local": name one as the IANA database does, such as Europe/Berlin`)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("there is no time zone %q: name one as the IANA database does, such as Europe/Berlin", name)
	}
	return location, nil
}

// maxRate is a limit of ours: ten years.
const maxRate = 3650 * 24 * time.Hour

var units = map[string]time.Duration{
	"minute": time.Minute, "minutes": time.Minute, "hour": time.Hour, "hours": time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
}

func parseRate(body string) (time.Duration, error) {
	number, unit, _ := strings.Cut(body, " ")
	length, known := units[unit]
	if !known {
		return 0, fmt.Errorf("the unit %q: allowed are minutes, hours and days, after a number and one space", unit)
	}
	n, ok := natural(number)
	if !ok || n < 1 || time.Duration(n) > maxRate/length {
		return 0, fmt.Errorf("the value %q: allowed is a whole number from 1 to %d", number, maxRate/length)
	}
	return time.Duration(n) * length, nil
}

// natural reads digits, and nothing else.
func natural(text string) (int, bool) {
	if text == "" || len(text) > 9 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

func parseAt(body string) (time.Time, error) {
	t, err := time.Parse("2006-01-02T15:04:05", body)
	if err != nil || len(body) != len("2006-01-02T15:04:05") || !inYears(t) {
		return t, fmt.Errorf("the time %q: allowed is a moment of the form yyyy-mm-ddThh:mm:ss, from %d to %d", body, firstYear, lastYear)
	}
	return t, nil
}

// Instant reads a StartDate or EndDate: a moment in UTC, such as
// 2030-12-31T18:30:00Z.
func Instant(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil && inYears(t) {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no moment from %d to %d: write it as 2030-12-31T18:30:00Z", text, firstYear, lastYear)
}

func inYears(t time.Time) bool { return t.Year() >= firstYear && t.Year() <= lastYear }

// Next is the first firing after a moment, in the schedule's zone; false where there
// is none. Without a Start, a rate counts from the moment. Start and End do not count
// for at, as on AWS.
func (s *Schedule) Next(after time.Time) (time.Time, bool) {
	if s.cron == nil && s.rate == 0 {
		t, exists := s.instant(s.at)
		return t, exists && t.After(after)
	}
	if !s.Start.IsZero() && after.Before(s.Start) {
		after = s.Start.Add(-1)
	}
	next := s.nextRate
	if s.cron != nil {
		next = s.nextCron
	}
	t, found := next(after)
	if !found || !inYears(t) || !s.End.IsZero() && t.After(s.End) {
		return time.Time{}, false
	}
	return t, true
}

// Rated says whether the schedule is a rate: its firings depend on Start.
func (s *Schedule) Rated() bool { return s.rate > 0 }

func (s *Schedule) nextRate(after time.Time) (time.Time, bool) {
	switch {
	case !inYears(after):
		return time.Time{}, false
	case s.Start.IsZero():
		return after.Add(s.rate).In(s.Zone), true
	case after.Before(s.Start):
		return s.Start.In(s.Zone), true
	}
	return after.Add(s.rate - after.Sub(s.Start)%s.rate).In(s.Zone), true
}

func (s *Schedule) nextCron(after time.Time) (time.Time, bool) {
	wall := onWall(after.In(s.Zone))
	for {
		var found bool
		if wall, found = s.cron.next(wall); !found {
			return time.Time{}, false
		}
		if t, exists := s.instant(wall); exists && t.After(after) {
			return t, true
		}
	}
}

// onWall is what the clock on the wall shows at t, as UTC.
func onWall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// instant is when the wall shows a time, and the first time where it does so
// twice; false where it never does.
func (s *Schedule) instant(wall time.Time) (time.Time, bool) {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, s.Zone)
	from, to := near.ZoneBounds()
	var first time.Time
	for _, in := range []time.Time{near, from.Add(-1), to} {
		_, offset := in.In(s.Zone).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(s.Zone)
		if onWall(t).Equal(wall) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first, !first.IsZero()
}
