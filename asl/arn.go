package asl

import "strings"

// ARN is an Amazon Resource Name: "arn:partition:service:region:account:resource".
type ARN struct {
	Partition, Service, Region, Account string
	Resource                            string // all that follows: it may have colons of its own
}

// ParseARN reads an ARN. It is false for a text that does not begin with "arn:" or
// has fewer than six parts. Any part may be empty.
func ParseARN(text string) (ARN, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ARN{}, false
	}
	return ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}, true
}

// SplitFunction parts what names a Lambda function, an ARN, a partial ARN
// ("123456789012:function:Name") or a name, after the name; the qualifier is a version
// or an alias, or empty.
func SplitFunction(function string) (name, qualifier string) {
	if _, after, ok := strings.Cut(":"+function, ":function:"); ok {
		function = after
	}
	name, qualifier, _ = strings.Cut(function, ":")
	return name, qualifier
}
