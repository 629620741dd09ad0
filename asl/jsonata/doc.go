// Package jsonata compiles and evaluates JSONata 2.0.6 expressions as Step
// Functions does: the reference implementation's semantics, error codes and
// sentences, with the functions that the service adds ($partition, $range,
// $hash, $random with a seed, $uuid, $parse) and without the one that it takes
// away ($eval).
//
// The reference is jsonata-js 2.0.6 (Copyright IBM Corp., MIT licence): its texts of
// errors are used word for word, and where its rules are odd they are followed. Not
// followed are the order of keys that look like integers, which JavaScript moves
// to the front, and failures of its own in which the service differs.
//
// A text goes through four rooms: the lexer and the parser make a syntax tree
// (lexer.go, parser.go), process.go and ancestry.go turn it into paths with
// steps, compile.go makes the tree that is evaluated, and the rest evaluates it.
//
// The package never reads a clock and has no randomness of its own: both come
// from Env. It never runs without bounds: depth, steps and sizes are counted,
// and what is beyond them is an error.
package jsonata
