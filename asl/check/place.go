package check

import (
	"fmt"
	"slices"
	"strings"

	"canto/asl/source"
)

// place says what is around a value, and what the value is called there.
type place struct {
	around *source.Node
	name   string // of a field
	index  int    // of an element
}

// location is where n stands in the definition, as AWS writes it:
// /States/A/Retry[0]/ErrorEquals. Most definitions have no mistakes, so that the
// places are gathered only when the first one is asked for.
func (c *checker) location(n *source.Node) string {
	if c.places == nil {
		c.places = map[*source.Node]place{}
		c.gather(c.root.Node)
	}
	var steps []string
	for p, ok := c.places[n]; ok; p, ok = c.places[p.around] {
		steps = append(steps, p.step())
	}
	if steps == nil {
		return "/"
	}
	slices.Reverse(steps)
	return strings.Join(steps, "")
}

// gather notes the places of all values inside of n.
func (c *checker) gather(n *source.Node) {
	for i, item := range n.Items {
		c.places[item] = place{around: n, index: i}
		c.gather(item)
	}
	for _, m := range n.Members {
		c.places[m.Value] = place{around: n, name: m.Name}
		c.gather(m.Value)
	}
}

func (p place) step() string {
	if p.around.Kind == source.Array {
		return fmt.Sprintf("[%d]", p.index)
	}
	return "/" + p.name
}
