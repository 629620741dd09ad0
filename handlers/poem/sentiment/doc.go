// Package sentiment is the pipeline's analyzer: an article in, its sentences with
// their scores out. It splits, filters, scores and caps; it never ranks articles
// against each other, fetches or writes anything. Analyzers stand behind one
// interface: VADER's lexicon is embedded here, Google Cloud Natural Language is
// reached by REST, Amazon Comprehend lives in the sub-package comprehend, so that
// only a program that wants it carries the AWS SDK.
package sentiment
