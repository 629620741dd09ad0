package cli

import (
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"canto/asl/source"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// writeText writes the diagnostics for people: each with its line and a caret, and
// a line for each file.
func writeText(w io.Writer, all []judgement) error {
	paint := paintFor(w)
	var out strings.Builder
	for _, j := range all {
		if text := j.Diags.Text(paint); text != "" {
			out.WriteString(text + "\n")
		}
	}
	for _, j := range all {
		out.WriteString(summary(j) + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// summary is a file in one line.
func summary(j judgement) string {
	line := j.Name + ": "
	errors, warnings := j.Diags.Count(source.Error), j.Diags.Count(source.Warning)
	switch {
	case errors > 0 && warnings > 0:
		line += plural(errors, "error") + ", " + plural(warnings, "warning")
	case errors > 0:
		line += plural(errors, "error")
	case warnings > 0:
		line += "valid, with " + plural(warnings, "warning")
	default:
		line += "valid"
	}
	if names := openNames(j.Open); len(names) > 0 {
		line += "; open placeholders: " + strings.Join(names, ", ")
	}
	return line
}

func plural(n int, what string) string { return number(n, what, what+"s") }

// openNames are the names of the placeholders, each once.
func openNames(open []source.Placeholder) []string {
	var names []string
	seen := map[string]bool{}
	for _, p := range open {
		if !seen[p.Name] {
			seen[p.Name] = true
			names = append(names, p.Name)
		}
	}
	return names
}

// paintFor colours where w is a terminal and nobody asked for none
// (https://no-color.org).
func paintFor(w io.Writer) source.Paint {
	file, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return nil
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	codes := map[source.Role]string{
		source.RolePlace: "1", source.RoleError: "1;31", source.RoleWarning: "1;33", source.RoleCaret: "1;31", source.RoleHelp: "36",
	}
	return func(role source.Role, text string) string { return "\x1b[" + codes[role] + "m" + text + "\x1b[0m" }
}

// The JSON form: what ValidateStateMachineDefinition answers, for each file, with
// places.
type (
	jsonFile struct {
		File         string            `json:"file"`
		Result       string            `json:"result"` // OK or FAIL
		Diagnostics  []jsonDiagnostic  `json:"diagnostics"`
		Placeholders []jsonPlaceholder `json:"placeholders"` // those that are open
	}
	jsonDiagnostic struct {
		Severity string `json:"severity"` // ERROR or WARNING
		Code     string `json:"code"`
		Message  string `json:"message"`
		Location string `json:"location,omitempty"`
		Help     string `json:"help,omitempty"`
		jsonRange
	}
	jsonPlaceholder struct {
		Name string `json:"name"`
		jsonRange
	}
	jsonRange struct {
		Line      int `json:"line"`
		Column    int `json:"column"`
		EndLine   int `json:"endLine"`
		EndColumn int `json:"endColumn"`
	}
)

func rangeOf(s source.Span) jsonRange {
	s = s.Original()
	if s.Source == nil {
		return jsonRange{}
	}
	start, end := s.Source.Position(s.Start), s.Source.Position(s.End)
	return jsonRange{start.Line, start.Column, end.Line, end.Column}
}

func writeJSON(w io.Writer, all []judgement) error {
	files := make([]jsonFile, len(all))
	for i, j := range all {
		f := jsonFile{File: j.Name, Result: "OK", Diagnostics: []jsonDiagnostic{}, Placeholders: []jsonPlaceholder{}}
		if j.Diags.HasErrors() {
			f.Result = "FAIL"
		}
		for _, d := range j.Diags {
			f.Diagnostics = append(f.Diagnostics, jsonDiagnostic{strings.ToUpper(d.Severity.String()), d.Code, d.Message, d.Location, d.Help, rangeOf(d.Span)})
		}
		for _, p := range j.Open {
			f.Placeholders = append(f.Placeholders, jsonPlaceholder{p.Name, rangeOf(p.Span)})
		}
		files[i] = f
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{"files": files})
}

func writeSARIF(w io.Writer, all []judgement) error {
	run := sarif.NewRunWithInformationURI("canto", "https://states-language.net/spec.html")
	for _, j := range all {
		run.AddDistinctArtifact(fileURI(j.Name))
		for _, d := range j.Diags {
			run.AddRule(d.Code).WithDescription(ruleText[d.Code])
			run.AddResult(sarifResult(j.Name, d))
		}
	}
	report := sarif.NewReport()
	report.AddRun(run)
	return report.PrettyWrite(w)
}

func sarifResult(name string, d source.Diagnostic) *sarif.Result {
	text, _, _ := strings.Cut(d.Message, "\n")
	if d.Help != "" {
		text += " (" + d.Help + ")"
	}
	at := rangeOf(d.Span)
	region := sarif.NewRegion().WithStartLine(at.Line).WithStartColumn(at.Column).WithEndLine(at.EndLine).WithEndColumn(at.EndColumn)
	place := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(fileURI(name))).WithRegion(region)
	location := sarif.NewLocationWithPhysicalLocation(place)
	if strings.HasPrefix(d.Location, "/") {
		location.AddLogicalLocation(sarif.NewLogicalLocation().WithFullyQualifiedName(d.Location))
	}
	return sarif.NewRuleResult(d.Code).WithLevel(d.Severity.String()).WithMessage(sarif.NewTextMessage(text)).AddLocation(location)
}

// fileURI is the URI of a file, as RFC 3986 writes it: relative where its path is.
func fileURI(path string) string {
	uri := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		uri.Scheme, uri.Path = "file", "/"+strings.TrimLeft(uri.Path, "/")
	}
	return uri.String()
}

// ruleText says in a sentence what each code of AWS is about.
var ruleText = map[string]string{
	"INVALID_JSON_DESCRIPTION":   "The definition is not valid JSON or YAML.",
	"SCHEMA_VALIDATION_FAILED":   "A field is missing, unknown or of the wrong form.",
	"TOO_DEEPLY_NESTED":          "Objects and arrays are nested too deep.",
	"MISSING_TRANSITION_TARGET":  "A transition leads to no state, or no transition leads to a state.",
	"MISSING_END_STATE":          "No state ends the workflow.",
	"DUPLICATE_STATE_NAME":       "Two states of the definition have one name.",
	"INVALID_STATE_NAME":         "The name of a state is empty or too long.",
	"DUPLICATE_LABEL_NAME":       "Two Map states have one label.",
	"INVALID_LABEL_NAME":         "The label of a Map state is empty, too long or has characters that are not allowed.",
	"INVALID_JSONATA_EXPRESSION": "A JSONata expression is not well formed.",
	"NO_DOLLAR":                  "A value looks like a path, but its field does not end in .$.",
	"NO_PATH":                    "A field ends in .$, but its value is not evaluated.",
	"PASS_RESULT_IS_STATIC":      "The Result of a Pass state is not evaluated.",
}
