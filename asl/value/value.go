// Package value holds JSON values: text kept verbatim, parsed on demand, with
// ordered objects and exact numbers. Values never change once made, and may be
// shared between goroutines.
package value

// Value is a JSON value. The zero Value is null.
type Value struct{ text string }
