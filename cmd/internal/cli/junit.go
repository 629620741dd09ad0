package cli

import (
	"context"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"

	"canto/handlers"
)

// The report's form, as Jenkins, GitLab and GitHub's actions read it.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Time     string      `xml:"time,attr"` // seconds
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string      `xml:"name,attr"`
		Class   string      `xml:"classname,attr"`
		File    string      `xml:"file,attr"`
		Time    string      `xml:"time,attr"`
		Failure *junitFault `xml:"failure"`
		Error   *junitFault `xml:"error"`
	}
	junitFault struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes the report, whole or not at all.
func writeJUnit(file string, results []caseResult) error {
	suite := junitSuite{Name: "canto", Tests: len(results)}
	total := 0.0
	for _, r := range results {
		c := junitCase{Name: r.name, Class: filepath.ToSlash(filepath.Dir(r.path)), File: filepath.ToSlash(r.path), Time: seconds(r.took.Seconds())}
		switch {
		case r.err != nil:
			suite.Errors++
			first, _, _ := strings.Cut(r.err.Error(), "\n")
			c.Error = &junitFault{first, r.err.Error()}
		case r.diff != "":
			suite.Failures++
			c.Failure = &junitFault{"the run went another way", r.diff}
		}
		total += r.took.Seconds()
		suite.Cases = append(suite.Cases, c)
	}
	suite.Time = seconds(total)
	text, err := xml.MarshalIndent(junitSuites{Suites: []junitSuite{suite}}, "", "  ")
	if err != nil {
		return err
	}
	body := append([]byte(xml.Header), append(text, '\n')...)
	return handlers.Folder(filepath.Dir(file)).Put(context.Background(), filepath.Base(file), handlers.Object{Body: body})
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
