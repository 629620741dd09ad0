//go:build !unix

package program

import "os/exec"

// alone does nothing: there are no process groups, and only the program itself ends
// when it is given up.
func alone(*exec.Cmd) {}
