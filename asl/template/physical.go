package template

import (
	"fmt"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// The one account, region and stack that made-up ARNs and names belong to.
const (
	region  = "us-east-1"
	account = "123456789012"
	stack   = "canto"
)

var pseudoParameters = map[string]string{
	"AWS::AccountId": account,
	"AWS::Partition": "aws",
	"AWS::Region":    region,
	"AWS::StackId":   "arn:aws:cloudformation:" + region + ":" + account + ":stack/" + stack + "/00000000-0000-0000-0000-000000000000",
	"AWS::StackName": stack,
	"AWS::URLSuffix": "amazonaws.com",
}

// shape is what a type of resource answers to Ref and Fn::GetAtt; NAME stands for
// its physical name.
type shape struct {
	name       string // the property that gives the physical name
	ref        string
	attributes map[string]string
}

const here = region + ":" + account + ":"

var (
	functionShape = shape{"FunctionName", "NAME", map[string]string{"Arn": "arn:aws:lambda:" + here + "function:NAME"}}
	tableShape    = shape{"TableName", "NAME", map[string]string{"Arn": "arn:aws:dynamodb:" + here + "table/NAME"}}
)

func machineShape(name string) shape {
	arn := "arn:aws:states:" + here + "stateMachine:NAME"
	return shape{name, arn, map[string]string{"Arn": arn, "Name": "NAME"}}
}

// shapes are the resources that machines commonly refer to ("Ref" and
// "Fn::GetAtt" in the reference page of each type).
var shapes = map[string]shape{
	"AWS::Serverless::Function": functionShape,
	"AWS::Lambda::Function":     functionShape,
	serverlessMachine:           machineShape("Name"),
	plainMachine:                machineShape("StateMachineName"),
	"AWS::StepFunctions::Activity": {"Name", "arn:aws:states:" + here + "activity:NAME",
		map[string]string{"Arn": "arn:aws:states:" + here + "activity:NAME", "Name": "NAME"}},
	"AWS::Serverless::SimpleTable": tableShape,
	"AWS::DynamoDB::Table":         tableShape,
	"AWS::S3::Bucket": {"BucketName", "NAME", map[string]string{"Arn": "arn:aws:s3:::NAME",
		"DomainName": "NAME.s3.amazonaws.com", "RegionalDomainName": "NAME.s3." + region + ".amazonaws.com"}},
	"AWS::SQS::Queue": {"QueueName", "https://sqs." + region + ".amazonaws.com/" + account + "/NAME",
		map[string]string{"Arn": "arn:aws:sqs:" + here + "NAME", "QueueName": "NAME",
			"QueueUrl": "https://sqs." + region + ".amazonaws.com/" + account + "/NAME"}},
	"AWS::SNS::Topic": {"TopicName", "arn:aws:sns:" + here + "NAME",
		map[string]string{"TopicArn": "arn:aws:sns:" + here + "NAME", "TopicName": "NAME"}},
	"AWS::Events::EventBus": {"Name", "NAME",
		map[string]string{"Arn": "arn:aws:events:" + here + "event-bus/NAME", "Name": "NAME"}},
	"AWS::IAM::Role": {"RoleName", "NAME", map[string]string{"Arn": "arn:aws:iam::" + account + ":role/NAME"}},
	"AWS::ECS::Cluster": {"ClusterName", "NAME",
		map[string]string{"Arn": "arn:aws:ecs:" + here + "cluster/NAME"}},
	schedulerResource: {"Name", "NAME", map[string]string{"Arn": "arn:aws:scheduler:" + here + "schedule/default/NAME"}},
	"AWS::Logs::LogGroup": {"LogGroupName", "NAME",
		map[string]string{"Arn": "arn:aws:logs:" + here + "log-group:NAME:*"}},
}

func functionARN(name string) string {
	return strings.ReplaceAll(functionShape.attributes["Arn"], "NAME", name)
}

// reference is what Ref gives.
func (e *evaluation) reference(name string, span source.Span) *source.Node {
	if name == "AWS::NoValue" {
		return noValue
	}
	if text, ok := pseudoParameters[name]; ok {
		return e.made(span, text)
	}
	if p := e.parameters[name]; p != nil {
		return e.parameter(name, p, span)
	}
	// SAM's own: the alias and version that AutoPublishAlias makes.
	if id, part, ok := strings.Cut(name, "."); ok && e.resources[id] != nil {
		return e.published(e.resources[id], part, span)
	}
	r := e.resources[name]
	if r == nil {
		return e.undefined(name, span, "parameter or resource", e.names())
	}
	s, known := shapes[r.kind]
	if !known {
		return e.qualified(r, span)
	}
	return e.filled(s.ref, r, span)
}

func (e *evaluation) attribute(id, attribute string, span source.Span) *source.Node {
	r := e.resources[id]
	if r == nil {
		return e.undefined(id, span, "resource", e.names())
	}
	if attribute == "Alias" || attribute == "Version" {
		return e.published(r, attribute, span)
	}
	pattern, known := shapes[r.kind].attributes[attribute]
	if !known {
		return e.unknown(id+"."+attribute, span, fmt.Sprintf("only a deployed stack knows %s of %s (%s)", attribute, id, r.kind))
	}
	return e.filled(pattern, r, span)
}

func (e *evaluation) filled(pattern string, r *resource, span source.Span) *source.Node {
	return e.made(span, strings.ReplaceAll(pattern, "NAME", e.physicalName(r)))
}

// names are all that Ref may name, in document order.
func (e *evaluation) names() []string {
	return append(fieldNames(e.root.Field("Resources")), fieldNames(e.root.Field("Parameters"))...)
}

// parameter is a parameter's default.
func (e *evaluation) parameter(name string, p *source.Node, span source.Span) *source.Node {
	value, kind := p.Field("Default"), ""
	if n := p.Field("Type"); n != nil {
		kind = n.Text
	}
	switch {
	case value == nil || value.Kind == source.Array || value.Kind == source.Object:
		return e.unknown(name, span, fmt.Sprintf("the parameter %s has no default", name))
	case strings.HasPrefix(kind, "AWS::SSM::"):
		return e.unknown(name, span, fmt.Sprintf("the value of the parameter %s lies in Parameter Store", name))
	case kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<"):
		items := strings.Split(value.Text, ",")
		for i := range items {
			items[i] = strings.TrimSpace(items[i])
		}
		return e.texts(span, items)
	}
	return e.made(span, value.Text)
}

// qualified is Ref of the versions and aliases of functions; of other types only
// AWS knows it.
func (e *evaluation) qualified(r *resource, span source.Span) *source.Node {
	function := r.properties.Field("FunctionName")
	if function == nil || r.kind != "AWS::Lambda::Alias" && r.kind != "AWS::Lambda::Version" {
		return e.unknown(r.id, span, fmt.Sprintf("only a deployed stack knows the name of %s (%s)", r.id, r.kind))
	}
	qualifier := "1"
	if r.kind == "AWS::Lambda::Alias" && r.properties.Field("Name") != nil {
		qualifier = e.text(r.properties.Field("Name"))
	}
	name, _ := asl.SplitFunction(e.text(function))
	return e.made(span, functionARN(name)+":"+qualifier)
}

func (e *evaluation) published(r *resource, part string, span source.Span) *source.Node {
	alias := r.properties.Field("AutoPublishAlias")
	switch {
	case alias == nil || part != "Alias" && part != "Version":
		return e.unknown(r.id+"."+part, span, fmt.Sprintf("%s has no %s", r.id, part))
	case part == "Version":
		return e.made(span, functionARN(e.physicalName(r))+":1")
	}
	return e.made(span, functionARN(e.physicalName(r))+":"+e.text(alias))
}

// physicalName is the name that the template gives to a resource, else its logical
// ID, in the spelling that its service allows.
func (d *document) physicalName(r *resource) string {
	name := r.id
	if r.kind == "AWS::S3::Bucket" {
		name = strings.ToLower(name)
	}
	if d.resolving[r.id] {
		return name
	}
	d.resolving[r.id] = true
	defer delete(d.resolving, r.id)
	if given, ok := d.text(r.properties.Field(shapes[r.kind].name)); ok && given != "" {
		return given
	}
	return name
}
