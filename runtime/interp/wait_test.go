package interp

import (
	"testing"
	"time"

	"canto/runtime/history"
)

func TestWaitWaits(t *testing.T) {
	cases := map[string]struct {
		fields string
		want   time.Duration
	}{
		"Seconds":                     {`"Seconds":90`, 90 * time.Second},
		"no time at all":              {`"Seconds":0`, 0},
		"SecondsPath":                 {`"SecondsPath":"$.n"`, 7 * time.Second},
		"SecondsPath of a string":     {`"SecondsPath":"$.s"`, 8 * time.Second},
		"SecondsPath after InputPath": {`"InputPath":"$.in","SecondsPath":"$.n"`, 9 * time.Second},
		"Timestamp":                   {`"Timestamp":"2026-01-11T00:00:00.25Z"`, 7*24*time.Hour + 250*time.Millisecond},
		"Timestamp with an offset":    {`"Timestamp":"2026-01-04T02:00:00+01:30"`, 30 * time.Minute},
		"a Timestamp of the past":     {`"Timestamp":"2020-01-01T00:00:00Z"`, 0},
		"TimestampPath":               {`"TimestampPath":"$.t"`, time.Hour},
		"the longest wait there is":   {`"SecondsPath":"$.longest"`, (1<<31 - 1) * time.Second},
	}
	const input = `{"n":7,"s":"8","in":{"n":9},"t":"2026-01-04T01:00:00Z","longest":2147483647}`
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := perform(t, alone(`{"Type":"Wait",`+c.fields+`,"End":true}`), input, nil)
			if s.Status != Succeeded {
				t.Fatal(s.end())
			}
			if got := s.event(t, history.WaitStateExited).Time().Sub(epoch); got != c.want {
				t.Errorf("waits %s, want %s", got, c.want)
			}
		})
	}
}

func TestWaitGoesOn(t *testing.T) {
	states{
		"with its input":              {`{"Type":"Wait","Seconds":1,"End":true}`, `{ "a": 1 }`, `{ "a": 1 }`},
		"by InputPath and OutputPath": {`{"Type":"Wait","Seconds":1,"InputPath":"$.a","OutputPath":"$.b","End":true}`, `{"a":{"b":2}}`, `2`},
		"to the next state":           {`{"Type":"Wait","Seconds":1,"Next":"Other"}`, `{}`, `"other"`},
	}.check(t, nil)
}

func TestWaitThatCannot(t *testing.T) {
	const prefix = `!States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). `
	wait := func(field string) string { return `{"Type":"Wait","` + field + `":"$.p","End":true}` }
	const format = `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.p == `
	states{
		"SecondsPath leads nowhere":     {wait("SecondsPath"), `{}`, prefix + `The SecondsPath parameter does not reference an input value: $.p`},
		"SecondsPath of a fraction":     {wait("SecondsPath"), `{"p":1.5}`, prefix + `The SecondsPath parameter cannot be parsed as a long value: $.p == 1.5`},
		"SecondsPath of no number":      {wait("SecondsPath"), `{"p":"soon"}`, prefix + `The SecondsPath parameter cannot be parsed as a long value: $.p == soon`},
		"SecondsPath below zero":        {wait("SecondsPath"), `{"p":-1}`, prefix + `The SecondsPath parameter references a negative value: $.p == -1`},
		"SecondsPath over the limit":    {wait("SecondsPath"), `{"p":2147483648}`, prefix + `Wait state delay is too long.`},
		"SecondsPath as far as it goes": {wait("SecondsPath"), `{"p":9223372036854775807}`, prefix + `Wait state delay is too long.`},
		"TimestampPath of no time":      {wait("TimestampPath"), `{"p":"2026-01-04 00:00:00Z"}`, prefix + format + `2026-01-04 00:00:00Z`},
		"TimestampPath of a number":     {wait("TimestampPath"), `{"p":1}`, prefix + format + `1`},
		"a time too far away":           {wait("TimestampPath"), `{"p":"2094-01-23T00:00:00Z"}`, prefix + `Wait state delay is too long.`},
	}.check(t, nil)
}

func TestWaitThatAnExpressionMakesImpossible(t *testing.T) {
	const prefix = `!States.QueryEvaluationError: An error occurred while executing the state 'S' (entered at the event id #2). `
	wait := func(field, expression string) string {
		return `{"Type":"Wait","QueryLanguage":"JSONata","` + field + `":"{% ` + expression + ` %}","End":true}`
	}
	states{
		"Seconds of a fraction":   {wait("Seconds", "1.5"), `{}`, prefix + `The Seconds field must be a whole number of seconds that is not negative: 1.5`},
		"Seconds over the limit":  {wait("Seconds", "2147483648"), `{}`, prefix + `Wait state delay is too long.`},
		"Timestamp too far away":  {wait("Timestamp", "'2094-01-23T00:00:00Z'"), `{}`, prefix + `Wait state delay is too long.`},
		"Timestamp without a day": {wait("Timestamp", "'noon'"), `{}`, prefix + `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: noon`},
	}.check(t, nil)
}

func TestParseTimestamp(t *testing.T) {
	cases := map[string]bool{
		"2026-01-04T00:00:00Z": true, "2026-01-04T00:00:00.123456789Z": true, "2026-01-04T00:00:00-23:59": true,
		"2024-02-29T00:00:00Z": true, "2026-02-29T00:00:00Z": false, "2026-01-04T24:00:00Z": false, "2026-01-04T00:00Z": false,
		"2026-01-04t00:00:00Z": false, "2026-01-04T00:00:00z": false, "2026-01-04 00:00:00Z": false, "2026-01-04T00:00:00": false,
		"2026-01-04T00:00:00+0100": false, "2026-01-04T00:00:00,5Z": false, "2026-1-4T00:00:00Z": false, "": false, "T": false,
	}
	for text, want := range cases {
		if _, got := parseTimestamp(text); got != want {
			t.Errorf("%q is a timestamp: %v, want %v", text, got, want)
		}
	}
}
