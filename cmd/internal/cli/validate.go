package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"canto/asl/check"
	"canto/asl/parse"
	"canto/asl/source"

	"github.com/spf13/cobra"
)

// validateFlags are the flags of canto validate.
type validateFlags struct {
	definitionFlags
	format          string
	strict, express bool
}

func newValidateCommand() *cobra.Command {
	var flags validateFlags
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Say what is wrong with state machine definitions",
		Long: `Validate reads definitions, JSON or YAML, - for standard input, and says everything that
is wrong with them, as ValidateStateMachineDefinition of AWS Step Functions would: the
same codes and locations, with the line of the file and what to do about it.

Placeholders like ${FunctionArn} may be left open; those without a value are listed.
With --template a SAM or CloudFormation template is judged too, its schedules as well, and
its substitutions count; without a FILE, so are the definitions of all its machines.
The exit code is 2 where a definition has errors, and with --strict also where it
has warnings.`,
		Example: `  canto validate machine.asl.json
  canto validate --define Retries=3 --strict definitions/*.asl.json
  canto validate --template template.yaml
  canto validate --format sarif machine.asl.yaml > canto.sarif
  aws stepfunctions describe-state-machine ... --query definition --output text | canto validate -`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && flags.template == "" {
				return &exitError{exitUsage, errors.New("name the definitions to validate, or - for standard input: canto validate FILE")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return validate(cmd, flags, args) },
	}
	f := cmd.Flags()
	f.StringVar(&flags.format, "format", "text", "text, json or sarif")
	f.BoolVar(&flags.strict, "strict", false, "exit with 2 on warnings too")
	f.BoolVar(&flags.express, "express", false, "judge as Express workflows")
	flags.definitionFlags.add(cmd)
	f.Lookup("template").Usage = "SAM or CloudFormation template `file` to judge with its machines"
	completeWith(cmd, "format", formats)
	return cmd
}

var formats = []string{"text", "json", "sarif"}

// judgement is what there is to say about one file.
type judgement struct {
	Name  string
	Diags source.Diagnostics
	Open  []source.Placeholder
}

func validate(cmd *cobra.Command, flags validateFlags, files []string) error {
	write, ok := map[string]func(io.Writer, []judgement) error{"text": writeText, "json": writeJSON, "sarif": writeSARIF}[flags.format]
	if !ok {
		return &exitError{exitUsage, fmt.Errorf("there is no format %q: use %s", flags.format, strings.Join(formats, ", "))}
	}
	defines, err := flags.values()
	if err != nil {
		return err
	}
	deployed, err := judgeTemplate(flags.template)
	if err != nil {
		return err
	}
	all := deployed.judgements
	var unread []error
	for _, d := range deployed.definitions(files) {
		text, err := d.read(cmd.InOrStdin())
		if err != nil {
			unread = append(unread, err)
			continue
		}
		all = append(all, judge(text, d.with(defines), flags.express || d.express))
	}
	if err := write(cmd.OutOrStdout(), all); err != nil {
		return err
	}
	return verdict(all, unread, flags.strict)
}

// judge parses and checks one definition.
func judge(src *source.Source, defines map[string]string, express bool) judgement {
	text, open := source.Substitute(src, defines)
	machine, diags := parse.Parse(text)
	diags = append(diags, check.Options{Express: express}.Machine(machine)...)
	diags.Sort()
	return judgement{Name: src.Name, Diags: diags, Open: open}
}

// verdict is the error with which the command ends, or nil.
func verdict(all []judgement, unread []error, strict bool) error {
	if len(unread) > 0 {
		return &exitError{exitUsage, errors.Join(unread...)}
	}
	for _, j := range all {
		if j.Diags.HasErrors() || strict && len(j.Diags) > 0 {
			return &exitError{Code: exitUsage}
		}
	}
	return nil
}

// readDefinition reads a file, or standard input where it is called "-".
func readDefinition(file string, stdin io.Reader) (string, error) {
	if file == source.Stdin {
		text, err := io.ReadAll(stdin)
		switch {
		case err != nil:
			return "", fmt.Errorf("standard input: %w", err)
		case templateForm.Match(text):
			return "", errors.New("standard input is a template, and no definition: write it to a file, which --template names")
		}
		return string(text), nil
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return "", fmt.Errorf("%s is a folder: name the definitions in it, for instance %s/*.asl.json", file, strings.TrimRight(file, "/"))
	}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no file %s", file)
	case err != nil:
		return "", fmt.Errorf("the definition cannot be read: %w", err)
	case templateForm.Match(text):
		return "", fmt.Errorf("%s is a template, and no definition: canto validate --template %[1]s judges its machines, canto serve --template %[1]s runs them", file)
	}
	return string(text), nil
}

// templateForm is how a SAM or CloudFormation template looks: it has a section on its top
// level that a definition cannot have.
var templateForm = regexp.MustCompile(`(?m)^(AWSTemplateFormatVersion|Transform|Resources)\s*:|\A\s*\{\s*"(AWSTemplateFormatVersion|Transform|Resources)"\s*:`)
