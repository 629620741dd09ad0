package storetest_test

import (
	"testing"

	"canto/runtime/store"
	"canto/runtime/store/memory"
	"canto/runtime/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return &memory.Store{} })
}
