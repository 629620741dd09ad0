package asl_test

import (
	"testing"

	"canto/asl"
)

func TestParseARN(t *testing.T) {
	cases := []struct {
		text string
		want asl.ARN
		ok   bool
	}{
		{"arn:aws:lambda:eu-north-1:111122223333:function:F:1", asl.ARN{Partition: "aws", Service: "lambda", Region: "eu-north-1", Account: "111122223333", Resource: "function:F:1"}, true},
		{"arn:aws-cn:states:::aws-sdk:s3:getObject", asl.ARN{Partition: "aws-cn", Service: "states", Resource: "aws-sdk:s3:getObject"}, true},
		{"arn:aws:s3:::", asl.ARN{Partition: "aws", Service: "s3"}, true},
		{"arn:aws:s3::", asl.ARN{}, false},
		{"urn:aws:s3:::b", asl.ARN{}, false},
		{"F", asl.ARN{}, false},
		{"", asl.ARN{}, false},
	}
	for _, c := range cases {
		if got, ok := asl.ParseARN(c.text); got != c.want || ok != c.ok {
			t.Errorf("%q: got %+v, %t", c.text, got, ok)
		}
	}
}

func TestSplitFunction(t *testing.T) {
	for function, want := range map[string][2]string{
		"arn:aws:lambda:eu-north-1:111122223333:function:F:live": {"F", "live"},
		"arn:aws:lambda:eu-north-1:111122223333:function:F":      {"F", ""},
		"111122223333:function:F:1":                              {"F", "1"},
		"function:F":                                             {"F", ""},
		"F:$LATEST":                                              {"F", "$LATEST"},
		"F":                                                      {"F", ""},
		"":                                                       {"", ""},
	} {
		if name, qualifier := asl.SplitFunction(function); name != want[0] || qualifier != want[1] {
			t.Errorf("%q: got %q and %q", function, name, qualifier)
		}
	}
}
