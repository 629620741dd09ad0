package jsonata

import (
	"strconv"
	"strings"
)

// Error is a failure of an expression, at compile time or at run time.
type Error struct {
	// Code is the reference implementation's: S0... of the syntax, T... of types, D...
	// of values. It is empty for the guard rails of the service, and for what the
	// reference fails at without a code.
	Code string
	// Message is the reference implementation's sentence with its values filled in.
	Message string
	// Position is a number of UTF-16 units from the beginning of the expression: as in the reference, the
	// place just behind the token that is to blame.
	Position int
	// Token is the operator or the function that is to blame; it may be empty.
	Token string
}

// Error gives the failure as the service words it: "T1006: Attempted to invoke a
// non-function", or the bare sentence where there is no code.
func (e *Error) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return e.Code + ": " + e.Message
}

// The guard rails, in the words of the service and of the reference's own test bench.
const (
	memoryMessage = "Expression evaluation memory limit exceeded: Check for excessive memory usage"
	stepsMessage  = "Expression evaluation timeout: Check for infinite loop"
	depthMessage  = "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive."
)

var (
	errMemory = &fault{message: memoryMessage, guard: true}
	errSteps  = &fault{message: stepsMessage, guard: true}
	errDepth  = &fault{message: depthMessage, guard: true}
)

// fault is an error on its way up: position and token are filled in by those who
// know them, and the sentence is made at the end.
type fault struct {
	code     string
	message  string // instead of the code's sentence
	guard    bool   // shared: is never changed
	pos      int
	token    datum
	value    datum
	value2   datum // also the exponent of D3061
	index    int
	kind     string // type of T0412
	function string // of D3140
}

func (f *fault) Error() string { return f.code }

// failed is a fault with a value.
func failed(code string, d datum) *fault { return &fault{code: code, value: d} }

// fill says where a fault happened, where that is not yet known.
func fill(err error, pos int, token datum) {
	f, ok := err.(*fault) //nolint:errorlint // faults are never wrapped
	if !ok || f.guard {
		return
	}
	if f.pos == 0 {
		f.pos = pos
	}
	if f.token.kind == undefined {
		f.token = token
	}
}

// move says where a fault happened, whatever was known before.
func move(err error, pos int) {
	if f, ok := err.(*fault); ok && !f.guard { //nolint:errorlint // faults are never wrapped
		f.pos = pos
	}
}

// place says where and by what a fault happened, whatever was known before.
func place(err error, pos int, token datum) {
	if f, ok := err.(*fault); ok && !f.guard { //nolint:errorlint // faults are never wrapped
		f.pos, f.token = pos, token
	}
}

// finish makes an error that callers see of a fault in the expression text.
func finish(err error, expression string) error {
	f, ok := err.(*fault) //nolint:errorlint // faults are never wrapped
	if !ok {
		return err
	}
	return &Error{Code: f.code, Message: f.sentence(), Position: utf16Offset(expression, f.pos), Token: f.token.str()}
}

func (f *fault) sentence() string {
	template, known := sentences[f.code]
	if f.message != "" || !known {
		return f.message
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, _ := strings.Cut(rest, "}}")
		if bare, ok := strings.CutPrefix(name, "{"); ok {
			out.WriteString(f.bare(bare))
			after = strings.TrimPrefix(after, "}")
		} else {
			out.WriteString(f.quoted(name))
		}
		template = after
	}
}

// bare is what three pairs of braces stand for.
func (f *fault) bare(name string) string {
	if name == "functionName" {
		return f.function
	}
	return f.token.str()
}

// quoted is what two pairs of braces stand for: JSON.
func (f *fault) quoted(name string) string {
	switch name {
	case "index":
		return strconv.Itoa(f.index)
	case "type":
		if f.kind == "" {
			return "undefined"
		}
		return strconv.Quote(f.kind)
	case "token":
		return quotedJSON(f.token)
	case "value2", "exp":
		return quotedJSON(f.value2)
	}
	return quotedJSON(f.value)
}

// quotedJSON is JSON.stringify of d. A sentence with more than a screen of it
// helps nobody, and may be as large as the memory: it is cut.
func quotedJSON(d datum) string {
	if d.kind == undefined || d.kind == callable {
		return "undefined"
	}
	w := jsonWriter{limit: quotedLimit, exact: true}
	_ = w.write(d, 0) // what is written so far is what is quoted
	return string(w.out)
}

const quotedLimit = 1 << 15

// utf16Offset turns an offset in bytes into one in UTF-16 units.
func utf16Offset(s string, offset int) int {
	n := 0
	for i, r := range s {
		if i >= offset {
			break
		}
		n += utf16Length(r)
	}
	return n
}

func utf16Length(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}
