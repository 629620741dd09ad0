package jsonata

import (
	"math"
	"time"
)

const (
	millisInDay  = 24 * 60 * 60 * 1000
	millisInWeek = 7 * millisInDay
	latestMillis = 8.64e15 // of JavaScript's dates, in both directions
)

var (
	dayNames   = [...]string{"", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	monthNames = [...]string{
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
	}
)

// utcMillis is JavaScript's Date.UTC: the month counts from 0, and years below 100
// are those of the 20th century.
func utcMillis(year, month, day, hour, minute, second, milli float64) float64 {
	for _, f := range []float64{year, month, day, hour, minute, second, milli} {
		if !finite(f) || math.Abs(f) > latestMillis {
			return math.NaN()
		}
	}
	if year >= 0 && year <= 99 {
		year += 1900
	}
	year += math.Floor(month / 12)
	month -= 12 * math.Floor(month/12)
	if math.Abs(year) > 400_000 {
		return math.NaN()
	}
	days := float64(time.Date(int(year), time.Month(int(month)+1), 1, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
	return clipped((days+day-1)*millisInDay + hour*3_600_000 + minute*60_000 + second*1000 + milli)
}

// clipped is NaN for times that JavaScript does not have.
func clipped(millis float64) float64 {
	if !(math.Abs(millis) <= latestMillis) {
		return math.NaN()
	}
	return math.Trunc(millis)
}

// yearMonth is a month, or with month 0 also a year.
type yearMonth struct{ year, month int }

func (ym yearMonth) plus(months int) yearMonth {
	n := ym.year*12 + ym.month + months
	year := int(math.Floor(float64(n) / 12))
	return yearMonth{year, n - 12*year}
}

func (ym yearMonth) start() float64 {
	return utcMillis(float64(ym.year), float64(ym.month), 1, 0, 0, 0, 0)
}

// firstWeek is when the first week of a year or month begins: the one with the first Thursday.
func (ym yearMonth) firstWeek() float64 {
	first := ym.start()
	day := weekday(first)
	if day > 4 {
		return first + float64(8-day)*millisInDay
	}
	return first - float64(day-1)*millisInDay
}

// weekday is 1 for Monday to 7 for Sunday.
func weekday(millis float64) int {
	if day := int(time.UnixMilli(int64(millis)).UTC().Weekday()); day > 0 {
		return day
	}
	return 7
}

// week is the number of the week in a period of so many months that begins with ym.
func (ym yearMonth) week(today float64, months, most int) float64 {
	week := (today-ym.firstWeek())/millisInWeek + 1
	switch {
	case week > float64(most):
		if today >= ym.plus(months).firstWeek() {
			week = 1
		}
	case week < 1:
		week = (today-ym.plus(-months).firstWeek())/millisInWeek + 1
	}
	return math.Floor(week)
}

// inPeriod is the period to which the week of a time belongs.
func (ym yearMonth) inPeriod(millis float64, months int) yearMonth {
	switch {
	case millis < ym.firstWeek():
		return ym.plus(-months)
	case millis >= ym.plus(months).firstWeek():
		return ym.plus(months)
	}
	return ym
}

// component is a component of a time as a number. The calendar and the era have none.
func component(millis float64, name rune) float64 {
	if math.IsNaN(millis) {
		return millis
	}
	t := time.UnixMilli(int64(millis)).UTC()
	year, month := yearMonth{t.Year(), 0}, yearMonth{t.Year(), int(t.Month()) - 1}
	today := utcMillis(float64(t.Year()), float64(t.Month())-1, float64(t.Day()), 0, 0, 0, 0)
	switch name {
	case 'Y':
		return float64(t.Year())
	case 'M':
		return float64(t.Month())
	case 'D':
		return float64(t.Day())
	case 'd':
		return (today-year.start())/millisInDay + 1
	case 'F':
		return float64(weekday(millis))
	case 'W':
		return year.week(today, 12, 52)
	case 'w':
		return month.week(today, 1, 4)
	case 'X':
		return float64(year.inPeriod(millis, 12).year)
	case 'x':
		return float64(month.inPeriod(millis, 1).month + 1)
	case 'H':
		return float64(t.Hour())
	case 'h':
		return float64((t.Hour()+11)%12 + 1)
	case 'm':
		return float64(t.Minute())
	case 's':
		return float64(t.Second())
	case 'f':
		return float64(t.Nanosecond() / 1_000_000)
	}
	return math.NaN()
}
