package awsapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"canto/asl/value"
	"canto/runtime/history"
	"canto/runtime/store"
)

func (a *API) getExecutionHistory(ctx context.Context, in *GetExecutionHistoryInput) (*GetExecutionHistoryOutput, error) {
	x, err := a.engine.DescribeExecution(ctx, text(in.ExecutionARN))
	if err != nil {
		return nil, err
	}
	reverse := or(in.ReverseOrder, false)
	first, err := firstEvent(x.ID, in.NextToken, x.Count, reverse)
	if err != nil {
		return nil, err
	}
	n := paging{max: in.MaxResults}.size()
	events, err := a.engine.GetExecutionHistory(ctx, x.ID, store.Page{From: first, Limit: n + 1, Reverse: reverse})
	if err != nil {
		return nil, err
	}
	out := &GetExecutionHistoryOutput{Events: []json.RawMessage{}}
	if len(events) > n {
		out.NextToken = eventToken(x.ID, events[n].ID, reverse)
		events = events[:n]
	}
	data := or(in.IncludeExecutionData, true)
	for _, e := range events {
		out.Events = append(out.Events, event(e, data))
	}
	return out, nil
}

// event is the JSON of an event, with or without what states passed on.
func event(e history.Event, data bool) json.RawMessage {
	text := e.AppendJSON(nil)
	if data {
		return text
	}
	return []byte(bare(value.Raw(string(text))).Text())
}

// bare is an event, or its details, without what states passed on.
func bare(v value.Value) value.Value {
	var kept []value.Member
	for _, m := range v.Members() {
		switch {
		case m.Name == "input", m.Name == "inputDetails", m.Name == "output", m.Name == "outputDetails":
			continue
		case strings.HasSuffix(m.Name, "EventDetails"):
			m.Value = bare(m.Value)
		}
		kept = append(kept, m)
	}
	return value.NewObject(kept...)
}

// firstEvent is the ID of the event with which a page begins.
func firstEvent(arn string, token *string, n int, reverse bool) (int, error) {
	if token == nil {
		if reverse {
			return n, nil
		}
		return 1, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*token)
	parts := strings.Split(string(text), "\n")
	if err == nil && len(parts) == 3 && parts[0] == arn && parts[1] == strconv.FormatBool(reverse) {
		if id, err := strconv.Atoi(parts[2]); err == nil && id >= 1 && id <= n {
			return id, nil
		}
	}
	return 0, fault("InvalidToken", "Invalid Token: 'Invalid token'")
}

func eventToken(arn string, id int, reverse bool) string {
	text := strings.Join([]string{arn, strconv.FormatBool(reverse), strconv.Itoa(id)}, "\n")
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}
