package interp

import (
	"canto/asl"
	"canto/asl/query"
)

// Reader says where the items of a Map Run come from, as the state's ItemReader has
// it once its expressions are evaluated.
type Reader struct {
	Action    string // "getObject" or "listObjectsV2"
	Arguments value  // Bucket, Key, Prefix
	Config    value  // ReaderConfig; null where there is none
	MaxItems  int64  // 0: all; a negative one fails the Map Run
}

// Batching says how items are put together for one child.
type Batching struct {
	Items int64 // at most that many; 0: any number
	Bytes int64 // of the child's input, at most; 0: any size
	Input *value
}

// Writer says where the results of a Map Run go, and how they look.
type Writer struct {
	Arguments      value  // Bucket, Prefix; null: into the state's result
	Transformation string // NONE, COMPACT or FLATTEN; empty: not said
	OutputType     string // JSON or JSONL; empty: not said
}

// part is a member of a field that the tree keeps whole, or nil.
func part(t *asl.Template, name string) *asl.Template {
	if t == nil {
		return nil
	}
	x, ok := t.Value.Field(name)
	if !ok {
		return nil
	}
	p := &asl.Template{Value: x}
	if t.Node != nil {
		p.Node = t.Node.Field(name)
	}
	return p
}

// first is the first of the members that is there, or nil.
func first(t *asl.Template, names ...string) *asl.Template {
	for _, name := range names {
		if p := part(t, name); p != nil {
			return p
		}
	}
	return nil
}

func text(x value, field string) string {
	f, _ := x.Field(field)
	s, _ := f.AsString()
	return s
}

// amountIn is an amount in a field that the tree keeps whole, and that stands at place.
func (c *compiler) amountIn(place string, t *asl.Template, field string) amount {
	var fixed *asl.Scalar
	var path *asl.Path
	if p := part(t, field); p != nil {
		fixed = &asl.Scalar{Value: p.Value, Span: spanOf(p.Node)}
	}
	if p := part(t, field+"Path"); p != nil {
		path = &asl.Path{Text: plain(p.Value), Span: spanOf(p.Node)}
	}
	if c.language == asl.JSONata {
		field = place + "/" + field
	}
	return c.amount(field, fixed, path)
}

type itemReader struct {
	action    string
	arguments query.Expr
	config    query.Expr
	max       amount
}

func (c *compiler) itemReader(t *asl.Template) *itemReader {
	if t == nil {
		return nil
	}
	config := part(t, "ReaderConfig")
	return &itemReader{
		action:    asl.ParseResource(text(t.Value, "Resource")).Action,
		arguments: c.template("ItemReader/Arguments", first(t, "Parameters", "Arguments")),
		config:    c.template("ItemReader/ReaderConfig", config),
		max:       c.amountIn("ItemReader/ReaderConfig", config, "MaxItems"),
	}
}

func (r *itemReader) of(v *visit, in value) (*Reader, error) {
	if r == nil {
		return nil, nil
	}
	out := &Reader{Action: r.action}
	var err error
	if out.MaxItems, err = r.max.integer(v, in); err != nil {
		return nil, err
	}
	if out.Arguments, err = v.eval(r.arguments, in); err != nil {
		return nil, err
	}
	if r.config != nil {
		out.Config, err = v.eval(r.config, in)
	}
	return out, err
}

type itemBatcher struct {
	items amount
	bytes amount
	input query.Expr // nil: none
}

func (c *compiler) itemBatcher(t *asl.Template) *itemBatcher {
	if t == nil {
		return nil
	}
	return &itemBatcher{
		items: c.amountIn("ItemBatcher", t, "MaxItemsPerBatch"),
		bytes: c.amountIn("ItemBatcher", t, "MaxInputBytesPerBatch"),
		input: c.template("ItemBatcher/BatchInput", part(t, "BatchInput")),
	}
}

func (b *itemBatcher) of(v *visit, in value) (*Batching, error) {
	if b == nil {
		return nil, nil
	}
	out := &Batching{}
	var err error
	if out.Items, err = b.items.of(v, in); err != nil {
		return nil, err
	}
	if out.Bytes, err = b.bytes.of(v, in); err != nil {
		return nil, err
	}
	if !v.x.NoLimits && (out.Bytes == 0 || out.Bytes > MaxPayload) {
		out.Bytes = MaxPayload
	}
	if b.input != nil {
		var x value
		x, err = v.eval(b.input, in)
		out.Input = &x
	}
	return out, err
}

type resultWriter struct {
	arguments query.Expr // nil: none
	config    query.Expr
}

func (c *compiler) resultWriter(t *asl.Template) *resultWriter {
	if t == nil {
		return nil
	}
	return &resultWriter{
		arguments: c.template("ResultWriter/Arguments", first(t, "Parameters", "Arguments")),
		config:    c.template("ResultWriter/WriterConfig", part(t, "WriterConfig")),
	}
}

func (w *resultWriter) of(v *visit, in value) (*Writer, error) {
	if w == nil {
		return nil, nil
	}
	out := &Writer{}
	if w.arguments != nil {
		x, err := v.eval(w.arguments, in)
		if err != nil {
			return nil, err
		}
		out.Arguments = x
	}
	if w.config != nil {
		config, err := v.eval(w.config, in)
		if err != nil {
			return nil, err
		}
		out.Transformation, out.OutputType = text(config, "Transformation"), text(config, "OutputType")
	}
	return out, nil
}
