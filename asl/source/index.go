package source

import "hash/maphash"

// index finds the members of an object by name in one step: a hash table with
// open addressing. It holds places in Members, each plus one; 0 is a free slot.
type index struct{ slots []int32 }

var seed = maphash.MakeSeed() // nothing that anybody sees depends on it

func newIndex(members int) *index {
	size := 4
	for size < 2*members {
		size *= 2
	}
	return &index{make([]int32, size)}
}

// slot is where the place of the member of that name stands, or would stand.
func (x *index) slot(members []Member, name string) *int32 {
	for hash := maphash.String(seed, name); ; hash++ {
		slot := &x.slots[hash&uint64(len(x.slots)-1)]
		if *slot == 0 || members[*slot-1].Name == name {
			return slot
		}
	}
}

const few = 16 // so many members are found faster one by one

// Index makes Member fast in an object of many members, which must not change any
// more. It marks the overridden members, and says whether there are any.
func (n *Node) Index() (twice bool) {
	if len(n.Members) <= few {
		return n.indexFew()
	}
	n.index = newIndex(len(n.Members))
	for i := range n.Members {
		slot := n.index.slot(n.Members, n.Members[i].Name)
		if *slot != 0 {
			n.Members[*slot-1].Overridden = true
			twice = true
		}
		*slot = int32(i + 1)
	}
	return twice
}

func (n *Node) indexFew() (twice bool) {
	for i := range n.Members {
		if before := last(n.Members[:i], n.Members[i].Name); before >= 0 {
			n.Members[before].Overridden = true
			twice = true
		}
	}
	return twice
}

// Place is the place of the field name among the members of n, or -1 where n is
// no object or has no such field.
func (n *Node) Place(name string) int {
	switch {
	case n == nil:
		return -1
	case n.index != nil:
		return int(*n.index.slot(n.Members, name)) - 1
	}
	return last(n.Members, name)
}

// last is the place of the last member of that name, or -1.
func last(members []Member, name string) int {
	for i := len(members) - 1; i >= 0; i-- {
		if members[i].Name == name {
			return i
		}
	}
	return -1
}
