package cli

import (
	"maps"
	"slices"
	"strings"

	"canto/handlers"
	"canto/runtime"

	"github.com/spf13/cobra"
)

// definitionFlags say what stands for the placeholders of a definition.
type definitionFlags struct {
	define            []string
	defines, template string
}

func (d *definitionFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&d.define, "define", nil, "`Name=value` of a ${Name} placeholder; may be repeated")
	f.StringVar(&d.defines, "defines", "", "`file` of placeholders and their values, an object in JSON or YAML")
	f.StringVar(&d.template, "template", "", "SAM or CloudFormation template (default: the one beside the machine)")
}

// values are those of the file first, then each Name=value, which wins.
func (d *definitionFlags) values() (map[string]string, error) {
	values := map[string]string{}
	if d.defines != "" {
		of, err := runtime.ReadDefines(d.defines)
		if err != nil {
			return nil, usage("--defines: %w", err)
		}
		maps.Copy(values, of)
	}
	for _, pair := range d.define {
		name, text, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usage("--define %s: write Name=value", pair)
		}
		values[name] = text
	}
	return values, nil
}

// handlerFlags say who answers for what a machine calls, and where its buckets are.
type handlerFlags struct {
	function, bucket []string
	out              string
}

func (h *handlerFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&h.function, "function", nil, "`NAME=TARGET`: who answers for a function; may be repeated")
	f.StringVarP(&h.out, "out", "o", "out", "`folder` that functions write into")
	f.StringArrayVar(&h.bucket, "bucket", nil, "where a bucket of the machine is: `NAME=FOLDER` or NAME=s3://name?region=R; may be repeated\n"+
		"(default: a folder of its name in that of --out)")
}

// registry has what --function binds, then what others adds, and S3 over the buckets.
func (h *handlerFlags) registry(others func(*handlers.Registry) error) (*handlers.Registry, *buckets, error) {
	r := handlers.NewRegistry()
	if err := bind(r, h.function); err != nil {
		return nil, nil, err
	}
	if err := others(r); err != nil {
		return nil, nil, err
	}
	b, err := newBuckets(h.out, h.bucket)
	if err != nil {
		return nil, nil, err
	}
	return r, b, handlers.RegisterS3(r, b.find)
}

// offline adds the functions that canto brings along, in a world without a network.
func (h *handlerFlags) offline(r *handlers.Registry) error {
	return register(r, func() world { return offline(newBucket(h.out)) })
}

const noLimitsHelp = "no limits of 256 KiB a payload and 25,000 events"

// checkWord refuses a flag that has none of its words.
func checkWord(flag, given string, words []string) error {
	if slices.Contains(words, given) {
		return nil
	}
	return usage("%s must be one of %v, but is %q", flag, words, given)
}

// completeWith completes a flag with one of its words.
func completeWith(cmd *cobra.Command, flag string, words []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // it has the flag
}
