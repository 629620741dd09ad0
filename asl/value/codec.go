package value

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// From returns any Go value as encoding/json encodes it, but compact and without
// HTML escaping, as the service would write it. A Value is returned as it is.
func From(v any) (Value, error) {
	if x, ok := v.(Value); ok {
		return x, nil
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return Value{}, fmt.Errorf("value of Go type %T cannot be written as JSON: %w", v, err)
	}
	return Raw(strings.TrimSuffix(buffer.String(), "\n")).Compact(), nil
}

// Decode stores v in what into points to, as json.Unmarshal does.
func (v Value) Decode(into any) error {
	if x, ok := into.(*Value); ok {
		*x = v
		return nil
	}
	return json.Unmarshal([]byte(v.Text()), into)
}

// MarshalJSON returns Text.
func (v Value) MarshalJSON() ([]byte, error) { return []byte(v.Text()), nil }

// UnmarshalJSON keeps text, which must be JSON, as the value.
func (v *Value) UnmarshalJSON(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}
