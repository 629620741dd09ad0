package cli

import (
	"fmt"
	goruntime "runtime"
	"runtime/debug"

	"canto/runtime"

	"github.com/spf13/cobra"
)

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of canto",
		Long:    "Version prints the version of canto, of the Go that has built it, and the revision of its source.",
		Example: "  canto version",
		Args:    nothing,
		RunE:    func(cmd *cobra.Command, _ []string) error { return printVersion(cmd) },
	}
}

func printVersion(cmd *cobra.Command) error {
	_, err := fmt.Fprintln(cmd.OutOrStdout(), versionLine())
	return err
}

func nothing(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s takes no arguments; %q is too much", cmd.CommandPath(), args[0])
	}
	return nil
}

// versionLine is "canto 0.1.0 (go1.26.8 linux/amd64, revision 3071326, modified)".
func versionLine() string {
	info, _ := debug.ReadBuildInfo()
	return fmt.Sprintf("canto %s (%s %s/%s%s)", runtime.Version, goruntime.Version(), goruntime.GOOS, goruntime.GOARCH, revision(info))
}

func revision(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	commit := settings["vcs.revision"]
	if commit == "" {
		return ""
	}
	text := ", revision " + commit[:min(len(commit), 12)]
	if settings["vcs.modified"] == "true" {
		text += ", modified"
	}
	return text
}
