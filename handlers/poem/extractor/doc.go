// Package extractor is the second function of the poem: the URL of an article
// in, its text and what is known about it out, as plain text without menus,
// banners, advertisements or markup.
//
// The page is fetched by package fetch, which refuses private addresses, long
// waits and endless bodies; its readable part is found by go-readability. The
// output's JSON always fits into a Step Functions payload: a text that is too
// long ends with a sentence.
//
// Errors are named Go types, so that a state machine can match them in
// ErrorEquals: InvalidInput, NoArticle, Paywalled, and those of package fetch.
// The package never retries, never runs a page's scripts and never asks for
// anything but the page itself.
package extractor
