package runtime

import (
	"strings"

	"canto/asl"
	"canto/asl/value"
	"canto/runtime/interp"
)

// HTTPRequest is the call of an HTTP task (http:invoke), as far as the task says it:
// what a connection adds is its handler's.
type HTTPRequest struct {
	Protocol, Method, URL string
	Headers               string // "[name: value, ...]"
	Body                  string
}

// HTTPResponse is the answer to it, as the handler has given it.
type HTTPResponse struct {
	Protocol, StatusCode, StatusMessage string
	Headers                             string
	Body                                string
}

// httpExchange is what an HTTP task has asked and got, or nil of another state. There
// is no response to a request that failed.
func httpExchange(s asl.State, data map[Stage]value.Value) (*HTTPRequest, *HTTPResponse) {
	t, ok := s.(*asl.Task)
	if !ok || asl.ParseResource(t.Resource).Service != "http" {
		return nil, nil
	}
	asked, there := data[interp.StageAfterParameters]
	if !there {
		if asked, there = data[interp.StageAfterArguments]; !there {
			return nil, nil
		}
	}
	url := textOf(asked, "ApiEndpoint")
	protocol, _, _ := strings.Cut(url, ":")
	request := &HTTPRequest{
		Protocol: protocol, Method: textOf(asked, "Method"), URL: url, Headers: headers(asked), Body: textOf(asked, "RequestBody"),
	}
	got, there := data[interp.StageResult]
	if !there {
		return request, nil
	}
	return request, &HTTPResponse{
		Protocol: protocol, StatusCode: textOf(got, "StatusCode"), StatusMessage: textOf(got, "StatusText"),
		Headers: headers(got), Body: textOf(got, "ResponseBody"),
	}
}

// textOf is a member: a string as it is, and the JSON text of anything else.
func textOf(v value.Value, name string) string {
	x, there := v.Field(name)
	if s, ok := x.AsString(); ok || !there {
		return s
	}
	return x.Text()
}

// headers are the member Headers, whose values may be lists, in one line.
func headers(v value.Value) string {
	all, _ := v.Field("Headers")
	var lines []string
	for _, m := range all.Members() {
		values := m.Value.Elements()
		if m.Value.Kind() != value.ArrayKind {
			values = []value.Value{m.Value}
		}
		for _, x := range values {
			s, ok := x.AsString()
			if !ok {
				s = x.Text()
			}
			lines = append(lines, m.Name+": "+s)
		}
	}
	return "[" + strings.Join(lines, ", ") + "]"
}
