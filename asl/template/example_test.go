package template_test

import (
	"fmt"

	"canto/asl/source"
	"canto/asl/template"
)

func ExampleParse() {
	t, diagnostics := template.Parse(source.New("template.yaml", `
Resources:
  PriceFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: dist/price.zip}
  Checkout:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: checkout.asl.json
      DefinitionSubstitutions: {PriceArn: !GetAtt PriceFunction.Arn, Topic: !ImportValue alarms}
`))
	fmt.Println(diagnostics.Error())

	machine, _ := t.Machine("checkout.asl.json")
	arn := machine.Substitutions["PriceArn"]
	function, _ := t.Function(arn)
	fmt.Println(arn, t.Names(function))
	// Output:
	// template.yaml:10:77: warning TEMPLATE_UNRESOLVED: the substitution Topic has no value here: only another stack knows the export alarms at /Resources/Checkout/Properties/DefinitionSubstitutions/Topic
	// arn:aws:lambda:us-east-1:123456789012:function:PriceFunction [PriceFunction price]
}
