package crawler_test

import (
	"context"
	"fmt"
	"os"

	"canto/handlers/poem/crawler"
	"canto/testdata/site"
)

// On the real web os.Getenv alone is the environment, and the transport is nil.
func Example() {
	cfg, err := crawler.FromEnv(site.Getenv(os.Getenv))
	if err != nil {
		fmt.Println(err)
		return
	}
	urls, err := crawler.New(cfg, site.Transport()).Crawl(context.Background(), crawler.Query{Text: "occupation"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(urls), "articles, first of all", urls[0])
	// Output: 46 articles, first of all https://www.velmora-herald.example/2026/02/22/karrowe-bread-queue
}
