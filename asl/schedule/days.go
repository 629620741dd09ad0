package schedule

import (
	"strings"
	"time"
)

// dayRule says whether a day, at midnight, is meant.
type dayRule func(day time.Time) bool

// dayRules reads the field day-of-month: days, and the rules L (the last day), L-3
// (three days before it), LW (the last weekday) and 15W (the weekday nearest to
// the 15th, in the same month).
func dayRules(list string) ([]dayRule, error) {
	var rules []dayRule
	for _, item := range strings.Split(list, ",") {
		rule, err := monthDayRule(item)
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func monthDayRule(item string) (dayRule, error) {
	switch text := strings.ToUpper(item); {
	case text == "L":
		return func(day time.Time) bool { return day.Day() == lastOfMonth(day) }, nil
	case text == "LW":
		return func(day time.Time) bool { return day.Day() == nearestWeekday(day, lastOfMonth(day)) }, nil
	case strings.HasPrefix(text, "L-"):
		n, ok := natural(text[2:])
		if !ok || n < 1 || n >= dayField.max {
			return nil, dayField.refuse(item, "L- takes a number from 1 to 30")
		}
		return func(day time.Time) bool { return day.Day() == lastOfMonth(day)-n }, nil
	case strings.HasSuffix(text, "W"):
		n, ok := dayField.value(strings.TrimSuffix(text, "W"))
		if !ok {
			return nil, dayField.refuse(item, "W stands after one day, as in 15W, or after L")
		}
		return func(day time.Time) bool { return day.Day() == nearestWeekday(day, n) }, nil
	}
	set, err := dayField.values(item)
	if err != nil {
		return nil, err
	}
	return func(day time.Time) bool { return set[day.Day()] }, nil
}

func lastOfMonth(day time.Time) int { return firstOfMonth(day).AddDate(0, 1, -1).Day() }

// nearestWeekday is the day from Monday to Friday that is nearest to the n-th of
// the month, in the month itself; 0 where the month has no such day.
func nearestWeekday(day time.Time, n int) int {
	last := lastOfMonth(day)
	if n > last {
		return 0
	}
	switch firstOfMonth(day).AddDate(0, 0, n-1).Weekday() {
	case time.Saturday:
		if n == 1 {
			return 3
		}
		return n - 1
	case time.Sunday:
		if n == last {
			return n - 2
		}
		return n + 1
	}
	return n
}

// weekdayRules reads the field day-of-week: days, and the rules L (Saturday), 5L
// (the last Thursday of the month) and 3#2 (its second Tuesday), which stands alone.
func weekdayRules(list string) ([]dayRule, error) {
	if strings.Contains(list, "#") {
		rule, err := nthRule(list)
		return []dayRule{rule}, err
	}
	var rules []dayRule
	for _, item := range strings.Split(list, ",") {
		rule, err := weekdayRule(item)
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func nthRule(item string) (dayRule, error) {
	text, count, _ := strings.Cut(item, "#")
	n, numbered := natural(count)
	weekday, known := weekdayField.value(text)
	if !known || !numbered || n < 1 || n > 5 {
		return nil, weekdayField.refuse(item, "# stands alone between a day and a number from 1 to 5, as in 3#2")
	}
	return func(day time.Time) bool { return ofWeek(day) == weekday && (day.Day()-1)/7+1 == n }, nil
}

func weekdayRule(item string) (dayRule, error) {
	text := strings.ToUpper(item)
	if text == "L" {
		return func(day time.Time) bool { return day.Weekday() == time.Saturday }, nil
	}
	if before, found := strings.CutSuffix(text, "L"); found {
		weekday, known := weekdayField.value(before)
		if !known {
			return nil, weekdayField.refuse(item, "L stands alone or after one day, as in 5L")
		}
		return func(day time.Time) bool { return ofWeek(day) == weekday && day.Day()+7 > lastOfMonth(day) }, nil
	}
	set, err := weekdayField.values(item)
	if err != nil {
		return nil, err
	}
	return func(day time.Time) bool { return set[ofWeek(day)] }, nil
}

// ofWeek is the number of a day in its week, from 1 for Sunday.
func ofWeek(day time.Time) int { return int(day.Weekday()) + 1 }
