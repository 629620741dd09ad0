package jsonata

var higherFunctions = []builtin{
	{"map", "<af>", 2, defined(mapFunction)},
	{"filter", "<af>", 2, defined(filterFunction)},
	{"single", "<af?>", 2, defined(single1)},
	{"reduce", "<afj?:j>", 3, defined(reduce)},
	{"sift", "<o-f?:o>", 2, sift},
	{"each", "<o-f:a>", 2, each},
}

func mapFunction(c *call, args []datum) (datum, error) {
	f := at(args, 1)
	items := args[0].items()
	results := &array{sequence: true, items: make([]datum, 0, len(items))}
	for i, item := range items {
		d, err := c.item(f, item, numberOf(float64(i)), args[0])
		if err != nil {
			return nothing, err
		}
		if d.kind != undefined {
			results.push(d)
		}
	}
	return listOf(results), c.sized(len(items))
}

func filterFunction(c *call, args []datum) (datum, error) {
	f := at(args, 1)
	results := newSequence()
	for i, item := range args[0].items() {
		keep, err := c.holds(f, item, numberOf(float64(i)), args[0])
		if err != nil {
			return nothing, err
		}
		if keep {
			results.push(item)
		}
	}
	return listOf(results), c.sized(len(results.items))
}

// holds says whether a function gives a true value.
func (c *call) holds(f datum, args ...datum) (bool, error) {
	d, err := c.item(f, args...)
	if err != nil {
		return false, err
	}
	return c.truth(d)
}

// single1 is $single: the only item for which a function holds.
func single1(c *call, args []datum) (datum, error) {
	f := at(args, 1)
	result, matches := nothing, 0
	for i, item := range args[0].items() {
		if f.kind == callable {
			match, err := c.holds(f, item, numberOf(float64(i)), args[0])
			if err != nil {
				return nothing, err
			}
			if !match {
				continue
			}
		}
		if matches++; matches > 1 {
			return nothing, &fault{code: "D3138", index: i}
		}
		result = item
	}
	if matches == 0 {
		return nothing, &fault{code: "D3139"}
	}
	return result, c.count(len(args[0].items()))
}

func reduce(c *call, args []datum) (datum, error) {
	items, f, result := args[0].items(), at(args, 1), at(args, 2)
	arity := 0
	if g := f.fn(); g != nil {
		arity = g.arity
	}
	if arity < 2 {
		return nothing, &fault{code: "D3050", index: 1}
	}
	first := 0
	if result.kind == undefined && len(items) > 0 {
		result, first = items[0], 1
	}
	for i := first; i < len(items); i++ {
		all := []datum{result, items[i], numberOf(float64(i)), args[0]}
		var err error
		if result, err = c.invoke(f, all[:min(arity, 4)]...); err != nil {
			return nothing, err
		}
	}
	return result, c.count(len(items))
}

// fieldsOf are the fields of an object, and those of the items of a list by their positions.
func fieldsOf(d datum) []field {
	switch d.kind {
	case record:
		return d.obj().list()
	case list:
		fields := make([]field, len(d.items()))
		for i, item := range d.items() {
			fields[i] = field{formatNumber(float64(i)), item}
		}
		return fields
	}
	return nil
}

func sift(c *call, args []datum) (datum, error) {
	f, result := at(args, 1), &object{}
	for _, x := range fieldsOf(at(args, 0)) {
		keep, err := c.holds(f, x.data, textOf(x.name), args[0])
		if err != nil {
			return nothing, err
		}
		if keep {
			result.fields = append(result.fields, x)
		}
	}
	if len(result.fields) == 0 {
		return nothing, nil
	}
	return recordOf(result), c.sized(len(result.fields))
}

func each(c *call, args []datum) (datum, error) {
	f, results := at(args, 1), newSequence()
	for _, x := range fieldsOf(at(args, 0)) {
		d, err := c.item(f, x.data, textOf(x.name), args[0])
		if err != nil {
			return nothing, err
		}
		if d.kind != undefined {
			results.push(d)
		}
	}
	return listOf(results), c.sized(len(results.items))
}
