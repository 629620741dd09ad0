package handlers

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"canto/asl/value"
)

// requestID is a UUID made of a digest: of version 4, as the service's ids.
func requestID(sum [sha256.Size]byte) string { return value.UUID(4, [16]byte(sum[:])) }

// digest is of what tells the call from all others, so that each run of an
// execution makes the same ids.
func digest(c Call) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %q %d %d", c.Machine, c.Execution, c.Path, c.State, c.Resource, c.Visit, c.Attempt))
}

// functionARN is the ARN of a function that exists nowhere: an ARN as it is,
// without its version, a name under Step Functions Local's account and region.
func functionARN(function string) string {
	if strings.HasPrefix(function, "arn:") {
		return unqualified(function)
	}
	return "arn:aws:lambda:us-east-1:123456789012:function:" + functionName(function)
}
