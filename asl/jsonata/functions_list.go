package jsonata

import "math"

var listFunctions = []builtin{
	{"append", "<xx:a>", 2, appendFunction},
	{"reverse", "<a:a>", 1, defined(reverse)},
	{"sort", "<af?:a>", 2, defined(sortFunction)},
	{"shuffle", "<a:a>", 1, defined(shuffle)},
	{"distinct", "<x:x>", 1, defined(distinct)},
	{"zip", "<a+>", 0, zip},
	{"exists", "<x:b>", 1, exists},
	{"boolean", "<x-:b>", 1, defined(toBoolean)},
	{"not", "<x-:b>", 1, defined(not)},
	{"type", "<x:s>", 1, defined(typeOf)},
}

// appendFunction is $append: a value that is appended to nothing stays what it is.
func appendFunction(c *call, args []datum) (datum, error) {
	return c.append(at(args, 0), at(args, 1))
}

func reverse(c *call, args []datum) (datum, error) {
	items := args[0].items()
	if len(items) <= 1 {
		return args[0], nil
	}
	reversed := make([]datum, len(items))
	for i, item := range items {
		reversed[len(items)-1-i] = item
	}
	return listOf(newArray(reversed)), c.sized(len(items))
}

func sortFunction(c *call, args []datum) (datum, error) {
	items, comparator := args[0].items(), at(args, 1)
	if len(items) <= 1 {
		return args[0], nil
	}
	after := func(a, b datum) (bool, error) {
		d, err := c.invoke(comparator, a, b)
		if err != nil {
			return false, err
		}
		return truthy(d), nil
	}
	if comparator.kind == undefined {
		if !sortable(items) {
			return nothing, &fault{code: "D3070", index: 1}
		}
		after = func(a, b datum) (bool, error) { return compareKeys(a, b) > 0, c.count(1) }
	}
	sorted, err := c.mergeSort(items, after)
	return listOf(newArray(sorted)), err
}

// sortable says whether items are all numbers or all texts.
func sortable(items []datum) bool {
	for _, item := range items {
		if item.kind != items[0].kind || item.kind != number && item.kind != text {
			return false
		}
	}
	return true
}

// truthy is what JavaScript takes for true.
func truthy(d datum) bool {
	switch d.kind {
	case undefined, null:
		return false
	case boolean, number:
		return d.num != 0 && !math.IsNaN(d.num)
	case text:
		return d.str() != ""
	}
	return true
}

// shuffle is the inside-out variant of the Fisher-Yates shuffle.
func shuffle(c *call, args []datum) (datum, error) {
	items := args[0].items()
	if len(items) <= 1 {
		return args[0], nil
	}
	shuffled := make([]datum, len(items))
	for i, item := range items {
		j := int(c.random() * float64(i+1))
		shuffled[i] = shuffled[j]
		shuffled[j] = item
	}
	return listOf(newArray(shuffled)), c.sized(len(items))
}

func distinct(c *call, args []datum) (datum, error) {
	a := args[0].arr()
	if a == nil || len(a.list()) <= 1 {
		return args[0], nil
	}
	results := &array{sequence: a.sequence}
	scalars := map[datum]bool{}
	for _, item := range a.items {
		known, err := c.isKnown(results.items, scalars, item)
		if err != nil {
			return nothing, err
		}
		if !known {
			results.push(item)
		}
	}
	return listOf(results), c.sized(len(results.items))
}

// isKnown says whether a value is among items, and remembers it if it is a scalar.
func (c *call) isKnown(items []datum, scalars map[datum]bool, d datum) (bool, error) {
	if d.kind != list && d.kind != record {
		key := datum{kind: d.kind, num: d.num, ref: d.ref}
		if d.kind == number {
			key.ref = nil
		}
		known := scalars[key]
		scalars[key] = true
		return known, c.count(1 + len(d.str())/64)
	}
	for _, item := range items {
		if same, err := c.equal(d, item, 0); err != nil || same {
			return same, err
		}
	}
	return false, nil
}

func zip(c *call, args []datum) (datum, error) {
	shortest := math.MaxInt
	for _, arg := range args {
		if arg.kind != list {
			shortest = 0
			break
		}
		shortest = min(shortest, len(arg.items()))
	}
	if len(args) == 0 {
		shortest = 0
	}
	if err := c.sized(shortest * (len(args) + 1)); err != nil {
		return nothing, err
	}
	rows := make([]datum, shortest)
	for i := range rows {
		row := make([]datum, len(args))
		for k, arg := range args {
			row[k] = arg.items()[i]
		}
		rows[i] = listOf(newArray(row))
	}
	return listOf(newArray(rows)), nil
}

func exists(_ *call, args []datum) (datum, error) {
	return booleanOf(at(args, 0).kind != undefined), nil
}

func toBoolean(c *call, args []datum) (datum, error) {
	holds, err := c.truth(args[0])
	return booleanOf(holds), err
}

func not(c *call, args []datum) (datum, error) {
	holds, err := c.truth(args[0])
	return booleanOf(!holds), err
}

var typeNames = [...]string{null: "null", boolean: "boolean", number: "number", text: "string", list: "array", record: "object", callable: "function"}

func typeOf(_ *call, args []datum) (datum, error) {
	if _, err := isNumber(args[0]); err != nil {
		return nothing, err
	}
	if args[0].kind == number && math.IsNaN(args[0].num) {
		return textOf("object"), nil // as the reference says
	}
	return textOf(typeNames[args[0].kind]), nil
}
