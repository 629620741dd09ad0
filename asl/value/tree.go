package value

import "iter"

// Object is an object of a full tree: its values are trees. It keeps the order
// of its keys and never changes; it has the methods of ojg's jp.Keyed, of which
// those that would change it do nothing.
type Object struct {
	keys   []string
	values []any
	index  map[string]int // of large objects
}

// makeObject returns the object of n keys, which field gives in order. Keys must
// differ.
func makeObject(n int, field func(i int) (key string, tree any)) *Object {
	o := &Object{keys: make([]string, n), values: make([]any, n)}
	for i := range n {
		o.keys[i], o.values[i] = field(i)
	}
	if n > searchLimit {
		o.index = make(map[string]int, n)
		for i, key := range o.keys {
			o.index[key] = i
		}
	}
	return o
}

// Len returns the number of keys.
func (o *Object) Len() int { return len(o.keys) }

// Keys returns the keys in document order. The slice is shared: do not change it.
func (o *Object) Keys() []string { return o.keys }

// All ranges over keys and values in document order.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, key := range o.keys {
			if !yield(key, o.values[i]) {
				return
			}
		}
	}
}

// ValueForKey returns the tree of the field key.
func (o *Object) ValueForKey(key string) (tree any, has bool) {
	if o.index != nil {
		i, ok := o.index[key]
		if !ok {
			return nil, false
		}
		return o.values[i], true
	}
	for i, k := range o.keys {
		if k == key {
			return o.values[i], true
		}
	}
	return nil, false
}

// SetValueForKey does nothing: objects never change.
func (*Object) SetValueForKey(string, any) {}

// RemoveValueForKey does nothing: objects never change.
func (*Object) RemoveValueForKey(string) {}

// Tree returns the whole value parsed: nil, bool, string, Number, []any or
// *Object. It is kept, and shared: do not change it.
func (v Value) Tree() any {
	n := v.n()
	switch n.kind {
	case NullKind:
		return nil
	case BoolKind:
		b, _ := v.AsBool()
		return b
	}
	c := n.lazy()
	if t := c.tree.Load(); t != nil {
		return *t
	}
	tree := v.grow()
	c.tree.Store(&tree)
	return tree
}

func (v Value) grow() any {
	switch v.Kind() {
	case NumberKind:
		number, _ := v.AsNumber()
		return number
	case StringKind:
		s, _ := v.AsString()
		return s
	}
	n := v.node
	if p := n.cache.Load().parts.Load(); p != nil {
		return treeOfParts(n.kind, p)
	}
	tree, _ := parseTree(n.text, skipSpace(n.text, 0))
	return tree
}

func treeOfParts(kind Kind, p *parts) any {
	if kind == ObjectKind {
		return makeObject(len(p.members), func(i int) (string, any) {
			return p.members[i].Name, p.members[i].Value.Tree()
		})
	}
	items := make([]any, len(p.items))
	for i, item := range p.items {
		items[i] = item.Tree()
	}
	return items
}

// parseTree parses the value that begins at i of valid text, and returns its end.
func parseTree(text string, i int) (tree any, end int) {
	switch text[i] {
	case '{':
		return parseObject(text, i)
	case '[':
		return parseArray(text, i)
	}
	end = skipValue(text, i)
	switch text[i] {
	case '"':
		return unquote(text[i+1 : end-1]), end
	case 't', 'f':
		return text[i] == 't', end
	case 'n':
		return nil, end
	}
	return Number(text[i:end]), end
}

func parseArray(text string, i int) (tree any, end int) {
	items := []any{}
	i = skipSpace(text, i+1)
	for text[i] != ']' {
		var item any
		item, i = parseTree(text, i)
		items = append(items, item)
		i = skipComma(text, i)
	}
	return items, i + 1
}

func parseObject(text string, i int) (tree any, end int) {
	var keys []string
	var values []any
	i = skipSpace(text, i+1)
	for text[i] != '}' {
		stop := skipString(text, i)
		keys = append(keys, unquote(text[i+1:stop-1]))
		var x any
		x, i = parseTree(text, skipSpace(text, skipSpace(text, stop)+1))
		values = append(values, x)
		i = skipComma(text, i)
	}
	return lastKeyWins(keys, values), i + 1
}

// skipComma steps over blanks and one comma, if there is one.
func skipComma(text string, i int) int {
	i = skipSpace(text, i)
	if text[i] == ',' {
		i = skipSpace(text, i+1)
	}
	return i
}

func lastKeyWins(keys []string, values []any) *Object {
	if !hasTwice(keys) {
		return makeObject(len(keys), func(i int) (string, any) { return keys[i], values[i] })
	}
	at := make(map[string]int, len(keys))
	kept := 0
	for i, key := range keys {
		first, ok := at[key]
		if !ok {
			first = kept
			at[key] = first
			keys[first] = key
			kept++
		}
		values[first] = values[i]
	}
	return makeObject(kept, func(i int) (string, any) { return keys[i], values[i] })
}

// partsOfTree makes the children of an array or object that was built of a tree.
func partsOfTree(tree any) *parts {
	switch x := tree.(type) {
	case []any:
		items := make([]Value, len(x))
		for i, item := range x {
			items[i] = Of(item)
		}
		return &parts{items: items}
	case *Object:
		members := make([]Member, len(x.keys))
		for i, key := range x.keys {
			members[i] = Member{key, Of(x.values[i])}
		}
		return &parts{members: members}
	}
	return noParts
}

// appendTree writes a tree compactly.
func appendTree(dst []byte, tree any) []byte {
	switch x := tree.(type) {
	case []any:
		dst = append(dst, '[')
		for i, item := range x {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendTree(dst, item)
		}
		return append(dst, ']')
	case *Object:
		dst = append(dst, '{')
		for i, key := range x.keys {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, key), ':')
			dst = appendTree(dst, x.values[i])
		}
		return append(dst, '}')
	case string:
		return appendString(dst, x)
	}
	return appendCompact(dst, Of(tree))
}
