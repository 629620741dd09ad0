package clients_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// scenarios are what a client of the SDK for Go does, by name.
var scenarios = map[string]func(*testing.T, *server, *sfn.Client){
	"machines":        machines,
	"versions":        versions,
	"aliases":         aliases,
	"executions":      executions,
	"histories":       histories,
	"stopping":        stopping,
	"tags":            tags,
	"activities":      activities,
	"callbacks":       callbacks,
	"express":         express,
	"testing a state": testState,
	"redrive":         redrive,
	"map runs":        mapRuns,
	"validation":      validation,
	"errors":          refusals,
}

// TestSDK runs every scenario on a server that keeps things in memory, and on one
// that keeps them in a file and is killed on the way. It calls every operation.
func TestSDK(t *testing.T) {
	ran := 0
	t.Run("all", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(scenarios)) {
			scenario := scenarios[name]
			t.Run(name, func(t *testing.T) {
				ran++
				t.Run("in memory", func(t *testing.T) {
					t.Parallel()
					s := serve(t)
					scenario(t, s, client(t, s.url()))
				})
				t.Run("in a file", func(t *testing.T) {
					t.Parallel()
					s := durable(t)
					scenario(t, s, client(t, s.url()))
				})
			})
		}
	})
	if ran < len(scenarios) || t.Failed() {
		return // a part of them: they need not call everything
	}
	for _, name := range operations() {
		if _, called := asked.Load(name); !called {
			t.Errorf("no scenario calls %s", name)
		}
	}
}

// operations are the operations that the SDK's client has.
func operations() []string {
	var names []string
	for m := range reflect.TypeFor[*sfn.Client]().Methods() {
		if m.Name != "Options" {
			names = append(names, m.Name)
		}
	}
	return names
}

var asked sync.Map // names of operations

// client is a client as the README writes it.
func client(t *testing.T, endpoint string, opts ...func(*sfn.Options)) *sfn.Client {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context(),
		config.WithRegion("us-east-1"),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil),
		config.WithCredentialsProvider(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "x"}, nil
		})),
		config.WithBaseEndpoint(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	opts = append([]func(*sfn.Options){noHostPrefix, note}, opts...)
	return sfn.NewFromConfig(cfg, opts...)
}

// noHostPrefix lets StartSyncExecution and TestState go to the endpoint itself, and
// not to a host whose name has "sync-" before it.
func noHostPrefix(o *sfn.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("NoHostPrefix",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
			}), middleware.After)
	})
}

func withHostPrefix(o *sfn.Options) { o.APIOptions = nil }

// note notes which operations are called.
func note(o *sfn.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Note",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				asked.Store(awsmiddleware.GetOperationName(ctx), true)
				return next.HandleInitialize(ctx, in)
			}), middleware.After)
	})
}

// call is an operation of the client.
type call[In, Out any] func(context.Context, *In, ...func(*sfn.Options)) (*Out, error)

// ask calls an operation that has to answer.
func ask[In, Out any](t *testing.T, f call[In, Out], in *In) *Out {
	t.Helper()
	out, err := f(t.Context(), in)
	if err != nil {
		t.Fatalf("%T: %v", in, err)
	}
	return out
}

// refused calls an operation that has to refuse by an exception of type E.
func refused[E smithy.APIError, In, Out any](t *testing.T, f call[In, Out], in *In, message string) {
	t.Helper()
	_, err := f(t.Context(), in)
	var want E
	if !errors.As(err, &want) {
		t.Errorf("%T: got %v, want a %T", in, err, want)
		return
	}
	if !strings.Contains(want.ErrorMessage(), message) {
		t.Errorf("%T: %s\nwant %s", in, want.ErrorMessage(), message)
	}
}

// TestSDKFindsTheServerBehindAPrefix lets the SDK put "sync-" before the host: the
// server answers by whatever name it is called.
func TestSDKFindsTheServerBehindAPrefix(t *testing.T) {
	s := serve(t)
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	direct := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.address)
		},
	}}
	defer direct.CloseIdleConnections()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		t.Run("of "+host, func(t *testing.T) {
			synchronously(t, client(t, "http://"+net.JoinHostPort(host, port), withHostPrefix, func(o *sfn.Options) { o.HTTPClient = direct }))
		})
	}
	t.Run("by the hosts file", func(t *testing.T) {
		if _, err := net.LookupHost("sync-localhost"); err != nil {
			t.Skip("/etc/hosts has no line '127.0.0.1 sync-localhost'")
		}
		synchronously(t, client(t, "http://localhost:"+port, withHostPrefix))
	})
}

// shown is an answer as text.
func shown(out any) string {
	text, err := json.Marshal(out)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
