package jsonata

// builtins are the functions by their names. It is filled by init, because some of
// them evaluate expressions, which may name any of them.
var builtins map[string]*function

func init() {
	builtins = map[string]*function{}
	for _, group := range [][]builtin{
		aggregateFunctions, numberFunctions, textFunctions, matchFunctions, encodingFunctions, listFunctions,
		higherFunctions, objectFunctions, dateFunctions, serviceFunctions,
	} {
		for _, b := range group {
			builtins[b.name] = &function{signature: mustSignature(b.signature), arity: b.arity, native: b.native}
		}
	}
}

// builtin is a row of the tables of functions. The arity is how many arguments
// higher-order functions give it.
type builtin struct {
	name, signature string
	arity           int
	native          func(c *call, args []datum) (datum, error)
}

// at is argument i; undefined where it is not there.
func at(args []datum, i int) datum {
	if i < len(args) {
		return args[i]
	}
	return nothing
}

// defined wraps a function that gives nothing for nothing. The texts that it reads
// count as steps.
func defined(native func(c *call, args []datum) (datum, error)) func(*call, []datum) (datum, error) {
	return func(c *call, args []datum) (datum, error) {
		if at(args, 0).kind == undefined {
			return nothing, nil
		}
		for _, arg := range args {
			if err := c.read(arg); err != nil {
				return nothing, err
			}
		}
		return native(c, args)
	}
}

// read counts the steps of reading a text from one end to the other.
func (m *machine) read(d datum) error {
	if d.kind != text {
		return nil
	}
	return m.count(len(d.str()) / 64)
}

// picture is the picture that an argument is. To read one takes time that grows
// with the square of its length.
func (c *call) picture(d datum) (string, error) {
	s := d.str()
	return s, c.count(len(s) + len(s)*len(s)/64)
}
