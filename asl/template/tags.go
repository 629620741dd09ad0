package template

import (
	"fmt"

	"canto/asl/source"
)

// Tag is a tag of a machine.
type Tag struct{ Key, Value string }

// tags are those that the template gives the resource: to SAM a map, to CloudFormation a
// list of keys and values. A tag that only a deployed stack knows is absent.
func (d *document) tags(r *resource) []Tag {
	n := r.properties.Field("Tags")
	if n == nil {
		return nil
	}
	d.checkProperties(r, "Tags")
	n = d.shape(n)
	var all []Tag
	add := func(key string, v *source.Node) {
		if text, known := d.text(v); known {
			all = append(all, Tag{key, text})
		}
	}
	switch {
	case n == noValue:
	case n.Kind == source.Object && r.kind == serverlessMachine:
		for _, m := range n.Members {
			add(m.Name, m.Value)
		}
	case n.Kind == source.Array && r.kind != serverlessMachine:
		for _, item := range n.Items {
			item = d.shape(item)
			if key := d.quietText(item.Field("Key")); key != "" {
				add(key, item.Field("Value"))
			}
		}
	default:
		d.report(source.Diagnostic{
			Code: codeSchema, Location: r.location("Tags"), Span: n.Span,
			Message: fmt.Sprintf("the Tags of %s are %s, and these are %s", r.kind, tagForms[r.kind], n.Kind),
		})
	}
	return all
}

// tagForms are the forms in which resources take their tags.
var tagForms = map[string]string{
	serverlessMachine: "an object of keys and values",
	plainMachine:      "a list of objects with Key and Value",
}

// shape is what an intrinsic function gives; what stands in another value waits until it
// is asked for.
func (d *document) shape(n *source.Node) *source.Node {
	if !isIntrinsic(n) {
		return n
	}
	e := evaluation{document: d}
	return e.eval(n)
}
