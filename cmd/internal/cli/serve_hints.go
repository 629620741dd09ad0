package cli

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"canto/asl"
	"canto/asl/value"
	"canto/handlers"
)

// hinting logs what to set where a function or a service cannot be reached: the
// execution itself gets the words of AWS, which cannot know.
func hinting(log *slog.Logger) func(handlers.Resolver) handlers.Resolver {
	return func(real handlers.Resolver) handlers.Resolver { return hinted{real, log} }
}

type hinted struct {
	real handlers.Resolver
	log  *slog.Logger
}

func (h hinted) Resolve(c handlers.Call) (handlers.Handler, error) {
	found, err := h.real.Resolve(c)
	if err != nil {
		h.hint(c, err)
		return nil, err
	}
	return handlers.HandlerFunc(func(ctx context.Context, c handlers.Call) (value.Value, error) {
		out, err := found.Invoke(ctx, c)
		if err != nil && ctx.Err() == nil {
			h.hint(c, err)
		}
		return out, err
	}), nil
}

// hint logs an error that a setting of canto's own would mend.
func (h hinted) hint(c handlers.Call, err error) {
	what, set := mend(c, err)
	if what == "" {
		return
	}
	h.log.Warn(what, "machine", c.Machine, "execution", c.Execution, "state", c.State, "resource", c.Resource, "error", err.Error(), "set", set)
}

// mend says what is wrong, and what to set; nothing where the failure is the function's own.
func mend(c handlers.Call, err error) (what, set string) {
	var missing *handlers.NotRegisteredError
	var failure *asl.Error
	switch {
	case errors.As(err, &missing) && handlers.Integration(missing.Resource):
		return "nobody answers for a service", "--mock FILE, or --function " + handlers.ShortName(missing.Resource) + "=TARGET"
	case errors.As(err, &missing):
		return "a function is not known", "--function " + handlers.ShortName(missing.Resource) + "=TARGET, or --lambda-endpoint URL"
	case !errors.As(err, &failure):
		if strings.Contains(c.Resource, ":s3:") && !errors.As(err, new(*handlers.Fault)) {
			return "a bucket cannot be reached", "--bucket NAME=FOLDER, or --bucket NAME=s3://name?region=REGION"
		}
	case failure.Name == "Lambda.SdkClientException":
		return "a function cannot be reached", "--lambda-endpoint URL, or --function NAME=TARGET"
	case failure.Name == "S3.NoSuchBucketException":
		return "a bucket cannot be found", "--bucket NAME=FOLDER, or --bucket NAME=s3://name?region=REGION"
	}
	return "", ""
}
