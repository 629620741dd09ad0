package sfn

import (
	"strings"
	"time"

	"canto/asl/value"
)

// instants are the members of the API that are times, which each integration writes
// in its own way.
type instants func(seconds float64) value.Value

// isoTime is how "aws-sdk" integrations write times.
func isoTime(seconds float64) value.Value {
	return value.String(instant(seconds).Format("2006-01-02T15:04:05.000Z"))
}

// epochTime is how the optimised integration writes them: milliseconds.
func epochTime(seconds float64) value.Value { return value.Of(instant(seconds).UnixMilli()) }

func instant(seconds float64) time.Time {
	return time.UnixMilli(int64(seconds*1000 + 0.5)).UTC()
}

func isInstant(name string) bool { return strings.HasSuffix(name, "Date") || name == "timestamp" }

// pascalCased is a response of the API as tasks get it.
func pascalCased(v value.Value, when instants) value.Value {
	switch v.Kind() {
	case value.ArrayKind:
		items := v.Elements()
		out := make([]value.Value, len(items))
		for i, item := range items {
			out[i] = pascalCased(item, when)
		}
		return value.Array(out)
	case value.ObjectKind:
		members := v.Members()
		out := make([]value.Member, len(members))
		for i, m := range members {
			out[i] = value.Member{Name: pascal(m.Name), Value: m.Value}
			if n, isNumber := m.Value.AsNumber(); isNumber && isInstant(m.Name) {
				out[i].Value = when(n.Float64())
			} else if m.Name != "variableReferences" { // its keys are names of states
				out[i].Value = pascalCased(m.Value, when)
			}
		}
		return value.NewObject(out...)
	}
	return v
}

// camelCased is a task's parameters as the API takes them.
func camelCased(v value.Value) value.Value {
	switch v.Kind() {
	case value.ArrayKind:
		items := v.Elements()
		out := make([]value.Value, len(items))
		for i, item := range items {
			out[i] = camelCased(item)
		}
		return value.Array(out)
	case value.ObjectKind:
		members := v.Members()
		out := make([]value.Member, len(members))
		for i, m := range members {
			out[i] = value.Member{Name: camel(m.Name), Value: camelCased(m.Value)}
		}
		return value.NewObject(out...)
	}
	return v
}
