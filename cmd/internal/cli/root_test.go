package cli

import (
	"errors"
	"slices"
	"testing"

	"github.com/spf13/cobra"
)

func TestTestTakesItsFlagsWithOneDash(t *testing.T) {
	cases := []struct{ given, want []string }{
		{[]string{"test", "-run", "x", "-update"}, []string{"test", "--run", "x", "--update"}},
		{[]string{"test", "-run=a|b", "-junit=r.xml", "-v"}, []string{"test", "--run=a|b", "--junit=r.xml", "-v"}},
		{[]string{"test", "--run", "x", "-runner"}, []string{"test", "--run", "x", "-runner"}},
		{[]string{"test", "--", "-run"}, []string{"test", "--", "-run"}},
		{[]string{"run", "-update"}, []string{"run", "-update"}},
		{nil, nil},
	}
	for _, c := range cases {
		if got := longFlags(c.given); !slices.Equal(got, c.want) {
			t.Errorf("longFlags(%q) is %q, want %q", c.given, got, c.want)
		}
	}
}

func TestEveryCommandHasHelpWithExamples(t *testing.T) {
	for _, c := range newRootCommand().Commands() {
		if c.Short == "" || c.Long == "" || c.Example == "" {
			t.Errorf("canto %s lacks a short or a long help, or examples", c.Name())
		}
	}
}

func TestMistakesOfTheUserAreUsageErrors(t *testing.T) {
	for _, args := range [][]string{
		{"rnu"}, {"run"}, {"run", "--nope"}, {"run", "a", "b"}, {"trace"}, {"version", "1"}, {"test", "-x"}, {"validate"},
	} {
		root := newRootCommand()
		root.SetArgs(args)
		var exit *exitError
		if err := root.Execute(); !errors.As(err, &exit) || exit.Code != exitUsage {
			t.Errorf("canto %q gives %v, want a usage error", args, err)
		}
	}
}

func TestMachinesAreCompleted(t *testing.T) {
	t.Chdir(t.TempDir())
	found, directive := completeMachine(nil, nil, "po")
	if len(found) != 1 || directive != cobra.ShellCompDirectiveNoFileComp {
		t.Errorf("completion gives %q, %v", found, directive)
	}
	if found, _ := completeMachine(nil, []string{"poem"}, ""); found != nil {
		t.Errorf("a second argument is completed by %q", found)
	}
	if found, _ := completeMachine(nil, nil, "[*?"); found != nil {
		t.Errorf("what looks like a pattern is completed by %q", found)
	}
}
