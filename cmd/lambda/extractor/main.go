// Command extractor is the Lambda function that takes an article out of a web
// page. The EXTRACTOR_ variables of its environment configure it: see package
// canto/handlers/poem/extractor.
package main

import (
	"log"
	"os"

	"canto/handlers/poem/extractor"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	cfg, err := extractor.FromEnv(os.Getenv)
	if err != nil {
		log.Fatalf("the extractor cannot start: %v", err)
	}
	lambda.Start(extractor.New(cfg, nil).Extract)
}
