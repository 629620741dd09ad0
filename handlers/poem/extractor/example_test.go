package extractor_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"canto/handlers/poem/extractor"
	"canto/testdata/site"
)

// On the real web the transport is nil.
func Example() {
	cfg, err := extractor.FromEnv(os.Getenv)
	if err != nil {
		fmt.Println(err)
		return
	}
	link := extractor.Link{URL: "https://la-orilla.example/cronicas/el-horno-de-teplen"}
	article, err := extractor.New(cfg, site.Transport()).Extract(context.Background(), link)
	if err != nil {
		fmt.Println(err)
		return
	}
	first, _, _ := strings.Cut(article.Text, ".")
	fmt.Printf("%s (%s, %s, %s)\n%s.\n", article.Title, article.SiteName, article.Language, article.Published, first)
	// Output:
	// El horno de Teplen (La Orilla, es, 2026-02-28T12:00:00Z)
	// Quemaron la panadería el último día, con los panaderos dentro.
}
