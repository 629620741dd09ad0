// Command canto runs state machines of AWS Step Functions on this machine: see
// canto help.
package main

import (
	"os"

	"canto/cmd/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
