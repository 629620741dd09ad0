// Package reducer is the pipeline's end: the scored sentences of all articles in,
// one page of poésie concrète out. It flattens, ranks, drops what repeats, keeps
// the strongest lines, and sets them. It never fetches or scores anything, and it
// writes through a bucket alone.
//
// The same input and date give the same bytes on every machine: nothing in here
// reads a clock, a random number or the order of a map after the date is known.
package reducer
