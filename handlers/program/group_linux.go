package program

import "syscall"

// withUs has the kernel end a program when the thread ends that has started it, and so
// with this process in whatever way that ends.
func withUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
