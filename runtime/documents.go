package runtime

import "canto/runtime/store"

// Store is where the engine keeps executions and documents. Who works beside the
// engine, as the scheduler does, may keep documents of a kind of their own there.
func (e *Engine) Store() store.Store { return e.store }
