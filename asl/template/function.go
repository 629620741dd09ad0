package template

import (
	"path"
	"slices"
	"strings"

	"canto/asl"
	"canto/asl/source"
)

// Function is a Lambda function of the template.
type Function struct {
	LogicalID   string
	Name        string // its FunctionName, else the logical ID
	ARN         string // deterministic: arn:aws:lambda:us-east-1:123456789012:function:<Name>
	CodeURI     string // folder or archive as written, or s3://bucket/key
	Handler     string
	Runtime     string
	Environment map[string]string // a value that the template alone cannot give is absent
	Span        source.Span
}

// Function finds the function that a resource of a Task means: by its ARN, whole
// or from the account on, with or without version or alias; by its
// FunctionName; by its logical ID; or by the last element of its CodeUri, where no
// other function has the same.
func (t *Template) Function(resource string) (Function, bool) {
	i, found := t.names[resource]
	if !found {
		name, _ := asl.SplitFunction(resource)
		i, found = t.names[name]
	}
	if !found {
		return Function{}, false
	}
	return t.Functions[i], true
}

// Names are the names under which f may be registered: FunctionName, logical ID
// and the last element of CodeUri, without those that mean another function.
func (t *Template) Names(f Function) []string {
	var names []string
	for _, name := range []string{f.Name, f.LogicalID, codeName(f.CodeURI)} {
		i, found := t.names[name]
		if found && t.Functions[i].LogicalID == f.LogicalID && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// index maps names to functions. A FunctionName goes before a logical ID, and
// that before a folder; a folder that several functions share names none of them.
func index(functions []Function) map[string]int {
	names := make(map[string]int)
	claim := func(name string, i int) {
		if _, taken := names[name]; !taken && name != "" {
			names[name] = i
		}
	}
	folders := make(map[string]int)
	for i, f := range functions {
		if f.Name != f.LogicalID {
			claim(f.Name, i)
		}
		folders[codeName(f.CodeURI)]++
	}
	for i, f := range functions {
		claim(f.LogicalID, i)
	}
	for i, f := range functions {
		if name := codeName(f.CodeURI); folders[name] == 1 {
			claim(name, i)
		}
	}
	return names
}

// codeName is the last element of a CodeUri, without the extension of an archive.
func codeName(uri string) string {
	name := path.Base(path.Clean(uri))
	if uri == "" || name == "." || name == ".." || name == "/" {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(name, ".zip"), ".jar")
}

func (d *document) functions() []Function {
	var list []Function
	for _, r := range d.deployed("AWS::Serverless::Function", "AWS::Lambda::Function") {
		list = append(list, d.function(r))
	}
	return list
}

func (d *document) function(r *resource) Function {
	d.checkProperties(r, "FunctionName", "CodeUri", "Code", "Handler", "Runtime")
	f := Function{
		LogicalID:   r.id,
		Name:        d.physicalName(r),
		Handler:     d.quietText(d.functionField(r, "Handler")),
		Runtime:     d.quietText(d.functionField(r, "Runtime")),
		CodeURI:     d.codeURI(r),
		Environment: make(map[string]string),
		Span:        r.span,
	}
	f.ARN = functionARN(f.Name)
	// A function's own variables come after the global ones and win.
	for _, variables := range []*source.Node{
		d.root.Field("Globals").Field("Function").Field("Environment").Field("Variables"),
		r.properties.Field("Environment").Field("Variables"),
	} {
		if variables == nil {
			continue
		}
		for _, m := range variables.Members {
			if text, ok := d.text(m.Value); ok {
				f.Environment[m.Name] = text
			}
		}
	}
	return f
}

// functionField is a property of a function, or what SAM's Globals say instead.
func (d *document) functionField(r *resource, name string) *source.Node {
	if n := r.properties.Field(name); n != nil || r.kind != "AWS::Serverless::Function" {
		return n
	}
	return d.root.Field("Globals").Field("Function").Field(name)
}

func (d *document) codeURI(r *resource) string {
	code := d.functionField(r, "CodeUri")
	if r.kind == "AWS::Lambda::Function" {
		code = r.properties.Field("Code")
	}
	return d.location(code)
}

// location is the text of a path, or of an object in S3 in any of its spellings:
// {Bucket, Key} of SAM, {S3Bucket, S3Key} of CloudFormation.
func (d *document) location(n *source.Node) string {
	if n == nil || n.Kind != source.Object || isIntrinsic(n) {
		return d.quietText(n)
	}
	for _, prefix := range []string{"", "S3"} {
		key := d.quietText(n.Field(prefix + "Key"))
		if key != "" {
			return "s3://" + d.quietText(n.Field(prefix+"Bucket")) + "/" + key
		}
	}
	return ""
}
