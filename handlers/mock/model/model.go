// Package model knows what AWS services answer, and judges mocked answers by it, as
// TestState does: the output shapes of Step Functions, Lambda, S3, EventBridge,
// DynamoDB, KMS, SQS and SNS. It calls no service, and knows no engine. Of a service
// or an operation that it does not know it says nothing.
package model

import (
	"bytes"
	"compress/gzip"
	_ "embed" // of the models
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"canto/asl"
	"canto/asl/value"
)

//go:generate go run ./generate -out models.json.gz
//go:embed models.json.gz
var packed []byte

// Mode is how closely a mocked result is looked at.
type Mode string

// The modes.
const (
	Strict  Mode = "STRICT"  // what is there, and that what is required is there
	Present Mode = "PRESENT" // what is there
	None    Mode = "NONE"    // nothing
)

type service struct {
	Operations map[string]string `json:"o"` // shapes of answers
	Shapes     map[string]*shape `json:"s"`
}

type shape struct {
	Kind    string   `json:"k"` // object, array, string, number, boolean, any
	Min     *float64 `json:"l"` // of a number, or of the length of a string
	Max     *float64 `json:"h"`
	Enum    []string `json:"v"`
	Members []member `json:"m"`
	Element string   `json:"e"` // of an array, or of an object that is a map
}

type member struct {
	Name     string `json:"n"`
	SDK      string `json:"j"` // as "aws-sdk" integrations spell it, where that is another
	Shape    string `json:"t"`
	Required bool   `json:"r"`
}

// models are the services by the names that "aws-sdk" integrations use.
var models = sync.OnceValue(func() map[string]service {
	all := map[string]service{}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(r).Decode(&all)
	}
	if err != nil {
		panic("the embedded models cannot be read: " + err.Error()) // they are made by us
	}
	return all
})

// optimised are the services of which there are integrations beside "aws-sdk".
var optimised = map[string]string{
	"states": "sfn", "events": "eventbridge", "lambda": "lambda", "dynamodb": "dynamodb", "sqs": "sqs", "sns": "sns",
}

// polled are the operations whose answer is the result of a job (".sync").
var polled = map[string]string{"states:startExecution": "DescribeExecution"}

// Check says what in a mocked result is not as the service that the resource names
// would answer: the first thing, in the words of the service. A callback's result is
// its worker's, and may be anything.
func Check(resource string, result value.Value, mode Mode) error {
	r := asl.ParseResource(resource)
	if mode == None || r.Kind != asl.Integration || r.Pattern == asl.Callback {
		return nil
	}
	name, sdk := strings.CutPrefix(r.Service, "aws-sdk:")
	if !sdk {
		name = optimised[name]
	}
	s, known := models()[name]
	if !known {
		return nil
	}
	root := s.Shapes[s.Operations[operation(r)]]
	if root == nil {
		return nil
	}
	c := checker{shapes: s.Shapes, sdk: sdk, mode: mode}
	if r.Pattern == asl.Sync2 {
		c.parsed = []string{"Input", "Output"}
	}
	return c.object("", root, result)
}

// Known says whether the answers of the integration that the resource names are known.
func Known(resource string) bool {
	r := asl.ParseResource(resource)
	name, sdk := strings.CutPrefix(r.Service, "aws-sdk:")
	if !sdk {
		name = optimised[name]
	}
	_, known := models()[name].Operations[operation(r)]
	return known
}

// operation is the operation whose answer is the result of a task.
func operation(r asl.Resource) string {
	action, _, _ := strings.Cut(r.Action, ".")
	if job := polled[r.Service+":"+action]; job != "" && (r.Pattern == asl.Sync || r.Pattern == asl.Sync2) {
		return job
	}
	if action == "" {
		return ""
	}
	return strings.ToUpper(action[:1]) + action[1:]
}

type checker struct {
	shapes map[string]*shape
	sdk    bool
	mode   Mode
	parsed []string // members at the top that hold JSON instead of its text
}

// wrong is what is wrong with a field.
func wrong(format string, args ...any) error {
	return fmt.Errorf("Mock result schema validation error: "+format, args...)
}

// object checks the members that a structure has, in the order of the model. Members
// that are not in the model may be anything; a null is no member.
func (c *checker) object(field string, s *shape, v value.Value) error {
	if v.Kind() != value.ObjectKind {
		return wrong("Field '%s' must be an object", field)
	}
	for _, m := range s.Members {
		name := m.Name
		if c.sdk && m.SDK != "" {
			name = m.SDK
		}
		x, there := v.Field(name)
		switch {
		case there && !x.IsNull():
			if field == "" && slices.Contains(c.parsed, name) {
				continue
			}
			if err := c.value(name, c.shapes[m.Shape], x); err != nil {
				return err
			}
		case m.Required && c.mode == Strict:
			return wrong("Required field '%s' is missing", name)
		}
	}
	if s.Element == "" {
		return nil
	}
	for _, m := range v.Members() { // of a map
		if err := c.value(m.Name, c.shapes[s.Element], m.Value); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) value(field string, s *shape, v value.Value) error {
	if s == nil {
		return nil
	}
	switch s.Kind {
	case "object":
		return c.object(field, s, v)
	case "array":
		return c.array(field, s, v)
	case "number":
		return number(field, s, v)
	case "string":
		return text(field, s, v)
	case "boolean":
		if v.Kind() != value.BoolKind {
			return wrong("Field '%s' must be a boolean", field)
		}
	}
	return nil
}

// array checks the elements, which are called as the field is.
func (c *checker) array(field string, s *shape, v value.Value) error {
	if v.Kind() != value.ArrayKind {
		return wrong("Field '%s' must be an array", field)
	}
	for _, x := range v.Elements() {
		if err := c.value(field, c.shapes[s.Element], x); err != nil {
			return err
		}
	}
	return nil
}

func number(field string, s *shape, v value.Value) error {
	n, ok := v.AsNumber()
	switch {
	case !ok:
		return wrong("Field '%s' must be a number", field)
	case s.Min != nil && n.Float64() < *s.Min:
		return wrong("Field '%s' is less than the minimum value", field)
	case s.Max != nil && n.Float64() > *s.Max:
		return wrong("Field '%s' exceeds the maximum value", field)
	}
	return nil
}

func text(field string, s *shape, v value.Value) error {
	t, ok := v.AsString()
	length := float64(utf8.RuneCountInString(t))
	switch {
	case !ok:
		return wrong("Field '%s' must be a string", field)
	case s.Enum != nil && !slices.Contains(s.Enum, t):
		return wrong("Field '%s' is not an expected value", field)
	case s.Min != nil && length < *s.Min:
		return wrong("Field '%s' is smaller than the minimum length", field)
	case s.Max != nil && length > *s.Max:
		return wrong("Field '%s' exceeds the maximum length", field)
	}
	return nil
}
