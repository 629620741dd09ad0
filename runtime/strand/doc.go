// Package strand is the kernel: it runs the strands of one execution, one at a
// time and always in the same order.
//
// Seen from outside, an execution does no IO. Advance runs all that can run and
// returns what the execution asks of the world; Deliver hands it what the world
// answers. An execution is therefore a pure function of its body and the
// answers, in their order. These rules keep it so:
//
//   - A strand blocks only in Sleep, Invoke, Yield and Join. It starts no
//     goroutine, reads no clock and no random source: now is Now.
//   - Strands that can run do so first in, first out. A strand that was given up
//     before it began never begins.
//   - A request's ID says where it was asked: the visit ("#3") and the question in
//     it (".1"), after those at which each strand around it was begun: "#3.1/0#1.2".
//     A Join is a question too. No two requests of an execution have the same ID,
//     and each has the same in every replay.
//   - Join waits until all its children have ended, however its own strand
//     fares; what is given up unwinds innermost first.
//   - A strand that was given up gets *Canceled from whatever it waits for, and
//     must return it. Nobody retries or catches a Canceled.
//   - A panic ends its strand with *Panic, which keeps the stack.
//
// The package touches no clock, worker, disk or network.
package strand
