//go:build unix && !linux

package program

import "syscall"

// withUs does nothing: only a process that ends in order ends its programs.
func withUs(*syscall.SysProcAttr) {}
