package handlers

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"
	"time"

	"canto/asl/value"
)

// S3 is what the service is called in the errors of its integrations.
var S3 = Service{Optimized: "S3", Name: "AmazonS3", SDK: "S3"}

// RegisterS3 registers aws-sdk:s3:getObject and aws-sdk:s3:putObject over the buckets
// that find knows by their names. A machine may so hand its data to a distributed Map,
// and read its results.
func RegisterS3(r *Registry, find func(bucket string) (Bucket, error)) error {
	return errors.Join(
		r.Register("aws-sdk:s3:getObject", HandlerFunc(func(ctx context.Context, c Call) (value.Value, error) {
			return s3Call(c, find, func(b Bucket, key string) (value.Value, error) { return getObject(ctx, b, key) })
		})),
		r.Register("aws-sdk:s3:putObject", HandlerFunc(func(ctx context.Context, c Call) (value.Value, error) {
			return s3Call(c, find, func(b Bucket, key string) (value.Value, error) { return putObject(ctx, b, key, c.Input) })
		})),
	)
}

// s3Call finds the object that a call is about, and tells of what is not there as S3 does.
// What keeps the bucket itself from answering has the name that AWS's SDK gives it.
func s3Call(c Call, find func(string) (Bucket, error), do func(Bucket, string) (value.Value, error)) (value.Value, error) {
	bucket, err := find(textField(c.Input, "Bucket"))
	if err != nil {
		return value.Value{}, notFound(c, "NoSuchBucket", "The specified bucket does not exist")
	}
	out, err := do(bucket, textField(c.Input, "Key"))
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return out, err
	case errors.Is(err, fs.ErrNotExist):
		return out, notFound(c, "NoSuchKey", "The specified key does not exist.")
	}
	return out, (&Unanswered{Service: S3, Message: "Unable to execute HTTP request: " + err.Error()}).SDK()
}

// notFound is the failure of a call for what is not there. S3 has two ids for a request.
func notFound(c Call, code, message string) error {
	id := RequestID(c)
	e := (&Fault{Service: S3, Code: code, Message: message, Status: 404, RequestID: id}).SDK()
	e.Cause = strings.TrimSuffix(e.Cause, ")") + ", Extended Request ID: " + base64.StdEncoding.EncodeToString([]byte(id)) + ")"
	return e
}

func textField(v value.Value, name string) string {
	f, _ := v.Field(name)
	s, _ := f.AsString()
	return s
}

// getObject is the object as GetObject describes it, its members in the service's
// order (recorded). In virtual time it was modified now: its file may be of any time.
func getObject(ctx context.Context, b Bucket, key string) (value.Value, error) {
	file, err := Open(ctx, b, key)
	if err != nil {
		return value.Value{}, err
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		return value.Value{}, err
	}
	sum := md5.Sum(body)
	return value.NewObject(
		field("AcceptRanges", value.String("bytes")),
		field("ContentLength", number(len(body))),
		field("ContentType", value.String("binary/octet-stream")),
		field("ETag", value.String(eTag(sum[:]))),
		field("LastModified", value.String(modified(ctx, file).UTC().Format("2006-01-02T15:04:05Z"))),
		field("Metadata", value.NewObject()),
		field("ServerSideEncryption", value.String("AES256")),
		field("Body", value.String(string(body))),
	), nil
}

// modified is when the object was put, as far as that is known.
func modified(ctx context.Context, object io.Reader) time.Time {
	if now, ok := Now(ctx); ok {
		return now
	}
	if f, ok := object.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil {
			return info.ModTime()
		}
	}
	return time.Now()
}

// putObject stores the Body as JSON, a string in its quotes (recorded).
func putObject(ctx context.Context, b Bucket, key string, input value.Value) (value.Value, error) {
	content, _ := input.Field("Body")
	body := []byte(content.Compact().Text())
	if err := b.Put(ctx, key, Object{Body: body, ContentType: "text/plain; charset=UTF-8"}); err != nil {
		return value.Value{}, err
	}
	sum := md5.Sum(body)
	check := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	return value.NewObject(
		field("ChecksumCRC32", value.String(base64.StdEncoding.EncodeToString(check))),
		field("ChecksumType", value.String("FULL_OBJECT")),
		field("ETag", value.String(eTag(sum[:]))),
		field("ServerSideEncryption", value.String("AES256")),
	), nil
}
