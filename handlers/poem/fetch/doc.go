// Package fetch gets pages from a web that is not to be trusted: it reads at
// most so many bytes, waits at most so long, follows at most so many redirects,
// and never connects to an address that is not public.
//
// Every failure is a named Go type, returned unwrapped: a Lambda function
// reports the type's name as errorType, and a state machine matches that name
// in ErrorEquals. They are Disconnected, HTTPStatus, PrivateAddress,
// ServerError, Timeout, TooLarge, TooManyRedirects, TooManyRequests,
// UnsupportedContentType and UnsupportedURL. Disconnected, ServerError, Timeout
// and TooManyRequests may pass when asked again; the others will not.
//
// The package never retries (the state machine's Retry does), keeps no cookies,
// sends no credentials and uses no proxy: behind one, the address that is
// reached could not be checked.
package fetch
