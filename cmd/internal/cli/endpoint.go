package cli

import (
	"net/url"
	"strings"

	"canto/handlers"
	"canto/handlers/lambda"
)

const (
	invokePath = "/2015-03-31/functions/"
	invokeEnd  = "/invocations"
)

// newEndpoint is the handler of the function name at a server's address. The address
// may be the whole one of Invoke, which names the function as the server knows it.
func newEndpoint(name, address string) (handlers.Handler, error) {
	base, rest, whole := strings.Cut(address, invokePath)
	if whole {
		known, err := url.PathUnescape(strings.TrimSuffix(rest, invokeEnd))
		if err != nil {
			return nil, err
		}
		name = known
	}
	e, err := lambda.New(base)
	if err != nil {
		return nil, err
	}
	return e.Function(name), nil
}
