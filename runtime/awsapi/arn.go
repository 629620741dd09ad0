package awsapi

import (
	"slices"
	"strings"

	"canto/asl"
	"canto/asl/value"
)

// resourceTypes are the types of resources that the ARN in a member may be of.
var resourceTypes = map[string][]string{
	"activityArn":            {"activity"},
	"executionArn":           {"execution"},
	"mapRunArn":              {"mapRun"},
	"stateMachineAliasArn":   {"stateMachine"},
	"stateMachineArn":        {"stateMachine"},
	"stateMachineVersionArn": {"stateMachine"},
	"resourceArn":            {"stateMachine", "activity"},
}

// checkARNs refuses what is no ARN, or one of another type of resource.
func checkARNs(root shape, input value.Value) error {
	for _, m := range root.members {
		want := resourceTypes[m.name]
		if want == nil {
			continue
		}
		field, _ := input.Field(m.name)
		arn, _ := field.AsString()
		if arn == "" {
			continue
		}
		if !strings.HasPrefix(arn, "arn:") {
			return invalidARN("Invalid ARN prefix: %s", arn)
		}
		if got := resourceType(arn); !slices.Contains(want, got) {
			return invalidARN("Resource type not valid in this context: %s", got)
		}
	}
	return nil
}

// resourceType is the type of resource that an ARN names, in its sixth part.
func resourceType(arn string) string {
	parsed, _ := asl.ParseARN(arn)
	kind, _, named := strings.Cut(parsed.Resource, ":")
	if !named {
		return ""
	}
	return kind
}
