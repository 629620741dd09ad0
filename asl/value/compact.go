package value

import "strings"

// Compact returns v as the service serialises it again: no blanks, Jackson's
// escapes, duplicate keys dropped, numbers as they were written. It is v itself
// where its text is so already.
func (v Value) Compact() Value {
	n := v.n()
	if n.isCompact() {
		return v
	}
	c := n.lazy()
	if made := c.compact.Load(); made != nil {
		return Value{made}
	}
	var made Value
	if n.text == "" {
		made = compactItems(v)
	} else {
		made = compactText(n)
	}
	c.compact.Store(made.node)
	return made
}

func (n *node) isCompact() bool {
	switch n.form.Load() {
	case compact:
		return true
	case loose:
		return false
	}
	if n.text == "" {
		return false
	}
	s := scanner{text: n.text}
	s.document()
	n.form.Store(s.form())
	return s.form() == compact
}

// compactItems is Compact of an array that was built from values.
func compactItems(v Value) Value {
	items := make([]Value, v.Len())
	same := true
	for i, item := range v.Elements() {
		items[i] = item.Compact()
		same = same && items[i] == item
	}
	if !same {
		v = Array(items)
	}
	v.node.form.Store(compact)
	return v
}

func compactText(n *node) Value {
	s := scanner{text: n.text}
	s.document()
	var text []byte
	if s.twice {
		text = appendParts(nil, Value{n})
	} else {
		text = appendTokens(make([]byte, 0, len(n.text)), n.text)
	}
	made := &node{text: string(text), kind: n.kind}
	made.form.Store(compact)
	return Value{made}
}

// appendTokens copies valid text without its blanks and with Jackson's escapes.
func appendTokens(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case isSpace[c]:
			i++
		case c == '"':
			end := skipString(text, i)
			dst = appendQuoted(dst, text[i:end])
			i = end
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst
}

func appendQuoted(dst []byte, quoted string) []byte {
	if strings.IndexByte(quoted, '\\') < 0 {
		return append(dst, quoted...)
	}
	return appendString(dst, unquote(quoted[1:len(quoted)-1]))
}

// appendParts writes v compactly child by child: for objects with duplicate keys.
func appendParts(dst []byte, v Value) []byte {
	switch v.Kind() {
	case ArrayKind:
		return appendList(dst, v.Elements(), func(dst []byte, item Value) []byte { return appendParts(dst, item) })
	case ObjectKind:
		return appendFields(dst, v.Members(), appendParts)
	}
	return appendTokens(dst, v.Text())
}

func appendList(dst []byte, items []Value, write func([]byte, Value) []byte) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = write(dst, item)
	}
	return append(dst, ']')
}

func appendFields(dst []byte, members []Member, write func([]byte, Value) []byte) []byte {
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, m.Name), ':')
		dst = write(dst, m.Value)
	}
	return append(dst, '}')
}

// write makes the text of a value that was built: from its parts, or its tree.
func write(kind Kind, c *cache) string {
	p := c.parts.Load()
	switch {
	case p == nil:
		return string(appendTree(nil, *c.tree.Load()))
	case kind == ObjectKind:
		return string(appendFields(make([]byte, 0, fieldsSize(p.members)), p.members, appendCompact))
	}
	return string(appendList(make([]byte, 0, itemsSize(p.items)), p.items, appendText))
}

func appendCompact(dst []byte, v Value) []byte { return append(dst, v.Compact().Text()...) }
func appendText(dst []byte, v Value) []byte    { return append(dst, v.Text()...) }

func fieldsSize(members []Member) int {
	size := 2
	for _, m := range members {
		size += len(m.Name) + 4 + m.Value.Compact().Size()
	}
	return size
}

func itemsSize(items []Value) int {
	size := 2
	for _, item := range items {
		size += item.Size() + 1
	}
	return size
}
