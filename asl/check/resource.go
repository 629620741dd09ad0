package check

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"canto/asl"
	"canto/asl/source"
	"canto/asl/value"
)

var credentialsShape = &shape{
	what:   "Credentials",
	fields: map[string]field{"RoleArn": {task, anyLanguage, evaluated(text)}, "RoleArn.$": {task, pathOnly, pathOrStringIntrinsic}},
}

// credentials judges the Credentials of a task. As recorded, without a role
// nothing else in them is worth a word.
func credentials(c *checker, f spot) {
	if f.node.Kind == source.Object && !f.node.Has("RoleArn") && !f.node.Has("RoleArn.$") {
		c.missing(f, "The field 'RoleArn' is required but was missing", advices["RoleArn"])
		return
	}
	c.object(f, credentialsShape)
}

// notRecognized is what the service says of a Resource that it does not know.
func notRecognized(text string) string {
	return fmt.Sprintf("The resource provided %s is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.", text)
}

var (
	openPlaceholder = regexp.MustCompile(`\$\{[A-Za-z0-9_.:-]+\}`)
	functionARN     = regexp.MustCompile(`^function:[A-Za-z0-9-_]+(:(\$LATEST|[A-Za-z0-9-_]+))?$`)
	sdkAction       = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
)

// resource judges the Resource of a task. A name that is no ARN is not refused:
// it may stand for a function that is registered, or still to be filled in.
func resource(c *checker, f spot) {
	if f.node.Kind != source.String {
		c.wrongType(f, "a STRING")
		return
	}
	// An open placeholder stands for a word of an ARN, or for all of it.
	arn := openPlaceholder.ReplaceAllString(f.node.Text, "X")
	switch {
	case strings.Contains(arn, "${"):
		c.fail(f, notRecognized(f.node.Text), "close the placeholder: ${Name}")
	case !strings.HasPrefix(arn, "arn:"):
		if arn == f.node.Text {
			c.noARN(f)
		}
	default:
		c.arn(f, arn)
		c.express(f, asl.ParseResource(arn))
	}
}

func (c *checker) noARN(f spot) {
	if f.node.Text == "" {
		c.fail(f, "Value cannot be empty", advices["Resource"])
		return
	}
	c.warn(f, codeSchema, notRecognized(f.node.Text),
		`put in the ARN of the Lambda function (arn:aws:lambda:<region>:<account>:function:<name>) or a placeholder for it ("${FunctionArn}")`)
}

// arn judges an ARN, in which no placeholder is left.
func (c *checker) arn(f spot, arn string) {
	parsed, whole := asl.ParseARN(arn)
	if !whole || parsed.Partition == "" {
		c.fail(f, notRecognized(f.node.Text), "an ARN has six parts: arn:aws:lambda:<region>:<account>:function:<name>")
		return
	}
	switch service, rest := parsed.Service, parsed.Resource; {
	case service == "lambda" && functionARN.MatchString(rest):
	case service == "lambda":
		c.fail(f, notRecognized(f.node.Text), "the ARN of a function ends in function:<name>, or function:<name>:<version or alias>")
	case service != "states":
		c.warn(f, codeSchema, notRecognized(f.node.Text), "a Task calls a Lambda function, an activity or a service integration (arn:aws:states:::<service>:<action>)")
	case strings.HasPrefix(rest, "activity:") && rest != "activity:":
	default:
		if help := integrationHelp(asl.ParseResource(arn)); help != "" {
			c.fail(f, notRecognized(f.node.Text), help)
		}
	}
}

// express reports what an Express workflow cannot wait for.
func (c *checker) express(f spot, r asl.Resource) {
	if !f.state.scope.express {
		return
	}
	what := ""
	switch {
	case r.Kind == asl.Activity:
		what = "Activity ARN"
	case r.Pattern == asl.Sync || r.Pattern == asl.Sync2:
		what = "'.sync' service integration"
	case r.Pattern == asl.Callback:
		what = "'.waitForTaskToken' service integration " // the blank at its end was recorded
	default:
		return
	}
	c.fail(f, "Express state machine does not support "+what, "make it a Standard workflow, or ask and wait by yourself")
}

