package program

import (
	"errors"
	"os/exec"
	"runtime"
	"sync"
)

// group are the programs that run, so that they can be ended together.
type group struct {
	mu    sync.Mutex
	cmds  map[*exec.Cmd]struct{}
	ended bool
}

// End ends every program that runs, and what it has started, and lets no other begin: it
// is for a process that ends. No call learns that its program was ended so; it waits until
// it is withdrawn.
func End() { running.end() }

func (g *group) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	for cmd := range g.cmds {
		_ = cmd.Cancel() // it may have ended meanwhile
	}
}

// errEnded is what comes of a program that End has ended, or kept from being run.
var errEnded = errors.New("the process ends, and its programs with it")

// run runs a program to its end. Its thread is kept until then, since to Linux it is the
// parent, with which the program ends.
func (g *group) run(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := g.start(cmd); err != nil {
		return err
	}
	err := cmd.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.cmds, cmd)
	if g.ended {
		return errEnded
	}
	return err
}

func (g *group) start(cmd *exec.Cmd) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return errEnded
	}
	err := cmd.Start()
	if err == nil {
		if g.cmds == nil {
			g.cmds = map[*exec.Cmd]struct{}{}
		}
		g.cmds[cmd] = struct{}{}
	}
	return err
}
