package check

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"canto/asl/intrinsic"
	"canto/asl/jsonpath"
	"canto/asl/value"
)

// opinion is what there is to say of a path or a call: err is a reason to refuse
// it, doubt one to look at it again.
type opinion struct{ err, doubt error }

// ofPath judges a path into the input, the context or a variable.
func ofPath(text string) opinion {
	return leniently(text, func(text string) error {
		_, err := jsonpath.CompileScoped(text)
		return err
	})
}

// ofReference judges the path of a ResultPath.
func ofReference(text string) opinion {
	_, err := jsonpath.CompileReference(text)
	return opinion{err: err}
}

// ofDynamic judges the value of a field that ends in .$: a path or a call.
func ofDynamic(text string) opinion {
	if !intrinsic.IsCall(text) {
		return ofPath(text)
	}
	return leniently(text, func(text string) error {
		_, err := intrinsic.Parse(text)
		return err
	}).and(ofConstant(text))
}

// ofString judges the value of ErrorPath or CausePath.
func ofString(text string) opinion {
	o := ofDynamic(text)
	if call, err := intrinsic.Parse(text); err == nil && !call.ReturnsString() {
		o.err = fmt.Errorf("%s gives no string", call.Name())
	}
	return o
}

// and is o, or other where o has nothing to say.
func (o opinion) and(other opinion) opinion {
	if o.err == nil && o.doubt == nil {
		return other
	}
	return o
}

var filter = regexp.MustCompile(`\[\?\([^\]]*\)\]`)

// leniently judges a text by compile. A filter that cannot be read makes it only
// doubtful: tools for the language disagree about what may stand in one.
func leniently(text string, compile func(string) error) opinion {
	err := compile(text)
	if err != nil && filter.MatchString(text) && compile(filter.ReplaceAllString(text, "[*]")) == nil {
		return opinion{doubt: fmt.Errorf("the filter cannot be read: %s", reason(err))}
	}
	return opinion{err: err}
}

// ofConstant judges a call without paths by evaluating it. The service finds out
// when the state runs, but for States.MathAdd, whose arguments are paths or
// numbers by their form.
func ofConstant(text string) opinion {
	call, err := intrinsic.Parse(text)
	if err != nil || len(call.Paths()) > 0 {
		return opinion{}
	}
	_, err = call.Eval(nowhere{})
	switch {
	case err == nil:
		return opinion{}
	case call.Name() == "States.MathAdd" && strings.Contains(text, "'"):
		return opinion{err: errors.New("the arguments of States.MathAdd are numbers or paths")}
	}
	return opinion{doubt: errors.New("this call fails whenever it is evaluated")}
}

// nowhere is what a call sees that looks at nothing.
type nowhere struct{}

func (nowhere) Lookup(*jsonpath.Scoped) (value.Value, error) { return value.Value{}, nil }
func (nowhere) Random() uint64                               { return 0 }

// reason is what an error says of a path or a call, without repeating it.
func reason(err error) string {
	var path *jsonpath.SyntaxError
	var call *intrinsic.SyntaxError
	switch {
	case errors.As(err, &path):
		return strings.TrimSpace(path.Message)
	case errors.As(err, &call):
		return strings.TrimSpace(call.Message)
	}
	return err.Error()
}