// integrationHelp says what is wrong with a service integration, or "".
func integrationHelp(r asl.Resource) string {
	if r.Kind != asl.Integration {
		return "a service integration is written arn:aws:states:::<service>:<action>"
	}
	action, suffix := r.Action, ""
	for _, s := range []string{".sync:2", ".sync", ".waitForTaskToken"} {
		if strings.HasSuffix(action, s) {
			action, suffix = strings.TrimSuffix(action, s), s
			break
		}
	}
	if sdk, ok := strings.CutPrefix(r.Service, "aws-sdk:"); ok {
		return sdkHelp(sdk, action, suffix)
	}
	actions, ok := integrations[r.Service]
	if !ok {
		return or(didYouMean(r.Service, keys(integrations)), fmt.Sprintf("no service integration is called %q; any API of AWS can be called as aws-sdk:<service>:<action>", r.Service))
	}
	patterns, ok := actions[action]
	if !ok {
		return or(didYouMean(action, keys(actions)), fmt.Sprintf("%s has these: %s; others can be called as aws-sdk:%s:<action>", r.Service, strings.Join(keys(actions), ", "), r.Service))
	}
	if !strings.Contains(patterns, suffixes[suffix]) {
		return fmt.Sprintf("%s:%s does not support %s", r.Service, action, suffix)
	}
	return ""
}

func sdkHelp(service, action, suffix string) string {
	switch {
	case service == "" || !sdkAction.MatchString(action):
		return "it is written arn:aws:states:::aws-sdk:<service>:<action>, the action in camelCase: aws-sdk:s3:getObject"
	case strings.HasPrefix(suffix, ".sync"):
		return "integrations of the SDK do not support " + suffix
	}
	return ""
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func keys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// oneOfActions takes the resources of a Map's reader and writer.
func oneOfActions(actions ...string) judge {
	return func(c *checker, f spot) {
		if f.node.Kind != source.String {
			c.wrongType(f, "a STRING")
			return
		}
		arn := openPlaceholder.ReplaceAllString(f.node.Text, "X")
		if parsed, whole := asl.ParseARN(arn); whole && slices.Contains(actions, parsed.Resource) || arn == "X" {
			return
		}
		c.fail(f, notRecognized(f.node.Text), fmt.Sprintf("this is one of: arn:aws:states:::%s", strings.Join(actions, ", arn:aws:states:::")))
	}
}

// heartbeat keeps the heartbeat of a task shorter than its timeout.
func (c *checker) heartbeat(f spot) {
	beat, ok := f.field("HeartbeatSeconds")
	timeout, both := f.field("TimeoutSeconds")
	if !ok || !both || beat.node.Kind != source.Number || timeout.node.Kind != source.Number {
		return
	}
	if value.Compare(value.Number(beat.node.Text), value.Number(timeout.node.Text)) >= 0 {
		c.fail(beat, "The value for the field 'HeartbeatSeconds' must be smaller than TimeoutSeconds", fmt.Sprintf("TimeoutSeconds is %s here", timeout.node.Text))
	}
}

// callbackToken warns of a task that waits for a callback but gives its token to
// nobody.
func (c *checker) callbackToken(f spot) {
	resource, ok := f.field("Resource")
	if !ok || !strings.HasSuffix(resource.node.Text, ".waitForTaskToken") {
		return
	}
	for _, name := range []string{"Parameters", "Arguments"} {
		if m := f.node.Member(name); m != nil && mentionsToken(m.Value) {
			return
		}
	}
	token := `"TaskToken.$": "$$.Task.Token"`
	if f.jsonata() {
		token = `"TaskToken": "{% $states.context.Task.Token %}"`
	}
	c.warn(resource, codeSchema, "The task waits for its token, but gives it to nobody", "pass it on, for instance by "+token)
}

// mentionsToken says whether the token, or all of the context, is in a template.
func mentionsToken(n *source.Node) bool {
	if n.Kind == source.String || n.Kind == source.Unknown {
		text := strings.ReplaceAll(n.Text, " ", "")
		return strings.Contains(text, "Task.Token") || strings.Contains(text, "['Token']") || text == "$$" || text == "$$.Task" || strings.Contains(text, "$states.context%}")
	}
	for _, item := range n.Items {
		if mentionsToken(item) {
			return true
		}
	}
	for _, m := range n.Members {
		if mentionsToken(m.Value) {
			return true
		}
	}
	return false
}
