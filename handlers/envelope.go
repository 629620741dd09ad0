package handlers

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"canto/asl/value"
)

// envelope is the result of lambda:invoke around payload, in the shape and order
// of the recorded ones. Its ids come from the call, so that each run has the same.
func envelope(c Call, status int, payload value.Value) value.Value {
	sum := digest(c)
	length := payload.Size() // as the function wrote it
	if status == accepted {
		length = 0
	}
	headers := lambdaHeaders(sum, c.Scheduled, length)
	result := []value.Member{version}
	if log := logTail(c); log != "" {
		result = append(result, field("LogResult", value.String(log)))
		headers = slices.Insert(headers, 0, header{"X-Amz-Log-Result", log})
	}
	all := make([]value.Member, len(headers))
	for i, h := range headers {
		all[i] = field(h.name, value.Array([]value.Value{value.String(h.text)}))
	}
	slices.SortFunc(headers, func(a, b header) int {
		return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	last := make([]value.Member, len(headers))
	for i, h := range headers {
		last[i] = field(h.name, value.String(h.text))
	}
	return object(append(result,
		field("Payload", payload.Compact()),
		field("SdkHttpMetadata", object(
			field("AllHttpHeaders", object(all...)),
			field("HttpHeaders", object(last...)),
			field("HttpStatusCode", number(status)),
		)),
		field("SdkResponseMetadata", object(field("RequestId", value.String(requestID(sum))))),
		field("StatusCode", number(status)),
	)...)
}

// logTail is what a caller with LogType Tail gets of the log: the platform's own
// lines, without the function's, in base64.
func logTail(c Call) string {
	t, _ := c.Input.Field("LogType")
	if s, _ := t.AsString(); s != "Tail" {
		return ""
	}
	id := requestID(digest(c))
	log := fmt.Sprintf("START RequestId: %s Version: $LATEST\nEND RequestId: %s\n", id, id)
	return base64.StdEncoding.EncodeToString([]byte(log))
}

type header struct{ name, text string }

// lambdaHeaders are the headers of Lambda's answer in the recorded order, which
// is that of a Java hash map.
func lambdaHeaders(sum [32]byte, at time.Time, length int) []header {
	return []header{
		{"X-Amz-Executed-Version", "$LATEST"},
		{"x-amzn-Remapped-Content-Length", "0"},
		{"Connection", "keep-alive"},
		{"x-amzn-RequestId", requestID(sum)},
		{"Content-Length", strconv.Itoa(length)},
		{"Date", date(at)},
		{"X-Amzn-Trace-Id", fmt.Sprintf("Root=1-%x-%x;Parent=%x;Sampled=0", sum[16:20], sum[20:32], sum[8:16])},
		{"Content-Type", "application/json"},
	}
}

// date is the HTTP form of t; of the Unix epoch where no clock set the call's time.
func date(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

var version = field("ExecutedVersion", value.String("$LATEST"))

func field(name string, v value.Value) value.Member { return value.Member{Name: name, Value: v} }

func object(members ...value.Member) value.Value { return value.NewObject(members...) }

func number(n int) value.Value { return value.Of(n) }
