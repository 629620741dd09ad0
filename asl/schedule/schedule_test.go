package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// firings are the first firings after a moment, as the wall shows them, with the
// offset of the zone.
func firings(t *testing.T, s *Schedule, after string, n int) []string {
	t.Helper()
	from, err := time.Parse(time.RFC3339, after)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for range n {
		next, found := s.Next(from)
		if !found {
			break
		}
		all, from = append(all, next.Format(time.RFC3339)), next
	}
	return all
}

func TestNext(t *testing.T) {
	cases := []struct {
		name, expression, zone, after string
		want                          []string
	}{
		{
			"a time that spring leaves out", "cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-27T12:00:00Z",
			[]string{"2026-03-28T02:30:00+01:00", "2026-03-30T02:30:00+02:00"},
		},
		{
			"a time that autumn has twice", "cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"},
		},
		{
			"from within the second time of autumn", "cron(0/20 * * * ? *)", "Europe/Berlin", "2026-10-25T01:05:00Z",
			[]string{"2026-10-25T03:00:00+01:00"},
		},
		{
			"every half hour over autumn", "cron(0/30 * * * ? *)", "America/New_York", "2026-11-01T04:45:00Z",
			[]string{"2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T02:00:00-05:00"},
		},
		{
			"every half hour over spring", "cron(0/30 * * * ? *)", "America/New_York", "2026-03-08T06:00:00Z",
			[]string{"2026-03-08T01:30:00-05:00", "2026-03-08T03:00:00-04:00"},
		},
		{
			"half an hour that spring leaves out", "cron(0,15,30 2 * 10 ? *)", "Australia/Lord_Howe", "2026-10-03T15:00:00Z",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:00:00+11:00"},
		},
		{
			"half an hour that autumn has twice", "cron(0/15 1 * 4 ? *)", "Australia/Lord_Howe", "2026-04-04T13:00:00Z",
			[]string{"2026-04-05T01:00:00+11:00", "2026-04-05T01:15:00+11:00", "2026-04-05T01:30:00+11:00", "2026-04-05T01:45:00+11:00", "2026-04-06T01:00:00+10:30"},
		},
		{
			"a day that an island left out", "cron(0 12 * * ? *)", "Pacific/Apia", "2011-12-29T22:00:00Z",
			[]string{"2011-12-31T12:00:00+14:00"},
		},
		{"the poem's schedule", "cron(0 6 ? * SUN *)", "Europe/Kyiv", "2026-03-01T03:59:59Z", []string{"2026-03-01T06:00:00+02:00", "2026-03-08T06:00:00+02:00"}},
		{"strictly after", "cron(0 6 ? * SUN *)", "", "2026-03-01T06:00:00Z", []string{"2026-03-08T06:00:00Z"}},
		{"a rate over spring", "rate(1 day)", "Europe/Berlin", "2026-03-28T12:00:00Z", []string{"2026-03-29T14:00:00+02:00"}},
		{"a rate in the plural", "rate(90 minutes)", "", "2026-03-01T06:00:00Z", []string{"2026-03-01T07:30:00Z", "2026-03-01T09:00:00Z"}},
		{"once", "at(2026-07-01T12:00:00)", "America/New_York", "2026-03-01T06:00:00Z", []string{"2026-07-01T12:00:00-04:00"}},
		{"once, and over", "at(2026-07-01T12:00:00)", "America/New_York", "2026-07-01T16:00:00Z", nil},
		{"once, at a time that is not", "at(2026-03-29T02:30:00)", "Europe/Berlin", "2026-03-01T06:00:00Z", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := Parse(c.expression, c.zone)
			if err != nil {
				t.Fatal(err)
			}
			if got := firings(t, s, c.after, max(len(c.want), 1)); !slices.Equal(got, c.want) {
				t.Errorf("got %v\nwant %v", got, c.want)
			}
		})
	}
}

