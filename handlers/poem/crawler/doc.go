// Package crawler is the first function of the poem: a query in, the URLs of
// articles out, in the order in which a search engine ranks them.
//
// It reads result pages of three shapes, chosen by configuration: Google's HTML,
// DuckDuckGo's HTML, and RSS (as Bing and many news sites offer it). It follows
// the page's own link to the next page, drops what it has seen, what is not an
// article's address and what robots.txt forbids, and stops at a limit.
//
// Errors are named Go types, so that a state machine can match them in
// ErrorEquals: InvalidQuery, NoResults, Disallowed, and those of package fetch,
// of which TooManyRequests, ServerError, Timeout and Disconnected are worth a
// Retry. The package itself never retries, never fetches an article, and never
// pretends to be a browser.
package crawler
