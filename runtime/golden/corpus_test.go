package golden_test

import (
	"testing"

	"canto/runtime/golden"
)

func TestCorpus(t *testing.T) {
	golden.Test(t, "../../testdata/traces", nil)
}
