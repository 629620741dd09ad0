// Command crawler is the Lambda function that turns a query into the URLs of
// articles. The CRAWLER_ variables of its environment configure it: see package
// canto/handlers/poem/crawler.
package main

import (
	"log"
	"os"

	"canto/handlers/poem/crawler"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	cfg, err := crawler.FromEnv(os.Getenv)
	if err != nil {
		log.Fatalf("the crawler cannot start: %v", err)
	}
	lambda.Start(crawler.New(cfg, nil).Crawl)
}
