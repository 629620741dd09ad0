package check

import "canto/asl/source"

// The shapes of what a distributed Map reads, batches and writes.

var itemReader = &shape{
	what: "an ItemReader",
	fields: map[string]field{
		"Resource":     {anyType, anyLanguage, oneOfActions("s3:getObject", "s3:listObjectsV2")},
		"Parameters":   {anyType, jsonPath, template},
		"Arguments":    {anyType, jsonata, template},
		"ReaderConfig": {anyType, anyLanguage, of(readerConfig)},
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
		"MaxItemsPath":      {anyType, jsonPath, path},
		"ItemsPointer":      {anyType, anyLanguage, evaluated(text)},
		"ManifestType":      {anyType, anyLanguage, evaluated(oneOf("S3_INVENTORY", "ATHENA_DATA"))},
	},
	counts: []count{atMostOne(anyType, "MaxItems", "MaxItemsPath")},
}

var itemBatcher = &shape{
	what: "an ItemBatcher",
	fields: map[string]field{
		"MaxItemsPerBatch":          {anyType, anyLanguage, evaluated(integer(1, longest))},
		"MaxItemsPerBatchPath":      {anyType, jsonPath, path},
		"MaxInputBytesPerBatch":     {anyType, anyLanguage, evaluated(integer(1, 262_144))},
		"MaxInputBytesPerBatchPath": {anyType, jsonPath, path},
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
		"Parameters": {anyType, jsonPath, template},
		"Arguments":  {anyType, jsonata, template},
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

// itemsOfMap takes what a JSONata Map can go through: an array, an object, or an
// expression.
func itemsOfMap(c *checker, f spot) {
	if f.node.Kind == source.Array || f.node.Kind == source.Object || f.node.Kind == source.String && looksLikeExpression(f.node.Text) {
		template(c, f)
		return
	}
	c.wrongType(f, "an ARRAY")
}
