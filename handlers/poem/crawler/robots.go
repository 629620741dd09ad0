package crawler

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"canto/handlers/poem/fetch"

	"github.com/temoto/robotstxt"
)

// Disallowed says that the search engine's robots.txt forbids its result pages
// to this crawler.
type Disallowed struct {
	URL string
}

func (e *Disallowed) Error() string {
	return "robots.txt forbids " + e.URL + "; choose another engine (" + EnvEngine + ", " + EnvSearchURL +
		"), or with its owner's leave set " + EnvRobots + "=" + string(Results)
}

// rulebook keeps the robots.txt of every host met in one crawl. It may be used
// by many goroutines at once.
type rulebook struct {
	client *fetch.Client
	agent  string // the product name of the User-Agent

	mu    sync.Mutex
	hosts map[string]func() (*robotstxt.Group, error)
}

func newRulebook(client *fetch.Client, userAgent string) *rulebook {
	product, _, _ := strings.Cut(userAgent, "/")
	return &rulebook{client: client, agent: product, hosts: map[string]func() (*robotstxt.Group, error){}}
}

// allows reports whether a URL may be fetched, and the delay that its host asks
// for. An error is that of reading robots.txt: nothing is allowed then
// (RFC 9309, section 2.3.1.4).
func (b *rulebook) allows(ctx context.Context, u *url.URL) (bool, time.Duration, error) {
	group, err := b.group(ctx, u)
	if err != nil {
		return false, 0, err
	}
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return group.Test(path), group.CrawlDelay, nil
}

// group asks each host once, however many goroutines want to know.
func (b *rulebook) group(ctx context.Context, u *url.URL) (*robotstxt.Group, error) {
	host := u.Scheme + "://" + u.Host
	b.mu.Lock()
	read, ok := b.hosts[host]
	if !ok {
		read = sync.OnceValues(func() (*robotstxt.Group, error) { return b.read(ctx, host) })
		b.hosts[host] = read
	}
	b.mu.Unlock()
	return read()
}

func (b *rulebook) read(ctx context.Context, host string) (*robotstxt.Group, error) {
	var body []byte
	page, err := b.client.Get(ctx, host+"/robots.txt")
	var missing *fetch.HTTPStatus
	switch {
	case errors.As(err, &missing): // a host without rules allows everything
	case err != nil:
		return nil, err
	default:
		body = page.UTF8()
	}
	rules, err := robotstxt.FromBytes(body)
	if err != nil {
		rules, err = robotstxt.FromBytes(nil) // not a robots.txt, most often a page of HTML
	}
	if err != nil {
		return nil, err
	}
	return rules.FindGroup(b.agent), nil
}

// permitted drops the URLs that their own hosts forbid. A host that cannot be
// asked is left alone.
func (b *rulebook) permitted(ctx context.Context, found []string) ([]string, error) {
	allowed := make([]bool, len(found))
	slots := make(chan struct{}, askers)
	var all sync.WaitGroup
	for i, address := range found {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if u, err := url.Parse(address); err == nil {
				allowed[i], _, _ = b.allows(ctx, u)
			}
		})
	}
	all.Wait()
	kept := make([]string, 0, len(found))
	for i, address := range found {
		if allowed[i] {
			kept = append(kept, address)
		}
	}
	return kept, ctx.Err()
}