// TestCronShowsItsTimesOnTheWall asks every minute of a year, in zones that shift.
func TestCronShowsItsTimesOnTheWall(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"} {
		for _, expression := range []string{"cron(0/7 * * * ? *)", "cron(0,30,59 0-3 ? * SUN *)"} {
			s, err := Parse(expression, zone)
			if err != nil {
				t.Fatal(err)
			}
			compareWithTheWall(t, s, strings.Contains(expression, "SUN"))
		}
	}
}

// compareWithTheWall walks through 2026 in UTC: a wall time fires when it is shown first.
func compareWithTheWall(t *testing.T, s *Schedule, sundays bool) {
	t.Helper()
	latest := "" // that the wall has shown
	minute := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	next, _ := s.Next(minute)
	for minute = minute.Add(time.Minute); minute.Year() == 2026; minute = minute.Add(time.Minute) {
		wall := minute.In(s.Zone)
		text := wall.Format("2006-01-02 15:04")
		means := wall.Minute()%7 == 0
		if sundays {
			means = wall.Weekday() == time.Sunday && wall.Hour() <= 3 && wall.Minute()%30*(59-wall.Minute()) == 0
		}
		fires := next.Equal(minute)
		if fires != (means && text > latest) {
			t.Fatalf("%s at %s: fires is %t, shown before is %t", s.Zone, text, fires, text <= latest)
		}
		latest = max(latest, text)
		if fires {
			next, _ = s.Next(minute)
		}
	}
}

func TestStartAndEnd(t *testing.T) {
	moment := func(text string) time.Time {
		m, err := Instant(text)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	cases := []struct {
		expression string
		want       []string
	}{
		{"rate(2 hours)", []string{"2026-05-01T10:30:00Z", "2026-05-01T12:30:00Z", "2026-05-01T14:30:00Z"}},
		{"cron(30 * * * ? *)", []string{"2026-05-01T10:30:00Z", "2026-05-01T11:30:00Z", "2026-05-01T12:30:00Z", "2026-05-01T13:30:00Z", "2026-05-01T14:30:00Z"}},
		{"at(2026-06-01T00:00:00)", []string{"2026-06-01T00:00:00Z"}},
	}
	for _, c := range cases {
		s, err := Parse(c.expression, "")
		if err != nil {
			t.Fatal(err)
		}
		s.Start, s.End = moment("2026-05-01T10:30:00Z"), moment("2026-05-01T14:30:00")
		if got := firings(t, s, "2026-03-01T06:00:00Z", 9); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v", c.expression, got)
		}
		got, _ := s.Next(moment("2026-05-01T11:00:00Z"))
		if s.Rated() && got != moment("2026-05-01T12:30:00Z") {
			t.Errorf("the rate does not count from its start: %s", got)
		}
	}
}

func TestBadZonesAndInstants(t *testing.T) {
	for _, zone := range []string{"Local", "Europe/Atlantis", "../etc/passwd", "CEST+2"} {
		if _, err := Parse("rate(1 day)", zone); err == nil || !strings.Contains(err.Error(), "there is no time zone") {
			t.Errorf("%s: %v", zone, err)
		}
	}
	for _, text := range []string{"", "tomorrow", "2026-13-01T00:00:00Z", "2300-01-01T00:00:00Z"} {
		if _, err := Instant(text); err == nil {
			t.Errorf("%q is a moment", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, m := range meanings {
		f.Add("cron("+m.expression+")", "Europe/Berlin", int64(1793000000))
	}
	f.Add("rate(1 minute)", "UTC", int64(0))
	f.Add("rate(3650 days)", "", int64(1)<<40)
	f.Add("at(2026-03-29T02:30:00)", "America/New_York", int64(-1)<<40)
	f.Fuzz(func(t *testing.T, expression, zone string, after int64) {
		s, err := Parse(expression, zone)
		if err != nil {
			return
		}
		now := time.Unix(after, 0)
		for range 3 {
			next, found := s.Next(now)
			if !found {
				return
			}
			if !next.After(now) {
				t.Fatalf("%s after %s: %s", expression, now, next)
			}
			now = next
		}
	})
}
