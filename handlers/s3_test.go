package handlers_test

import (
	"errors"
	"strings"
	"testing"

	"canto/asl/value"
	"canto/handlers"
)

func s3(t *testing.T, action, input string) (value.Value, error) {
	t.Helper()
	bucket := handlers.Folder(t.TempDir())
	if err := bucket.Put(t.Context(), "there", handlers.Object{Body: []byte("text data")}); err != nil {
		t.Fatal(err)
	}
	r := handlers.NewRegistry()
	err := handlers.RegisterS3(r, func(name string) (handlers.Bucket, error) {
		if name != "b" {
			return nil, errors.New("there is no other bucket")
		}
		return bucket, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h, err := r.Lookup("arn:aws:states:::aws-sdk:s3:" + action)
	if err != nil {
		t.Fatal(err)
	}
	return h.Invoke(t.Context(), handlers.Call{Input: value.Raw(input)})
}

func TestS3GetObject(t *testing.T) {
	out, err := s3(t, "getObject", `{"Bucket":"b","Key":"there"}`)
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(out.Text(), `"LastModified":"`)
	if want := `{"AcceptRanges":"bytes","ContentLength":9,"ContentType":"binary/octet-stream","ETag":"\"332eec544317a6d340b8e77da7fe54ad\"",`; before != want {
		t.Errorf("got %s", out.Text())
	}
	if want := `Z","Metadata":{},"ServerSideEncryption":"AES256","Body":"text data"}`; !strings.HasSuffix(after, want) {
		t.Errorf("got %s", out.Text())
	}
}

func TestS3PutObjectStoresJSON(t *testing.T) {
	for body, want := range map[string]string{
		`{"Dict" : "Value"}`: `{"ChecksumCRC32":"hnEfWw==","ChecksumType":"FULL_OBJECT","ETag":"\"49e31cee5aec8faf3345893addb14346\"","ServerSideEncryption":"AES256"}`,
		`"text data"`:        `{"ChecksumCRC32":"KUmHvQ==","ChecksumType":"FULL_OBJECT","ETag":"\"2b5df3712557f503a9977a8ea893b2c9\"","ServerSideEncryption":"AES256"}`,
		`0`:                  `{"ChecksumCRC32":"9NvfIQ==","ChecksumType":"FULL_OBJECT","ETag":"\"cfcd208495d565ef66e7dff9f98764da\"","ServerSideEncryption":"AES256"}`,
	} {
		out, err := s3(t, "putObject", `{"Bucket":"b","Key":"k","Body":`+body+`}`)
		if err != nil || out.Text() != want {
			t.Errorf("%s: %s, %v", body, out.Text(), err)
		}
	}
}

func TestS3TellsWhatIsNotThere(t *testing.T) {
	for input, want := range map[string]string{
		`{"Bucket":"b","Key":"none"}`:  "S3.NoSuchKeyException: The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ",
		`{"Bucket":"x","Key":"there"}`: "S3.NoSuchBucketException: The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: ",
	} {
		if _, err := s3(t, "getObject", input); err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), ", Extended Request ID: ") {
			t.Errorf("%s: %v", input, err)
		}
	}
}

func TestABucketThatDoesNotAnswerFailsAsTheSDKDoes(t *testing.T) {
	for action, input := range map[string]string{
		"getObject": `{"Bucket":"b","Key":"../out"}`,
		"putObject": `{"Bucket":"b","Key":"../out","Body":1}`,
	} {
		if _, err := s3(t, action, input); err == nil || !strings.HasPrefix(err.Error(), "S3.SdkClientException: Unable to execute HTTP request: ") {
			t.Errorf("%s: %v", action, err)
		}
	}
}
