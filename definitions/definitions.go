// Package definitions embeds the poem: its state machine, the input with which it
// is run, and the template that deploys it. It holds these files as they are and
// reads nothing in them.
package definitions

import _ "embed"

// Machine is poem.asl.json, the state machine. Its resources are the placeholders
// ${...FunctionArn} that Template fills.
//
//go:embed poem.asl.json
var Machine string

// Input is poem.input.json, the input of an execution: the query.
//
//go:embed poem.input.json
var Input string

// Template is template.yaml, the AWS SAM template that deploys Machine.
//
//go:embed template.yaml
var Template string
