// Command reducer is the Lambda function that sets the strongest sentences as a
// page and writes it into the bucket that POEM_BUCKET names, such as
// s3://poems?region=eu-west-1. The other POEM_ variables of its environment are those
// of package canto/handlers/poem/reducer.
package main

import (
	"context"
	"log"
	"os"

	"canto/handlers/blob"
	"canto/handlers/poem/reducer"

	"github.com/aws/aws-lambda-go/lambda"
)

const bucketVariable = "POEM_BUCKET"

func main() {
	cfg, err := reducer.FromEnv(os.Getenv)
	if err != nil {
		log.Fatalf("the reducer cannot start: %v", err)
	}
	bucket, err := blob.Open(context.Background(), os.Getenv(bucketVariable))
	if err != nil {
		log.Fatalf("the reducer cannot start: environment variable %s: %v", bucketVariable, err)
	}
	lambda.Start(reducer.New(cfg, bucket).Reduce)
}
