package schedule

import (
	"strings"
	"testing"
	"time"
)

// meaning is a cron expression, and what it means in plain Go.
type meaning struct {
	expression string
	means      func(t time.Time) bool
}

func at(hour, minute int, t time.Time) bool { return t.Hour() == hour && t.Minute() == minute }

func workday(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday }

func last(t time.Time) bool { return t.AddDate(0, 0, 1).Day() == 1 }

// nearest says whether t is the workday that is nearest to the n-th day of its month.
func nearest(t time.Time, n int) bool {
	best, distance := 0, 99
	for day := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC); day.Month() == t.Month(); day = day.AddDate(0, 0, 1) {
		if d := max(day.Day()-n, n-day.Day()); workday(day) && d < distance {
			best, distance = day.Day(), d
		}
	}
	return t.Day() == best
}

var meanings = []meaning{
	{"* * * * ? *", func(time.Time) bool { return true }},
	{"0 6 ? * SUN *", func(t time.Time) bool { return at(6, 0, t) && t.Weekday() == time.Sunday }},
	{"0 6 ? * 1 *", func(t time.Time) bool { return at(6, 0, t) && t.Weekday() == time.Sunday }},
	{"15 10 ? * 7 *", func(t time.Time) bool { return at(10, 15, t) && t.Weekday() == time.Saturday }},
	{"0 18 ? * MON-FRI *", func(t time.Time) bool { return at(18, 0, t) && workday(t) }},
	{"0/10 * ? * 2-6 *", func(t time.Time) bool { return t.Minute()%10 == 0 && workday(t) }},
	{"7/20 */6 * * ? *", func(t time.Time) bool { return t.Minute() >= 7 && (t.Minute()-7)%20 == 0 && t.Hour()%6 == 0 }},
	{"5,50-52,10-40/15 8-17 1,15 JAN,jul-SEP ? 2027", func(t time.Time) bool {
		m := t.Minute()
		return (m == 5 || m >= 50 && m <= 52 || m == 10 || m == 25 || m == 40) && t.Hour() >= 8 && t.Hour() <= 17 &&
			(t.Day() == 1 || t.Day() == 15) && (t.Month() == 1 || t.Month() >= 7 && t.Month() <= 9) && t.Year() == 2027
	}},
	{"0 0 1/7 * ? *", func(t time.Time) bool { return at(0, 0, t) && (t.Day()-1)%7 == 0 }},
	{"0 0 29 2 ? *", func(t time.Time) bool { return at(0, 0, t) && t.Day() == 29 && t.Month() == 2 }},
	{"0 0 31 * ? *", func(t time.Time) bool { return at(0, 0, t) && t.Day() == 31 }},
	{"59 23 L * ? *", func(t time.Time) bool { return at(23, 59, t) && last(t) }},
	{"0 0 L-3 * ? *", func(t time.Time) bool { return at(0, 0, t) && last(t.AddDate(0, 0, 3)) }},
	{"0 0 10,L * ? *", func(t time.Time) bool { return at(0, 0, t) && (t.Day() == 10 || last(t)) }},
	{"0 9 3W * ? *", func(t time.Time) bool { return at(9, 0, t) && nearest(t, 3) }},
	{"0 9 1W * ? *", func(t time.Time) bool { return at(9, 0, t) && nearest(t, 1) }},
	{"0 9 15W * ? *", func(t time.Time) bool { return at(9, 0, t) && nearest(t, 15) }},
	{"0 9 30W 1,4-12 ? *", func(t time.Time) bool { return at(9, 0, t) && t.Month() != 2 && t.Month() != 3 && nearest(t, 30) }},
	{"0 9 LW * ? *", func(t time.Time) bool {
		return at(9, 0, t) && nearest(t, time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day())
	}},
	{"0 12 ? * L *", func(t time.Time) bool { return at(12, 0, t) && t.Weekday() == time.Saturday }},
	{"0 12 ? * 5L *", func(t time.Time) bool {
		return at(12, 0, t) && t.Weekday() == time.Thursday && t.AddDate(0, 0, 7).Month() != t.Month()
	}},
	{"0 12 ? * FRIL *", func(t time.Time) bool {
		return at(12, 0, t) && t.Weekday() == time.Friday && t.AddDate(0, 0, 7).Month() != t.Month()
	}},
	{"0 12 ? * 3#2 *", func(t time.Time) bool {
		return at(12, 0, t) && t.Weekday() == time.Tuesday && t.Day() > 7 && t.Day() <= 14
	}},
	{"0 12 ? * SUN#5 *", func(t time.Time) bool { return at(12, 0, t) && t.Weekday() == time.Sunday && t.Day() > 28 }},
	{"30 4 ? 3/3 TUE,THU 2026-2028/2", func(t time.Time) bool {
		return at(4, 30, t) && t.Month()%3 == 0 && (t.Weekday() == time.Tuesday || t.Weekday() == time.Thursday) && t.Year()%2 == 0
	}},
}

// TestCronFiresAtTheMinutesThatItMeans asks every minute of 2027 and of 2028, a leap year.
func TestCronFiresAtTheMinutesThatItMeans(t *testing.T) {
	from, to := time.Date(2026, 12, 31, 23, 59, 0, 0, time.UTC), time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, m := range meanings {
		t.Run(m.expression, func(t *testing.T) {
			s, err := Parse("cron("+m.expression+")", "")
			if err != nil {
				t.Fatal(err)
			}
			next, _ := s.Next(from)
			for minute := from.Add(time.Minute); minute.Before(to); minute = minute.Add(time.Minute) {
				fires := next.Equal(minute)
				if m.means(minute) != fires {
					t.Fatalf("at %s: fires is %t", minute, fires)
				}
				if fires {
					next, _ = s.Next(minute)
				}
			}
		})
	}
}

