package crawler

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Query is the function's input. As JSON it is {"Query": "..."} or a bare
// string. Null, an object without a query, and the event that EventBridge
// Scheduler sends on its own (its detail may carry the query) leave Text empty:
// the configured query is used then.
type Query struct {
	Text string
}

// InvalidQuery says that the input is JSON, but cannot mean a query; or that
// neither input nor configuration has one.
type InvalidQuery struct {
	Reason string
}

func (e *InvalidQuery) Error() string {
	return "no query to search for: " + e.Reason + `; give {"Query": "..."} or a string, or set ` + EnvQuery
}

// UnmarshalJSON reads any of the shapes that Query describes. Its error is an
// InvalidQuery.
func (q *Query) UnmarshalJSON(text []byte) error {
	found, err := readQuery(text)
	q.Text = strings.TrimSpace(found)
	return err
}

func readQuery(text []byte) (string, error) {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0 || string(text) == "null":
		return "", nil
	case text[0] == '"':
		var query string
		err := decode(text, &query)
		return query, err
	case text[0] == '{':
		return readEvent(text)
	}
	return "", &InvalidQuery{Reason: "the input is neither an object nor a string"}
}

// event is the input as an object. EventBridge's detail is an object, or a
// string that holds one ("{}" when a schedule has no input of its own).
type event struct {
	Query  *string
	Detail json.RawMessage
}

func readEvent(text []byte) (string, error) {
	var e event
	if err := decode(text, &e); err != nil {
		return "", err
	}
	if e.Query != nil {
		return *e.Query, nil
	}
	detail := e.Detail
	var quoted string
	if json.Unmarshal(detail, &quoted) == nil {
		detail = json.RawMessage(quoted)
	}
	var inner event
	if json.Unmarshal(detail, &inner) == nil && inner.Query != nil {
		return *inner.Query, nil
	}
	return "", nil
}

func decode(text []byte, into any) error {
	if err := json.Unmarshal(text, into); err != nil {
		return &InvalidQuery{Reason: err.Error()}
	}
	return nil
}
