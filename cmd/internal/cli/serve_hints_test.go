package cli

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

func TestHintsSayWhatToSet(t *testing.T) {
	registry := handlers.NewRegistry()
	fails := func(err error) handlers.Handler {
		return handlers.HandlerFunc(func(context.Context, handlers.Call) (value.Value, error) { return value.Value{}, err })
	}
	for name, err := range map[string]error{
		"down": &asl.Error{Name: "Lambda.SdkClientException", Cause: "connection refused"}, "own": &asl.Error{Name: "E"},
		"aws-sdk:s3:getObject": errors.New("no route to host"), "aws-sdk:s3:putObject": &asl.Error{Name: "S3.NoSuchBucketException"},
		"fine": nil,
	} {
		if err := registry.Register(name, fails(err)); err != nil {
			t.Fatal(err)
		}
	}
	for resource, want := range map[string]string{
		"arn:aws:lambda:r:1:function:absent":      "--function absent=TARGET",
		"arn:aws:states:::sqs:sendMessage":        "--function sqs:sendMessage=TARGET",
		"down":                                    "--lambda-endpoint URL",
		"arn:aws:states:::aws-sdk:s3:getObject":   "--bucket NAME=FOLDER",
		"arn:aws:states:::aws-sdk:s3:putObject":   "--bucket NAME=FOLDER",
		"own":                                     "",
		"fine":                                    "",
		"arn:aws:states:::lambda:invoke":          "--function absent=TARGET",
		"arn:aws:states:::aws-sdk:lambda:invoke2": "--function aws-sdk:lambda:invoke2=TARGET",
	} {
		var log bytes.Buffer
		c := handlers.Call{Resource: resource, State: "S", Input: value.Raw(`{"FunctionName": "absent"}`)}
		if h, err := hinting(slog.New(slog.NewTextHandler(&log, nil)))(registry).Resolve(c); err == nil {
			_, _ = h.Invoke(t.Context(), c)
		}
		if got := log.String(); !strings.Contains(got, want) || want == "" && got != "" || strings.Count(got, "\n") > 1 {
			t.Errorf("%s: %s", resource, got)
		}
	}
}
