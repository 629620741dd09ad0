package jsonata

import "math"

var objectFunctions = []builtin{
	{"keys", "<x-:a<s>>", 1, keys},
	{"lookup", "<x-s:x>", 2, lookupFunction},
	{"spread", "<x-:a<o>>", 1, spreadFunction},
	{"merge", "<a<o>:o>", 1, defined(merge)},
	{"clone", "<(oa)-:o>", 1, defined(clone)},
	{"error", "<s?:x>", 1, errorFunction},
	{"assert", "<bs?:x>", 2, assert},
}

func keys(c *call, args []datum) (datum, error) {
	merged := &object{}
	if err := c.collectKeys(merged, at(args, 0), 0); err != nil {
		return nothing, err
	}
	results := newSequence()
	for _, f := range merged.fields {
		results.push(textOf(f.name))
	}
	return listOf(results), c.sized(len(results.items))
}

func (c *call) collectKeys(merged *object, d datum, depth int) error {
	if depth > depthLimit {
		return errDepth
	}
	switch d.kind {
	case record:
		for _, f := range d.obj().list() {
			merged.set(f.name, trueDatum)
		}
		return c.count(len(d.obj().fields))
	case list:
		for _, item := range d.items() {
			if err := c.collectKeys(merged, item, depth+1); err != nil {
				return err
			}
		}
		return c.count(len(d.items()))
	}
	return nil
}

func lookupFunction(c *call, args []datum) (datum, error) {
	return c.lookupField(at(args, 0), at(args, 1).str(), 0)
}

func spreadFunction(c *call, args []datum) (datum, error) { return c.spread(at(args, 0), 0) }

// spread makes an object of each field. What is no object stays what it is.
func (c *call) spread(d datum, depth int) (datum, error) {
	if depth > depthLimit {
		return nothing, errDepth
	}
	switch d.kind {
	case record:
		results := newSequence()
		for _, f := range d.obj().list() {
			results.push(recordOf(&object{fields: []field{f}}))
		}
		return listOf(results), c.sized(len(results.items))
	case list:
		results := newSequence()
		for _, item := range d.items() {
			inner, err := c.spread(item, depth+1)
			if err != nil {
				return nothing, err
			}
			if inner.kind == undefined {
				continue
			}
			results.items = append(results.items, inner.items()...)
			results.sequence = false // as in the reference, what is appended to is no sequence
			if len(results.items) > c.limits.Items {
				return nothing, errMemory
			}
		}
		return listOf(results), c.count(len(d.items()))
	}
	return d, nil
}

func merge(c *call, args []datum) (datum, error) {
	result := &object{}
	for _, item := range args[0].items() {
		fields := fieldsOf(item)
		if err := c.sized(len(fields)); err != nil {
			return nothing, err
		}
		for _, f := range fields {
			result.set(f.name, f.data)
		}
	}
	return recordOf(result), c.count(len(args[0].items()))
}

// clone is a deep copy by way of JSON: numbers have 15 digits, functions are empty texts.
func clone(c *call, args []datum) (datum, error) { return c.copy(args[0], 0) }

func (c *call) copy(d datum, depth int) (datum, error) {
	if depth > depthLimit {
		return nothing, errDepth
	}
	if err := c.count(1); err != nil {
		return nothing, err
	}
	switch d.kind {
	case number:
		return copyNumber(d)
	case callable:
		return textOf(""), nil
	case undefined:
		return nullDatum, nil
	case list:
		if a := d.arr(); a.outer {
			return c.copy(a.items[0], depth)
		}
		items := make([]datum, len(d.items()))
		for i, item := range d.items() {
			var err error
			if items[i], err = c.copy(item, depth+1); err != nil {
				return nothing, err
			}
		}
		return listOf(newArray(items)), c.sized(len(items))
	case record:
		return c.copyRecord(d.obj(), depth+1)
	}
	return d, nil
}

func copyNumber(d datum) (datum, error) {
	if ok, err := isNumber(d); !ok || err != nil {
		return nullDatum, err
	}
	if f := to15Digits(d.num); f != d.num {
		return numberOf(f), nil
	}
	return d, nil
}

func (c *call) copyRecord(o *object, depth int) (datum, error) {
	fields := make([]field, 0, len(o.list()))
	for _, f := range o.fields {
		if f.data.kind == undefined {
			continue
		}
		d, err := c.copy(f.data, depth)
		if err != nil {
			return nothing, err
		}
		fields = append(fields, field{f.name, d})
	}
	return recordOf(&object{fields: fields}), c.sized(len(fields))
}

func errorFunction(_ *call, args []datum) (datum, error) {
	return nothing, &fault{code: "D3137", message: orText(at(args, 0), "$error() function evaluated")}
}

func assert(_ *call, args []datum) (datum, error) {
	if at(args, 0).isTrue() {
		return nothing, nil
	}
	return nothing, &fault{code: "D3141", message: orText(at(args, 1), "$assert() statement failed")}
}

func orText(d datum, otherwise string) string {
	if d.str() == "" {
		return otherwise
	}
	return d.str()
}

// random is a number from 0 up to, but not including, 1.
func (m *machine) random() float64 { return fraction(m.bits()) }

func (m *machine) bits() uint64 {
	if m.env.Random == nil {
		return 0
	}
	return m.env.Random()
}

func fraction(bits uint64) float64 { return math.Ldexp(float64(bits>>11), -53) }
