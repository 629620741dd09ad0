package asl

// Operand is what the right side of a comparison has to be.
type Operand int

// The operands.
const (
	OperandString Operand = iota
	OperandNumber
	OperandBool
	OperandTimestamp // a string in RFC 3339
	OperandPath      // the text of a path
)

// Operators are the 39 comparison operators of a Choice rule, with what each
// compares with.
var Operators = operators()

func operators() map[string]Operand {
	all := map[string]Operand{
		"StringMatches": OperandString,
		"BooleanEquals": OperandBool, "BooleanEqualsPath": OperandPath,
		"IsNull": OperandBool, "IsPresent": OperandBool, "IsNumeric": OperandBool,
		"IsString": OperandBool, "IsBoolean": OperandBool, "IsTimestamp": OperandBool,
	}
	for _, order := range []string{"Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"} {
		all["String"+order], all["String"+order+"Path"] = OperandString, OperandPath
		all["Numeric"+order], all["Numeric"+order+"Path"] = OperandNumber, OperandPath
		all["Timestamp"+order], all["Timestamp"+order+"Path"] = OperandTimestamp, OperandPath
	}
	return all
}
