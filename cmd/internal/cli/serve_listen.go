package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
)

// doors are what canto serve listens on.
type doors struct {
	api  net.Listener
	site net.Listener // nil without --site-addr
}

// listenAll opens the doors, and warns where they are open to other machines.
func listenAll(ctx context.Context, flags serveFlags, log *slog.Logger) (*doors, error) {
	for _, name := range flags.allowHost {
		if _, err := netip.ParseAddr(name); err != nil && (name == "" || strings.ContainsAny(name, ":/*, ")) {
			return nil, usage("--allow-host %s: write a plain name or address, without a port, such as canto.example", name)
		}
	}
	d := &doors{}
	var err error
	if d.api, err = listen(ctx, "--addr", flags.addr, flags.allowRemote, log); err != nil {
		return nil, err
	}
	if flags.siteAddr == "" {
		return d, nil
	}
	if d.site, err = listen(ctx, "--site-addr", flags.siteAddr, flags.allowRemote, log); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func listen(ctx context.Context, flag, addr string, allowRemote bool, log *slog.Logger) (net.Listener, error) {
	local, err := loopback(flag, addr)
	switch {
	case err != nil:
		return nil, err
	case !local && !allowRemote:
		return nil, usage("%s %s: canto listens to this machine alone: write 127.0.0.1, [::1] or localhost, or add --allow-remote", flag, addr)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, usage("%s %s: %w", flag, addr, unheard(err))
	}
	if !local {
		log.Warn("canto listens to other machines, and looks at no credentials: whoever reaches it may do what it can", "address", l.Addr().String())
	}
	return l, nil
}

// unheard says why nobody can listen, without the address, and what to do.
func unheard(err error) error {
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		err = op.Err
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return errors.New("something listens there already: end it, or choose another port (0: any that is free)")
	}
	return err
}

// loopback says whether nobody but this machine can reach the address.
func loopback(flag, addr string) (bool, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false, usage("%s %s: %w; write 127.0.0.1:8083", flag, addr, err)
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback(), nil
}

// announce says where the doors are.
func (d *doors) announce(w io.Writer) {
	fmt.Fprintf(w, "canto answers on http://%s\n", within(d.api.Addr()))
	if d.site != nil {
		fmt.Fprintf(w, "the page is on http://%s/\n", within(d.site.Addr()))
	}
}

// within is an address by which this machine reaches what listens there: of one that
// stands for all of the machine's it is localhost.
func within(addr net.Addr) string {
	at, ok := addr.(*net.TCPAddr)
	if !ok || !at.IP.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort("localhost", strconv.Itoa(at.Port))
}

// close closes the doors that nobody has closed yet.
func (d *doors) close() {
	for _, l := range []net.Listener{d.api, d.site} {
		if l != nil {
			_ = l.Close() // a listener that has served is closed already
		}
	}
}
