package jsonata

import "canto/asl/value"

// export returns a result as a value. What comes from the input untouched is
// returned as it was written; other numbers as the service writes them.
func (m *machine) export(d datum) (value.Value, Outcome, error) {
	if d.kind == undefined {
		return value.Value{}, Undefined, nil
	}
	x := exporter{machine: m}
	v, err := x.value(d, 0)
	if x.function {
		return value.Value{}, Unsupported, err
	}
	return v, Defined, err
}

type exporter struct {
	*machine
	function bool // there is one in the result
	values   int
}

func (x *exporter) value(d datum, depth int) (value.Value, error) {
	if x.values++; x.values > 2*x.limits.Items {
		return value.Value{}, errMemory
	}
	if depth > depthLimit {
		return value.Value{}, errDepth
	}
	switch d.kind {
	case boolean:
		return value.Of(d.isTrue()), nil
	case number:
		if literal, ok := d.ref.(value.Value); ok {
			return literal, nil
		}
		return value.Of(d.num), nil
	case text:
		return value.String(d.str()), x.written(len(d.str()))
	case list:
		return x.list(d.arr(), depth+1)
	case record:
		return x.record(d.obj(), depth+1)
	case callable:
		x.function = true
	}
	return value.Value{}, nil
}

func (x *exporter) list(a *array, depth int) (value.Value, error) {
	if a.src != (value.Value{}) {
		return a.src.Compact(), x.written(a.src.Size())
	}
	if a.outer {
		return x.value(a.items[0], depth)
	}
	items := make([]value.Value, len(a.items))
	for i, item := range a.items {
		v, err := x.value(item, depth)
		if err != nil {
			return v, err
		}
		items[i] = v
	}
	return value.Array(items), nil
}

func (x *exporter) record(o *object, depth int) (value.Value, error) {
	if o.src != (value.Value{}) {
		return o.src.Compact(), x.written(o.src.Size())
	}
	members := make([]value.Member, 0, len(o.fields))
	for _, f := range o.fields {
		if f.data.kind == undefined {
			continue
		}
		v, err := x.value(f.data, depth)
		if err != nil {
			return v, err
		}
		members = append(members, value.Member{Name: f.name, Value: v})
	}
	return value.NewObject(members...), nil
}
