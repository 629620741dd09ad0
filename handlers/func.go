package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"sync"

	"canto/asl/value"
)

// Func makes a Handler of an ordinary Lambda function, with the JSON that
// lambda.Start would give and take: encoding/json both ways, no HTML escaping,
// []byte as base64, an io.Reader that has no JSON of its own sent as it is, and
// null for a nil result (a function without one returns any or *struct{}). In
// value.Value and json.RawMessage the input arrives unparsed. Errors are named
// by Failure, those of decoding and encoding too.
func Func[In, Out any](f func(context.Context, In) (Out, error)) Handler {
	return HandlerFunc(func(ctx context.Context, c Call) (value.Value, error) {
		var in In
		if err := decode(c.Input, &in); err != nil {
			return value.Value{}, err
		}
		out, err := f(&invocation{Context: ctx, call: c}, in)
		if err != nil {
			return value.Value{}, err
		}
		return encode(out)
	})
}

func decode(v value.Value, into any) error {
	switch in := into.(type) {
	case *value.Value:
		*in = v
		return nil
	case *json.RawMessage:
		*in = json.RawMessage(strings.TrimSpace(v.Text()))
		return nil
	}
	return json.Unmarshal([]byte(v.Text()), into)
}

func encode(out any) (value.Value, error) {
	if v, ok := out.(value.Value); ok && !strings.ContainsAny(v.Text(), " \t\r\n") {
		return v, nil
	}
	w := writers.Get().(*writer)
	defer w.free()
	err := w.encoder.Encode(out)
	if r, ok := out.(io.Reader); ok && (err != nil || bytes.HasPrefix(w.text.Bytes(), []byte("{}"))) {
		return readAll(r)
	}
	if err != nil {
		return value.Value{}, err
	}
	return value.Raw(string(bytes.TrimSuffix(w.text.Bytes(), []byte("\n")))), nil
}

// writer encodes one value after another in the same memory.
type writer struct {
	text    bytes.Buffer
	encoder *json.Encoder
}

var writers = sync.Pool{New: func() any {
	w := &writer{}
	w.encoder = json.NewEncoder(&w.text)
	w.encoder.SetEscapeHTML(false)
	return w
}}

// free gives the memory back, unless it is large.
func (w *writer) free() {
	if w.text.Cap() <= 1<<16 {
		w.text.Reset()
		writers.Put(w)
	}
}

// readAll takes the response of a function that writes its JSON itself.
func readAll(r io.Reader) (value.Value, error) {
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return value.Value{}, err
	}
	return value.Parse(string(text))
}
