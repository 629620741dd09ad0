package awsapi

import (
	"context"
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
	p := paging{"events " + strconv.FormatBool(reverse) + " " + x.ID, in.MaxResults, in.NextToken}
	first, err := firstEvent(p, x.Count, reverse)
	if err != nil {
		return nil, err
	}
	n := p.size()
	events, err := a.engine.GetExecutionHistory(ctx, x.ID, store.Page{From: first, Limit: n + 1, Reverse: reverse})
	if err != nil {
		return nil, err
	}
	out := &GetExecutionHistoryOutput{Events: []json.RawMessage{}}
	if len(events) > n {
		out.NextToken = p.tokenOf(strconv.Itoa(events[n].ID))
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

// firstEvent is the ID of the event with which a page begins, of a history of n events.
func firstEvent(p paging, n int, reverse bool) (int, error) {
	key, err := p.key()
	switch {
	case err != nil:
		return 0, err
	case key == "" && reverse:
		return n, nil
	case key == "":
		return 1, nil
	}
	if id, err := strconv.Atoi(key); err == nil && id >= 1 && id <= n {
		return id, nil
	}
	return 0, invalidToken() // of an execution that was here before, by the same name
}
