package handlers

import "errors"

// ErrWithdrawn is the cause (context.Cause) by which the context of a handler ends
// whose answer is no longer wanted: a limit has run out, or the execution has failed
// elsewhere or was stopped. A context that ends by another cause, as when the process
// shuts down, leaves the call open: a resumed execution makes it again.
var ErrWithdrawn = errors.New("nobody waits for the answer any more")
