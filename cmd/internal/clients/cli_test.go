package clients_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestCommandLine runs the scripts of testdata/clients/cli, each with a server of
// its own. In a script aws is an operation of the AWS CLI with that server as its
// endpoint, keep puts what it said into a variable, until repeats it until it says
// what is wanted, and crash kills the server and starts another on its file.
func TestCommandLine(t *testing.T) {
	aws := commandLine(t)
	scripts, err := filepath.Glob(filepath.FromSlash("../../../testdata/clients/cli/*.txtar"))
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s := durable(t)
			testscript.Run(t, testscript.Params{
				Files: []string{script}, RequireExplicitExec: true, RequireUniqueNames: true,
				Deadline: time.Now().Add(5 * time.Minute), Condition: condition,
				Setup: func(env *testscript.Env) error { return settings(env, aws, s) },
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"aws": operation, "keep": keep, "until": until,
					"crash": func(*testscript.TestScript, bool, []string) { s.crash() },
				},
			})
		})
	}
}

// commandLine is the AWS CLI: Debian's, or else the one that is found.
func commandLine(t *testing.T) string {
	t.Helper()
	slow(t)
	const debian = "/usr/bin/aws"
	if _, err := os.Stat(debian); err == nil {
		return debian
	}
	found, err := exec.LookPath("aws")
	if err != nil {
		t.Fatal("there is no AWS CLI: apt-get install awscli")
	}
	return found
}

func settings(env *testscript.Env, aws string, s *server) error {
	home := filepath.Join(env.WorkDir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(s.address)
	for name, text := range map[string]string{
		"HOME": home, "AWS": aws, "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
		"ENDPOINT": s.url(), "LOCALHOST": "http://localhost:" + port,
		"ROLE": role, "PREFIX": strings.TrimSuffix(prefix, ":"), "MODEL": model(),
	} {
		env.Setenv(name, text)
	}
	return err
}

// model is the file with the service's whole model, where there is one.
func model() string {
	shared := os.Getenv("CANTO_SHARED")
	if shared == "" {
		return ""
	}
	return filepath.Join(shared, "facts", "service-model.json")
}

func condition(name string) (bool, error) {
	switch name {
	case "model":
		return model() != "", nil
	case "hosts":
		_, err := net.LookupHost("sync-localhost")
		return err == nil, nil
	}
	return false, os.ErrInvalid
}

// operation is aws OPERATION [ARGUMENT]...
func operation(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(ts.Getenv("AWS"), append([]string{"stepfunctions", "--endpoint-url", ts.Getenv("ENDPOINT")}, args...)...)
	if neg == (err == nil) {
		ts.Fatalf("aws %s: %v", strings.Join(args, " "), err)
	}
}

// keep is keep NAME [PATTERN]: what was said, or the group of the pattern in it.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: keep name [pattern]")
	}
	said := strings.TrimSpace(ts.ReadFile("stdout"))
	if len(args) == 2 {
		found := regexp.MustCompile(args[1]).FindStringSubmatch(said)
		if len(found) < 2 {
			ts.Fatalf("%s is not in what was said", args[1])
		}
		said = found[1]
	}
	ts.Setenv(args[0], said)
}

// until is until PATTERN OPERATION [ARGUMENT]...
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until pattern operation [argument]...")
	}
	pattern := regexp.MustCompile("(?m)" + args[0])
	for end := time.Now().Add(patience); time.Now().Before(end); {
		operation(ts, false, args[1:])
		if pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("it does not say %s in %s", args[0], patience)
}
