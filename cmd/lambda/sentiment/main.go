// Command sentiment is the Lambda function that scores the sentences of an
// article. The SENTIMENT_ and GOOGLE_ variables of its environment configure it: see
// package canto/handlers/poem/sentiment.
package main

import (
	"log"
	"os"

	"canto/handlers/poem/sentiment"
	"canto/handlers/poem/sentiment/comprehend"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	cfg, err := sentiment.FromEnv(os.Getenv)
	if err != nil {
		log.Fatalf("the sentiment analyzer cannot start: %v", err)
	}
	function, err := sentiment.New(cfg, comprehend.Provider)
	if err != nil {
		log.Fatalf("the sentiment analyzer cannot start: %v", err)
	}
	lambda.Start(function.Analyze)
}
