package jsonata

import "strings"

// signature says which arguments a function takes: "<s-nn?:s>".
type signature struct{ params []param }

// param is a parameter: the symbols of the types it takes, and how many arguments.
type param struct {
	kind    string // a symbol, or a choice in parentheses
	types   string // symbols that fit
	subtype string // of the items of an array
	context bool   // is the context where it is missing
	min     int
	many    bool
	lazy    bool // takes none if it can
}

const anyType = "asnblfom"

// plurals are the names of item types in messages.
var plurals = map[string]string{"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings"}

// parseSignature reads a signature. The position of a fault is that in the signature.
func parseSignature(definition string) (*signature, *fault) {
	s := &signature{}
	for i := 1; i < len(definition) && definition[i] != ':'; i++ {
		end, f := s.symbol(definition, i)
		if f != nil {
			return nil, f
		}
		i = end
	}
	return s, nil
}

// symbol reads the symbol at i, and returns where it ends.
func (s *signature) symbol(definition string, i int) (int, *fault) {
	switch c := definition[i]; c {
	case 's', 'n', 'b', 'l', 'o':
		s.add(string(c), string(c)+"m")
	case 'a':
		s.add("a", anyType)
	case 'f':
		s.add("f", "f")
	case 'j':
		s.add("j", "asnblom")
	case 'x':
		s.add("x", anyType)
	case '-', '?', '+':
		s.quantify(c)
	case '(':
		end := closing(definition, i, '(', ')')
		choice := definition[min(i+1, end):end]
		if strings.Contains(choice, "<") {
			return 0, &fault{code: "S0402", value: textOf(choice), pos: i}
		}
		s.add("("+choice+")", choice+"m")
		return end, nil
	case '<':
		last := s.last()
		if last.kind != "a" && last.kind != "f" {
			return 0, &fault{code: "S0401", value: textOf(last.kind), pos: i}
		}
		end := closing(definition, i, '<', '>')
		last.subtype = definition[min(i+1, end):end]
		return end, nil
	}
	return i, nil
}

func (s *signature) add(kind, types string) {
	s.params = append(s.params, param{kind: kind, types: types, min: 1})
}

// last is the parameter before the place that is being read.
func (s *signature) last() *param {
	if len(s.params) == 0 {
		return &param{}
	}
	return &s.params[len(s.params)-1]
}

// quantify applies - (the context stands in), ? (optional) or + (one or more).
func (s *signature) quantify(c byte) {
	p := s.last()
	switch c {
	case '+':
		p.many = true
		return
	case '-':
		p.context = true
	}
	p.lazy = p.min == 0 // "??" of a regular expression: as few as possible
	p.min = 0
}

// closing is the place of the bracket that closes the one at start, or the end.
func closing(s string, start int, open, shut byte) int {
	depth := 1
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case shut:
			if depth--; depth == 0 {
				return i
			}
		case open:
			depth++
		}
	}
	return len(s)
}

// symbolOf is the type of d as signatures name it.
func symbolOf(d datum) byte { return "mlbnsaof"[d.kind] }

// matcher matches the types of arguments as the reference's regular expression
// does, but remembers where it failed: so it never takes long.
type matcher struct {
	params []param
	types  string
	counts []int // of arguments that each parameter takes
	whole  bool  // all arguments have to be used up
	failed []bool
}

func match(params []param, types string, counts []int, whole bool) bool {
	var room [64]bool
	failed := room[:]
	if n := len(params) * (len(types) + 1); n > len(failed) {
		failed = make([]bool, n)
	}
	m := matcher{params, types, counts, whole, failed}
	return m.from(0, 0)
}

// from matches the parameters from i on with the arguments from at on.
func (m *matcher) from(i, at int) bool {
	if i == len(m.params) {
		return !m.whole || at == len(m.types)
	}
	state := i*(len(m.types)+1) + at
	if m.failed[state] {
		return false
	}
	p := &m.params[i]
	most := 0
	for at+most < len(m.types) && (most == 0 || p.many) && strings.IndexByte(p.types, m.types[at+most]) >= 0 {
		most++
	}
	for n := p.min; n <= most; n++ {
		m.counts[i] = n
		if !p.lazy {
			m.counts[i] = most + p.min - n
		}
		if m.from(i+1, at+m.counts[i]) {
			return true
		}
	}
	m.failed[state] = true
	return false
}

// validate returns the arguments as the function wants them: the context where it
// stands in, and single values where arrays are wanted as arrays.
func (s *signature) validate(args []datum, context datum) ([]datum, error) {
	types := make([]byte, len(args), max(len(args), 8))
	for i, arg := range args {
		types[i] = symbolOf(arg)
	}
	counts := make([]int, len(s.params), max(len(s.params), 8))
	if !match(s.params, string(types), counts, true) {
		return nil, s.mismatch(args, string(types))
	}
	valid := make([]datum, 0, max(len(args), len(s.params)))
	next := 0
	for i := range s.params {
		p := &s.params[i]
		if counts[i] == 0 {
			d, err := p.missing(args, next, context)
			if err != nil {
				return nil, err
			}
			if !p.context {
				next++
			}
			valid = append(valid, d)
			continue
		}
		first := at(args, next)
		for range counts[i] {
			arg := first // again and again: so does the reference, but for arrays
			if p.kind == "a" {
				arg = at(args, next)
			}
			d, err := p.accept(arg, next)
			if err != nil {
				return nil, err
			}
			valid = append(valid, d)
			next++
		}
	}
	return valid, nil
}

// missing is what stands for an argument that is not there.
func (p *param) missing(args []datum, i int, context datum) (datum, error) {
	if !p.context {
		return at(args, i), nil
	}
	if strings.IndexByte(p.types, symbolOf(context)) < 0 {
		return nothing, &fault{code: "T0411", value: context, index: i + 1}
	}
	return context, nil
}

// accept checks the items of an array, and makes an array of a single value.
func (p *param) accept(arg datum, i int) (datum, error) {
	if p.kind != "a" || arg.kind == undefined {
		return arg, nil
	}
	if p.subtype != "" && !p.fits(arg) {
		return nothing, &fault{code: "T0412", value: arg, index: i + 1, kind: plurals[p.subtype]}
	}
	if arg.kind != list {
		return listOf(newArray([]datum{arg})), nil
	}
	return arg, nil
}

func (p *param) fits(arg datum) bool {
	if arg.kind != list {
		return p.subtype == string(symbolOf(arg))
	}
	for _, item := range arg.arr().list() {
		if symbolOf(item) != p.subtype[0] {
			return false
		}
	}
	return true
}

// mismatch says which argument is the first that does not fit.
func (s *signature) mismatch(args []datum, types string) error {
	good := 0
	counts := make([]int, len(s.params))
	for n := 1; n <= len(s.params); n++ {
		if !match(s.params[:n], types, counts, false) {
			break
		}
		good = 0
		for _, count := range counts[:n] {
			good += count
		}
	}
	f := &fault{code: "T0410", index: good + 1}
	if good < len(args) {
		f.value = args[good]
	}
	return f
}