func TestCronEndsWithTheYears(t *testing.T) {
	s, err := Parse("cron(59 23 31 12 ? 1970,2199)", "")
	if err != nil {
		t.Fatal(err)
	}
	first, _ := s.Next(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC))
	second, _ := s.Next(first)
	if first.Year() != 1970 || second.Year() != 2199 {
		t.Errorf("it fires at %s and %s", first, second)
	}
	if third, found := s.Next(second); found {
		t.Errorf("it fires at %s", third)
	}
	never, err := Parse("cron(0 0 30 2 ? *)", "")
	if err != nil {
		t.Fatal(err)
	}
	if got, found := never.Next(first); found {
		t.Errorf("30 February is %s", got)
	}
}

func TestWhatIsWrongWithAnExpression(t *testing.T) {
	cases := []struct{ expression, want string }{
		{"", "is no schedule: write cron("},
		{"every day", "is no schedule"},
		{"cron 0 6 ? * SUN *", "is no schedule"},
		{"cron(0 6 ? * SUN *", "is no schedule"},
		{"CRON(0 6 ? * SUN *)", "is no schedule"},
		{"cron(0 6 ? * SUN)", "cron(0 6 ? * SUN): it has 5 fields, and needs six"},
		{"cron(0 0 6 ? * SUN *)", "it has 7 fields"},
		{"cron(60 6 ? * SUN *)", `minutes "60": allowed are 0-59 and , - * /`},
		{"cron(0 24 ? * SUN *)", `hours "24": allowed are 0-23`},
		{"cron(? 6 ? * SUN *)", `minutes "?": allowed`},
		{"cron(0 6 0 * ? *)", `day-of-month "0": allowed are 1-31`},
		{"cron(0 6 1 13 ? *)", `month "13": allowed are 1-12 or JAN-DEC`},
		{"cron(0 6 1 JANUARY ? *)", `month "JANUARY"`},
		{"cron(0 6 ? * 0 *)", `day-of-week "0": allowed are 1-7 (1 is Sunday)`},
		{"cron(0 6 ? * 8 *)", `day-of-week "8"`},
		{"cron(0 6 ? * 2/2 *)", `day-of-week "2/2": allowed are 1-7 (1 is Sunday) or SUN-SAT and , - * ? L #`},
		{"cron(0 6 ? * * 1969)", `year "1969": allowed are 1970-2199`},
		{"cron(0 6 ? * * 2200)", `year "2200"`},
		{"cron(0 6 * * * *)", `day-of-month "*" and day-of-week "*": exactly one of them has to be ?`},
		{"cron(0 6 ? * ? *)", "exactly one of them has to be ?"},
		{"cron(0 6 1 * 2 *)", "exactly one of them has to be ?"},
		{"cron(0/0 6 ? * 2 *)", `minutes "0/0": allowed are 0-59 and , - * /, and a step is a whole number from 1 to 59`},
		{"cron(0/60 6 ? * 2 *)", `minutes "0/60"`},
		{"cron(30-10 6 ? * 2 *)", `minutes "30-10": allowed are 0-59 and , - * /, and a range ends where it begins, or later`},
		{"cron(0 6 ? * SAT-SUN *)", "a range ends where it begins"},
		{"cron(1,,2 6 ? * 2 *)", `minutes ""`},
		{"cron(-1 6 ? * 2 *)", `minutes "-1"`},
		{"cron(+1 6 ? * 2 *)", `minutes "+1"`},
		{"cron(0 6 5#2 * ? *)", `day-of-month "5#2"`},
		{"cron(0 6 W * ? *)", "W stands after one day"},
		{"cron(0 6 1-5W * ? *)", "W stands after one day"},
		{"cron(0 6 L-31 * ? *)", "L- takes a number from 1 to 30"},
		{"cron(0 6 ? * 3#6 *)", "# stands alone between a day and a number from 1 to 5"},
		{"cron(0 6 ? * 3#1,6#3 *)", "# stands alone"},
		{"cron(0 6 ? * 2W *)", `day-of-week "2W"`},
		{"cron(0 6 ? * 8L *)", "L stands alone or after one day"},
		{"cron(61 25 ? * 2 *)", `hours "25"`}, // beside the minutes
		{"rate(5)", `the unit "": allowed are minutes, hours and days`},
		{"rate(5 weeks)", `the unit "weeks"`},
		{"rate(0 minutes)", `the value "0": allowed is a whole number from 1 to 5256000`},
		{"rate(1.5 hours)", `the value "1.5"`},
		{"rate(3651 days)", "from 1 to 3650"},
		{"at(2026-02-30T00:00:00)", `the time "2026-02-30T00:00:00": allowed is a moment of the form yyyy-mm-ddThh:mm:ss`},
		{"at(2026-03-01T06:00:00Z)", "yyyy-mm-ddThh:mm:ss"},
		{"at(2026-03-01T06:00:00.5)", "yyyy-mm-ddThh:mm:ss"},
		{"at(1969-03-01T06:00:00)", "from 1970 to 2199"},
	}
	for _, c := range cases {
		_, err := Parse(c.expression, "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.expression, err, c.want)
		}
	}
}
