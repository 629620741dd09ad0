package cli

import (
	"runtime/debug"
	"testing"
)

func TestVersionTellsTheRevision(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	cases := []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, ""},
		{&debug.BuildInfo{}, ""},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{setting("vcs.revision", "0123456789abcdef"), setting("vcs.modified", "false")}}, ", revision 0123456789ab"},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{setting("vcs.revision", "0123"), setting("vcs.modified", "true")}}, ", revision 0123, modified"},
	}
	for _, c := range cases {
		if got := revision(c.info); got != c.want {
			t.Errorf("revision is %q, want %q", got, c.want)
		}
	}
}
