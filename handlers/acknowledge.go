package handlers

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"canto/asl/value"
)

// Acknowledgement is what a service answers to a request that it takes, where
// somebody stands in for it: Lambda its envelope around no payload, SQS and SNS what
// identifies the message. Of other services nothing is known, and it is empty.
func Acknowledgement(c Call) value.Value {
	action, _ := integration(c.Resource)
	switch strings.TrimSuffix(action, ".waitForTaskToken") {
	case "lambda:invoke":
		if asynchronous(c.Input) {
			return envelope(c, accepted, value.String(""))
		}
		return envelope(c, ok, value.Raw("null"))
	case "sqs:sendMessage":
		body, _ := c.Input.Field("MessageBody")
		return object(field("MD5OfMessageBody", value.String(md5Of(body))), messageID(c))
	case "sns:publish":
		return object(messageID(c))
	}
	return object()
}

func messageID(c Call) value.Member { return field("MessageId", value.String(RequestID(c))) }

// md5Of is the digest of a message: of a text, or of the JSON that is sent for another value.
func md5Of(body value.Value) string {
	text, isText := body.AsString()
	if !isText {
		text = body.Compact().Text()
	}
	sum := md5.Sum([]byte(text)) //nolint:gosec // what SQS answers with, no secret
	return hex.EncodeToString(sum[:])
}
