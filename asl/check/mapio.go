package check

import (
	"fmt"
	"strings"

	"canto/asl/source"
)

// The shapes of what a distributed Map reads, batches and writes.

var itemReader = &shape{
	what: "an ItemReader",
	fields: map[string]field{
		"Resource":     {anyType, anyLanguage, oneOfActions("s3:getObject", "s3:listObjectsV2")},
		"Parameters":   {anyType, pathOnly, template},
		"Arguments":    {anyType, jsonataOnly, template},
		"ReaderConfig": {anyType, anyLanguage, readerSettings},
	},
	counts: []count{one(anyType, "Resource")},
	advise: map[string]string{"Resource": `add "Resource": "arn:aws:states:::s3:getObject" or "arn:aws:states:::s3:listObjectsV2"`},
}

var readerConfig = &shape{
	what: "a ReaderConfig",
	fields: map[string]field{
		"InputType":         {anyType, anyLanguage, evaluated(oneOf("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"))},
		"Transformation":    {anyType, anyLanguage, evaluated(oneOf("NONE", "LOAD_AND_FLATTEN"))},
		"CSVHeaderLocation": {anyType, anyLanguage, evaluated(oneOf("FIRST_ROW", "GIVEN"))},
		"CSVHeaders":        {anyType, anyLanguage, evaluated(array(text))},
		"CSVDelimiter":      {anyType, anyLanguage, evaluated(oneOf("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"))},
		"MaxItems":          {anyType, anyLanguage, evaluated(integer(0, 100_000_000))},
		"MaxItemsPath":      {anyType, pathOnly, path},
		"ItemsPointer":      {anyType, anyLanguage, evaluated(text)},
		"ManifestType":      {anyType, anyLanguage, evaluated(oneOf("S3_INVENTORY", "ATHENA_DATA"))},
	},
	counts: []count{atMostOne(anyType, "MaxItems", "MaxItemsPath")},
}

var itemBatcher = &shape{
	what: "an ItemBatcher",
	fields: map[string]field{
		"MaxItemsPerBatch":          {anyType, anyLanguage, evaluated(integer(1, longest))},
		"MaxItemsPerBatchPath":      {anyType, pathOnly, path},
		"MaxInputBytesPerBatch":     {anyType, anyLanguage, evaluated(integer(1, 262_144))},
		"MaxInputBytesPerBatchPath": {anyType, pathOnly, path},
		"BatchInput":                {anyType, anyLanguage, template},
	},
	counts: []count{
		some(anyType, "MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
		atMostOne(anyType, "MaxItemsPerBatch", "MaxItemsPerBatchPath"),
		atMostOne(anyType, "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
	},
}

var resultWriter = &shape{
	what: "a ResultWriter",
	fields: map[string]field{
		"Resource":   {anyType, anyLanguage, oneOfActions("s3:putObject")},
		"Parameters": {anyType, pathOnly, template},
		"Arguments":  {anyType, jsonataOnly, template},
		"WriterConfig": {anyType, anyLanguage, of(&shape{
			what: "a WriterConfig",
			fields: map[string]field{
				"Transformation": {anyType, anyLanguage, evaluated(oneOf("NONE", "COMPACT", "FLATTEN"))},
				"OutputType":     {anyType, anyLanguage, evaluated(oneOf("JSON", "JSONL"))},
			},
		})},
	},
	counts: []count{some(anyType, "Resource", "WriterConfig")},
	advise: map[string]string{"Resource": `add "Resource": "arn:aws:states:::s3:putObject"`},
}

// reader judges the ItemReader of a Map: its fields, then what they need of each other.
func reader(c *checker, f spot) {
	c.object(f, itemReader)
	if resource, ok := f.field("Resource"); ok && strings.HasSuffix(resource.node.Text, ":s3:getObject") {
		c.wants(f, "Bucket", "Key")
		return
	}
	c.wants(f, "Bucket")
}

// writer judges the ResultWriter of a Map.
func writer(c *checker, f spot) {
	c.object(f, resultWriter)
	if f.node.Has("Resource") {
		c.wants(f, "Bucket")
	}
}

// wants warns of parameters without which the call to S3 fails.
func (c *checker) wants(f spot, names ...string) {
	field := "Parameters"
	if f.jsonata() {
		field = "Arguments"
	}
	given := f.node.Field(field)
	if f.node.Kind != source.Object || given != nil && (given.Kind != source.Object || given.Open()) {
		return
	}
	for _, name := range names {
		if !given.Has(name) && !given.Has(name+".$") {
			c.report(source.Diagnostic{
				Severity: source.Warning, Code: codeSchema, Location: c.location(f.node), Span: f.head(),
				Message: fmt.Sprintf("The field '%s' is required but was missing", name), Help: fmt.Sprintf("add it to the %s", field),
			})
		}
	}
}

// readerSettings judges a ReaderConfig.
func readerSettings(c *checker, f spot) {
	c.object(f, readerConfig)
	if f.node.Kind != source.Object {
		return
	}
	if at := f.node.Field("CSVHeaderLocation"); at != nil && at.Text == "GIVEN" && !f.node.Has("CSVHeaders") && !f.node.Broken {
		c.missing(f, "These fields are required: [CSVHeaders]", `add "CSVHeaders": ["<the first column>", ...], or take the names from the first row: "CSVHeaderLocation": "FIRST_ROW"`)
	}
	for _, setting := range settings {
		c.idle(f, setting)
	}
}

// setting is a field that has an effect only where another one has a certain value.
type setting struct{ field, with, value string }

var settings = []setting{
	{"CSVHeaderLocation", "InputType", "CSV"},
	{"CSVDelimiter", "InputType", "CSV"},
	{"CSVHeaders", "CSVHeaderLocation", "GIVEN"},
	{"ItemsPointer", "InputType", "JSON"},
}

// idle warns of a setting without effect.
func (c *checker) idle(f spot, s setting) {
	field, ok := f.field(s.field)
	if !ok {
		return
	}
	is := "there is none"
	if other := f.node.Field(s.with); other != nil {
		if other.Kind != source.String || other.Text == s.value || other.HasPlaceholder() || looksLikeExpression(other.Text) {
			return
		}
		is = fmt.Sprintf("it is %s", other.Text)
	}
	c.warn(field, codeSchema, fmt.Sprintf("The field '%s' has no effect", s.field), fmt.Sprintf("it belongs to %s %s, but here %s", s.with, s.value, is))
}

// itemsOfMap takes what a JSONata Map can go through: an array, an object, or an
// expression.
func itemsOfMap(c *checker, f spot) {
	if f.node.Kind == source.Array || f.node.Kind == source.Object || f.node.Kind == source.String && looksLikeExpression(f.node.Text) {
		template(c, f)
		return
	}
	c.wrongType(f, "an ARRAY")
}
