package template

import (
	"testing"

	"canto/asl/source"

	"github.com/google/go-cmp/cmp"
)

func TestFunctionsOfASAMTemplate(t *testing.T) {
	got := parseText(t, "template.yaml", orders).Functions
	for i := range got {
		got[i].Span = source.Span{}
	}
	want := []Function{
		{
			LogicalID: "PriceFunction", Name: "PriceFunction", CodeURI: "../dist/price.zip", Handler: "bootstrap", Runtime: "provided.al2023",
			ARN:         "arn:aws:lambda:us-east-1:123456789012:function:PriceFunction",
			Environment: map[string]string{"LEVEL": "debug", "STAGE": "dev", "TABLE": "orders"},
		},
		{
			LogicalID: "BillFunction", Name: "dev-bill", CodeURI: "functions/bill/", Handler: "bootstrap", Runtime: "provided.al2023",
			ARN:         "arn:aws:lambda:us-east-1:123456789012:function:dev-bill",
			Environment: map[string]string{"LEVEL": "info", "STAGE": "dev"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFunctionIsFoundByEveryName(t *testing.T) {
	tmpl := parseText(t, "template.yaml", orders)
	for resource, want := range map[string]string{
		"arn:aws:lambda:us-east-1:123456789012:function:dev-bill":         "BillFunction",
		"arn:aws:lambda:us-east-1:123456789012:function:dev-bill:live":    "BillFunction",
		"arn:aws:lambda:us-east-1:123456789012:function:dev-bill:$LATEST": "BillFunction",
		"arn:aws-cn:lambda:cn-north-1:1:function:BillFunction":            "BillFunction",
		"123456789012:function:dev-bill":                                  "BillFunction",
		"dev-bill":                                                        "BillFunction",
		"dev-bill:7":                                                      "BillFunction",
		"BillFunction":                                                    "BillFunction",
		"bill":                                                            "BillFunction",
		"price":                                                           "PriceFunction",
		"PriceFunction":                                                   "PriceFunction",
	} {
		if f, ok := tmpl.Function(resource); !ok || f.LogicalID != want {
			t.Errorf("%s: got %q, want %s", resource, f.LogicalID, want)
		}
	}
	for _, resource := range []string{"", "Bill", "arn:aws:states:::lambda:invoke", "arn:aws:lambda:us-east-1:123456789012:function:other"} {
		if f, ok := tmpl.Function(resource); ok {
			t.Errorf("%q should find nothing, got %s", resource, f.LogicalID)
		}
	}
}

func TestNamesOfAFunction(t *testing.T) {
	tmpl := parseText(t, "t.yaml", `
Resources:
  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, FunctionName: first}}
  B: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./src/}}
  C: {Type: AWS::Serverless::Function, Properties: {CodeUri: dist/third.zip, FunctionName: B}}
  D: {Type: AWS::Serverless::Function, Properties: {CodeUri: .}}
  third: {Type: AWS::Serverless::Function, Properties: {CodeUri: dist/fifth}}
`)
	want := map[string][]string{
		"A":     {"first", "A"}, // src is shared
		"B":     nil,            // C has the FunctionName B
		"C":     {"B", "C"},     // third is the logical ID of another
		"D":     {"D"},
		"third": {"third", "fifth"},
	}
	for _, f := range tmpl.Functions {
		if diff := cmp.Diff(want[f.LogicalID], tmpl.Names(f)); diff != "" {
			t.Errorf("%s: %s", f.LogicalID, diff)
		}
	}
}
