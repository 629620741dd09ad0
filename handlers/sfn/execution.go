package sfn

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

// start is states:startExecution: the response with the SDK's metadata.
func (s service) start(ctx context.Context, c handlers.Call) (value.Value, error) {
	out, err := s.begin(ctx, c)
	if err != nil {
		return value.Value{}, err
	}
	return started(ctx, c, out), nil
}

// begin starts the execution, and gives the API's own response.
func (s service) begin(ctx context.Context, c handlers.Call) (value.Value, error) {
	parameters := textual(c.Input)
	origin := handlers.Origin{Execution: c.ARN, Request: handlers.StartID(c)}
	if _, named := parameters.Field("Name"); !named {
		parameters = parameters.With("Name", value.String(origin.Request)) // asked for again after a crash, it is the same execution
	}
	out, err := s.api.Do(handlers.WithOrigin(ctx, origin), "StartExecution", camelCased(parameters))
	if err != nil {
		return value.Value{}, failure(c, err, (*handlers.Fault).Optimized)
	}
	return out, nil
}

// run is states:startExecution.sync: it starts the execution, and waits for its end.
func (s service) run(ctx context.Context, c handlers.Call) (value.Value, error) {
	out, err := s.begin(ctx, c)
	if err != nil {
		return value.Value{}, err
	}
	arn := text(out, "executionArn")
	handlers.Submit(ctx, started(ctx, c, out))
	if err := s.api.Await(ctx, arn); err != nil {
		if errors.Is(context.Cause(ctx), handlers.ErrWithdrawn) {
			s.stop(ctx, arn)
		}
		return value.Value{}, err
	}
	d, err := s.api.Do(ctx, "DescribeExecution", value.NewObject(field("executionArn", value.String(arn))))
	if err != nil {
		return value.Value{}, failure(c, err, (*handlers.Fault).Optimized)
	}
	if _, virtual := handlers.Now(ctx); virtual {
		if err := handlers.Sleep(ctx, took(d)); err != nil {
			return value.Value{}, err
		}
	}
	return ended(c, d)
}

// stopTime is how long the stop of a child may take whose task was given up.
const stopTime = 5 * time.Second

// stop stops an execution that nobody wants any more, as the service does. Where only
// the engine of its parent goes down, it runs on, and is waited for again.
func (s service) stop(ctx context.Context, arn string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	_, _ = s.api.Do(ctx, "StopExecution", value.NewObject(field("executionArn", value.String(arn)))) // it may have ended meanwhile
}

// took is how long an execution took by its own clock.
func took(description value.Value) time.Duration {
	return time.Duration((number(description, "stopDate") - number(description, "startDate")) * float64(time.Second)).Round(time.Millisecond)
}

// resultFields are the members of DescribeExecution that the result of a nested
// execution has, in the recorded order.
var resultFields = []string{
	"cause", "error", "executionArn", "input", "inputDetails", "name", "output", "outputDetails",
	"startDate", "stateMachineArn", "status", "stopDate",
}

// ended is the task's result, or its failure where the execution has not succeeded.
func ended(c handlers.Call, d value.Value) (value.Value, error) {
	var members []value.Member
	for _, name := range resultFields {
		if v, there := d.Field(name); there {
			members = append(members, field(name, v))
		}
	}
	result := pascalCased(value.NewObject(members...), epochTime)
	if text(d, "status") != "SUCCEEDED" {
		return value.Value{}, &asl.Error{Name: asl.ErrTaskFailed, Cause: result.Text()}
	}
	if strings.HasSuffix(c.Resource, ".sync:2") {
		result = result.With("Output", parsed(text(result, "Output")))
	}
	return result, nil
}

// started is the API's response with the SDK's metadata, in the recorded shape.
func started(ctx context.Context, c handlers.Call, out value.Value) value.Value {
	id := handlers.RequestID(c)
	date := c.Scheduled
	if now, ok := handlers.Now(ctx); ok {
		date = now
	}
	headers := []value.Member{
		field("x-amzn-RequestId", value.String(id)),
		field("connection", value.String("keep-alive")),
		field("Content-Length", value.String(strconv.Itoa(out.Size()))),
		field("Date", value.String(date.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))),
		field("Content-Type", value.String("application/x-amz-json-1.0")),
	}
	all := make([]value.Member, len(headers))
	for i, h := range headers {
		all[i] = field(h.Name, value.Array([]value.Value{h.Value}))
	}
	slices.SortFunc(headers, func(a, b value.Member) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return value.NewObject(
		field("ExecutionArn", value.String(text(out, "executionArn"))),
		field("SdkHttpMetadata", value.NewObject(
			field("AllHttpHeaders", value.NewObject(all...)),
			field("HttpHeaders", value.NewObject(headers...)),
			field("HttpStatusCode", value.Of(200)),
		)),
		field("SdkResponseMetadata", value.NewObject(field("RequestId", value.String(id)))),
		field("StartDate", epochTime(number(out, "startDate"))),
	)
}

// parsed is the JSON in a text.
func parsed(s string) value.Value {
	v, err := value.Parse(s)
	if err != nil {
		return value.String(s)
	}
	return v.Compact()
}

func field(name string, v value.Value) value.Member { return value.Member{Name: name, Value: v} }

func text(v value.Value, name string) string {
	member, _ := v.Field(name)
	s, _ := member.AsString()
	return s
}

func number(v value.Value, name string) float64 {
	member, _ := v.Field(name)
	n, _ := member.AsNumber()
	return n.Float64()
}
