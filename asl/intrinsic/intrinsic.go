// Package intrinsic reads and evaluates the intrinsic functions of the States
// Language, States.Format and its 17 siblings, with the oddities that the
// service shows. It has no clock and no randomness of its own: UUIDs and random
// numbers are made of what the Env gives.
package intrinsic

import (
	"errors"
	"fmt"
	"strings"

	"canto/asl"
	"canto/asl/jsonpath"
	"canto/asl/value"
)

// Env is what a call can see.
type Env interface {
	Lookup(p *jsonpath.Scoped) (value.Value, error) // its errors are passed on as they are
	Random() uint64
}

// Call is a parsed call. It may be evaluated by many goroutines at once.
type Call struct {
	text     string
	function *function
	args     []argument
}

// argument is a literal, a path or a nested call.
type argument struct {
	literal value.Value
	raw     string // of a string literal: as written, with its escapes
	path    *jsonpath.Scoped
	call    *Call
}

// SyntaxError says that a text is no intrinsic function call.
type SyntaxError struct {
	Text    string
	Offset  int // in bytes from 0
	Message string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%q is not an intrinsic function call: %s (at offset %d)", e.Text, e.Message, e.Offset)
}

// IsCall says whether text looks like a call: whether it begins with "States.".
func IsCall(text string) bool { return strings.HasPrefix(strings.TrimLeft(text, " "), "States.") }

// String returns the call as it was written.
func (c *Call) String() string { return c.text }

// Name returns the function's name: "States.Format".
func (c *Call) Name() string { return c.function.name }

// ReturnsString says whether the function gives a string, so that ErrorPath and
// CausePath may have it.
func (c *Call) ReturnsString() bool { return c.function.str }

// Paths returns the paths among the arguments, those of nested calls included.
func (c *Call) Paths() []*jsonpath.Scoped {
	var paths []*jsonpath.Scoped
	for _, a := range c.args {
		switch {
		case a.path != nil:
			paths = append(paths, a.path)
		case a.call != nil:
			paths = append(paths, a.call.Paths()...)
		}
	}
	return paths
}

// Eval evaluates the call. A wrong argument is an *asl.Error with the name
// States.Runtime.
func (c *Call) Eval(env Env) (value.Value, error) {
	v, err := c.eval(env)
	var bad *problem
	if errors.As(err, &bad) {
		return value.Value{}, &asl.Error{
			Name:  asl.ErrRuntime,
			Cause: "There was an error while evaluating the intrinsic function: " + c.text + ". " + bad.message,
		}
	}
	return v, err
}

func (c *Call) eval(env Env) (value.Value, error) {
	in := input{call: c, env: env, args: make([]value.Value, len(c.args))}
	for i, a := range c.args {
		v, err := a.eval(env)
		if err != nil {
			return value.Value{}, err
		}
		in.args[i] = v
	}
	v, ok := c.function.eval(&in)
	switch {
	case ok:
		return v, nil
	case in.message != "":
		return v, &problem{in.message}
	}
	return v, &problem{"Invalid arguments in " + c.function.name}
}

func (a argument) eval(env Env) (value.Value, error) {
	switch {
	case a.path != nil:
		return env.Lookup(a.path)
	case a.call != nil:
		return a.call.eval(env)
	}
	return a.literal, nil
}

// problem is why a function cannot be evaluated.
type problem struct{ message string }

func (p *problem) Error() string { return p.message }

// input is what a function works on.
type input struct {
	call    *Call
	env     Env
	args    []value.Value
	message string // why it failed, where there is more to say than "Invalid arguments"
}

// function is one of the 18.
type function struct {
	name     string
	min, max int // number of arguments
	str      bool
	eval     func(in *input) (value.Value, bool)
}

const many = 1 << 20

var functions = make(map[string]*function)

func init() {
	for _, f := range []function{
		{"States.Format", 1, many, true, format},
		{"States.StringToJson", 1, 1, false, stringToJSON},
		{"States.JsonToString", 1, 1, true, jsonToString},
		{"States.Array", 0, many, false, array},
		{"States.ArrayPartition", 2, 2, false, arrayPartition},
		{"States.ArrayContains", 2, 2, false, arrayContains},
		{"States.ArrayRange", 3, 3, false, arrayRange},
		{"States.ArrayGetItem", 2, 2, true, arrayGetItem},
		{"States.ArrayLength", 1, 1, false, arrayLength},
		{"States.ArrayUnique", 1, 1, false, arrayUnique},
		{"States.Base64Encode", 1, 1, true, base64Encode},
		{"States.Base64Decode", 1, 1, true, base64Decode},
		{"States.Hash", 2, 2, true, hash},
		{"States.JsonMerge", 3, 3, false, jsonMerge},
		{"States.MathRandom", 2, 3, false, mathRandom},
		{"States.MathAdd", 2, 2, false, mathAdd},
		{"States.StringSplit", 2, 2, false, stringSplit},
		{"States.UUID", 0, 0, true, uuid},
	} {
		functions[f.name] = &f
	}
}
