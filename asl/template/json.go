package template

import (
	"bytes"
	"encoding/json"

	"canto/asl/source"
)

// JSON is n as JSON, as a definition in YAML is deployed.
func JSON(n *source.Node) string { return jsonText(n) }

// jsonText writes n as JSON with its members in document order, indented so that
// a position in it says something to a person.
func jsonText(n *source.Node) string {
	var compact, indented bytes.Buffer
	writeJSON(&compact, n)
	if json.Indent(&indented, compact.Bytes(), "", "  ") != nil {
		// A placeholder outside of a string is not JSON until it is filled in.
		return compact.String()
	}
	return indented.String()
}

func writeJSON(out *bytes.Buffer, n *source.Node) {
	switch n.Kind {
	case source.Array:
		out.WriteByte('[')
		for i, item := range n.Items {
			separate(out, i)
			writeJSON(out, item)
		}
		out.WriteByte(']')
	case source.Object:
		out.WriteByte('{')
		for i, m := range n.Members {
			separate(out, i)
			writeString(out, m.Name)
			out.WriteByte(':')
			writeJSON(out, m.Value)
		}
		out.WriteByte('}')
	case source.String:
		writeString(out, n.Text)
	default:
		out.WriteString(n.Text)
	}
}

func separate(out *bytes.Buffer, i int) {
	if i > 0 {
		out.WriteByte(',')
	}
}

// writeString keeps <, > and & as they are, as AWS does.
func writeString(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	// A string and a buffer: neither can fail. The encoder ends with a line feed.
	_ = encoder.Encode(text)
	out.Truncate(out.Len() - 1)
}
