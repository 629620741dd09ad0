package asl

import "strings"

// Pattern is how a task waits for what it asked (service integration patterns).
type Pattern int

// The patterns.
const (
	RequestResponse Pattern = iota
	Sync                    // .sync: until the job has ended
	Sync2                   // .sync:2: the same, with the output as JSON
	Callback                // .waitForTaskToken
)

// ResourceKind tells the resources of tasks apart by the events they cause.
type ResourceKind int

// The kinds.
const (
	LambdaFunction ResourceKind = iota // the ARN of a function, or whatever is no other resource
	Activity
	Integration // arn:aws:states:::service:action
)

// Resource is what the Resource of a task names.
type Resource struct {
	Kind    ResourceKind
	ARN     string // as written
	Service string // of an integration: "lambda", "aws-sdk:s3"
	Action  string // with its suffix: "invoke.waitForTaskToken"
	Pattern Pattern
}

// ParseResource reads the Resource of a task. It never fails: what is no activity
// and no integration is taken for a function.
func ParseResource(arn string) Resource {
	parsed, _ := ParseARN(arn)
	if parsed.Service != "states" {
		return Resource{Kind: LambdaFunction, ARN: arn}
	}
	if strings.HasPrefix(parsed.Resource, "activity:") {
		return Resource{Kind: Activity, ARN: arn}
	}
	service, action := splitAction(parsed.Resource)
	if action == "" {
		return Resource{Kind: LambdaFunction, ARN: arn}
	}
	return Resource{Kind: Integration, ARN: arn, Service: service, Action: action, Pattern: patternOf(action)}
}

// splitAction parts "aws-sdk:s3:getObject" after the service, and leaves ".sync:2" whole.
func splitAction(tail string) (service, action string) {
	start := 0
	if strings.HasPrefix(tail, "aws-sdk:") {
		start = len("aws-sdk:")
	}
	i := strings.IndexByte(tail[start:], ':')
	if i < 0 {
		return "", ""
	}
	return tail[:start+i], tail[start+i+1:]
}

func patternOf(action string) Pattern {
	switch {
	case strings.HasSuffix(action, ".sync"):
		return Sync
	case strings.HasSuffix(action, ".sync:2"):
		return Sync2
	case strings.HasSuffix(action, ".waitForTaskToken"):
		return Callback
	}
	return RequestResponse
}
