// Package canto_test keeps the house in order: who may import whom, what lies at
// the top level, and that every package and exported name says what it is. The
// reasons are in docs/ARCHITECTURE.md.
package canto_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "canto"

// imports says which of our packages a package may import: the first row that is
// for it counts. A name that ends in "/..." stands for the folder and all below.
var imports = []struct {
	of  string
	may []string
}{
	{"asl/source", nil},
	{"asl/value", nil},
	{"asl", []string{"asl/source", "asl/value"}},
	{"asl/...", []string{"asl/..."}},
	{"handlers/...", []string{"asl/...", "handlers/..."}},
	{"runtime/strand", []string{"asl/value"}},
	{"runtime/history", []string{"asl/..."}},
	{"runtime/interp", []string{"asl/...", "runtime/strand", "runtime/history"}},
	{"runtime/...", []string{"asl/...", "handlers/...", "runtime/..."}},
	{"definitions/...", nil},
	{"testdata/...", []string{"testdata/..."}},
	{"cmd/...", []string{"asl/...", "handlers/...", "runtime/...", "definitions/...", "testdata/...", "cmd/..."}},
}

// libraries says which of our packages may import a module. What is not here is
// imported by nobody. docs/RATIONALE.md has the reasons.
var libraries = map[string][]string{
	"github.com/ohler55/ojg":              {"asl/jsonpath"},
	"go.yaml.in/yaml/v4":                  {"asl/parse", "asl/template"},
	"github.com/aws/aws-lambda-go":        {"handlers", "cmd/lambda/..."},
	"github.com/google/go-cmp":            {"runtime/store/storetest"},
	"github.com/rogpeppe/go-internal":     {"runtime/golden"},
	"gocloud.dev":                         {"handlers/blob"},
	"github.com/parquet-go/parquet-go":    {"runtime/maprun/parquet"},
	"github.com/aws/aws-sdk-go-v2/...":    {"handlers/poem/..."},
	"github.com/aws/smithy-go":            {"handlers/poem/..."},
	"github.com/PuerkitoBio/goquery":      {"handlers/poem/..."},
	"github.com/abadojack/whatlanggo":     {"handlers/poem/..."},
	"github.com/clipperhouse/uax29/v2":    {"handlers/poem/..."},
	"github.com/go-shiori/go-readability": {"handlers/poem/..."},
	"github.com/jonreiter/govader":        {"handlers/poem/..."},
	"github.com/neurosnap/sentences":      {"handlers/poem/..."},
	"github.com/temoto/robotstxt":         {"handlers/poem/..."},
	"golang.org/x/net":                    {"handlers/poem/...", "cmd/internal/server"},
	"modernc.org/sqlite":                  {"runtime/store/sqlite"},
	"github.com/prometheus/client_golang": {"cmd/internal/server"},
	"github.com/spf13/cobra":              {"cmd/internal/cli"},
	"github.com/vbauerster/mpb/v8":        {"cmd/internal/progress"},
	"github.com/owenrumney/go-sarif/v3":   {"cmd/internal/cli"},
}

// core are the packages that a library user imports, and all the modules that they
// may bring along, themselves or through others: a user's go.sum stays short.
var (
	core    = []string{"runtime", "handlers", "handlers/mock"}
	brought = []string{"github.com/ohler55/ojg", "go.yaml.in/yaml/v4", "github.com/aws/aws-lambda-go"}
)

// pure are the packages in which the same input always gives the same output.
var (
	pure   = []string{"asl/...", "runtime/strand", "runtime/interp"}
	impure = []string{"os", "os/...", "net", "net/...", "io/ioutil", "syscall", "math/rand", "crypto/rand", "log/...", "log"}
)

// topLevel is fixed: a new room needs a better reason than a new thing to put away.
var topLevel = []string{
	"asl", "runtime", "handlers", "definitions", "cmd", "testdata", "docs",
	"go.mod", "go.sum", "README.md", "LICENSE", "Makefile", "house_test.go",
	"out", "dist", // made by commands, and ignored by git
}

// pkg is what go list tells of a package.
type pkg struct {
	ImportPath, Dir, Name, Doc string
	Standard                   bool
	Module                     *struct{ Path string }
	GoFiles, Imports, Deps     []string
}

func (p *pkg) ours() bool { return p.Module != nil && p.Module.Path == module }

// short is the import path below the module.
func (p *pkg) short() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// house gives all packages that a build of everything needs, by import path.
var house = sync.OnceValues(func() (map[string]*pkg, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Name,Doc,Standard,Module,GoFiles,Imports,Deps", "./...", "./testdata/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.Join(err, errors.New(stderr.String()))
	}
	all := map[string]*pkg{}
	for in := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &pkg{}
		if err := in.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
})

func packages(t *testing.T) map[string]*pkg {
	t.Helper()
	all, err := house()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// within says whether a path is one of the names, where "x/..." is x and all below.
func within(path string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		if folder, ok := strings.CutSuffix(name, "/..."); ok {
			return path == folder || strings.HasPrefix(path, folder+"/")
		}
		return path == name
	})
}

func TestPackagesImportDownwardsOnly(t *testing.T) {
	all := packages(t)
	for _, p := range all {
		if !p.ours() || len(p.GoFiles) == 0 {
			continue
		}
		may, known := rowOf(p.short())
		if !known {
			t.Errorf("%s has no row in the table of imports", p.short())
		}
		for _, path := range p.Imports {
			if q := all[path]; q != nil && q.ours() && !within(q.short(), may) {
				t.Errorf("%s imports %s, which it may not", p.short(), q.short())
			}
		}
	}
}

func rowOf(path string) (may []string, known bool) {
	for _, row := range imports {
		if within(path, []string{row.of}) {
			return row.may, true
		}
	}
	return nil, false
}

func TestLibrariesAreImportedWhereTheyBelong(t *testing.T) {
	all := packages(t)
	for _, p := range all {
		if !p.ours() {
			continue
		}
		for _, path := range p.Imports {
			q := all[path]
			if q == nil || q.ours() || q.Module == nil {
				continue
			}
			if !within(p.short(), places(q.Module.Path)) {
				t.Errorf("%s imports %s: not a module for that package, by the table of libraries", p.short(), path)
			}
		}
	}
}

func TestNoRowOfTheTablesIsLeftOver(t *testing.T) {
	all := packages(t)
	some := func(name string, is func(*pkg) bool) bool {
		for _, p := range all {
			if p.ours() && within(p.short(), []string{name}) && is(p) {
				return true
			}
		}
		return false
	}
	for _, row := range imports {
		for _, name := range append(row.may, row.of) {
			if !some(name, func(*pkg) bool { return true }) {
				t.Errorf("the table of imports names %s, and there is no such package", name)
			}
		}
	}
	for library, may := range libraries {
		for _, name := range may {
			if !some(name, func(p *pkg) bool { return p.takes(all, library) }) {
				t.Errorf("the table of libraries lets %s import %s, which it does not", name, library)
			}
		}
	}
}

// takes says whether a package imports one of the library itself.
func (p *pkg) takes(all map[string]*pkg, library string) bool {
	return slices.ContainsFunc(p.Imports, func(path string) bool {
		q := all[path]
		return q != nil && q.Module != nil && within(q.Module.Path, []string{library})
	})
}

func places(library string) []string {
	for name, may := range libraries {
		if within(library, []string{name}) {
			return may
		}
	}
	return nil
}

func TestCoreBringsFewModules(t *testing.T) {
	all := packages(t)
	for _, name := range core {
		p := all[module+"/"+name]
		if p == nil {
			t.Fatalf("there is no package %s", name)
		}
		for _, path := range p.Deps {
			q := all[path]
			if q != nil && !q.ours() && q.Module != nil && !slices.Contains(brought, q.Module.Path) {
				t.Errorf("%s brings %s along, which its users would have to download", name, path)
			}
		}
	}
}

func TestFacadeImportsNothingHeavy(t *testing.T) {
	p := packages(t)[module+"/runtime"]
	for _, path := range p.Deps {
		if within(path, []string{module + "/runtime/golden/...", module + "/runtime/awsapi/...", module + "/runtime/scheduler", module + "/runtime/store/sqlite", module + "/runtime/maprun/parquet"}) {
			t.Errorf("runtime imports %s", path)
		}
	}
}

func TestOnlyCommandsImportTheDatabase(t *testing.T) {
	for _, p := range packages(t) {
		if p.ours() && slices.Contains(p.Imports, module+"/runtime/store/sqlite") && !within(p.short(), []string{"cmd/..."}) {
			t.Errorf("%s imports runtime/store/sqlite: whoever opens a database is a command, or a user's program", p.short())
		}
	}
}

func TestEveryLibraryHasItsReason(t *testing.T) {
	reasons := read(t, filepath.Join("docs", "RATIONALE.md"))
	for _, line := range strings.Split(read(t, "go.mod"), "\n") {
		library, direct := strings.CutPrefix(line, "\t")
		if !direct || strings.HasSuffix(line, "// indirect") {
			continue
		}
		library, _, _ = strings.Cut(library, " ")
		if !strings.Contains(reasons, "`"+repository(library)+"`") {
			t.Errorf("docs/RATIONALE.md does not say why %s is here", library)
		}
	}
}

// repository is the module in which others of its kind lie: the SDK of AWS has many.
func repository(library string) string {
	if sdk := "github.com/aws/aws-sdk-go-v2"; strings.HasPrefix(library, sdk+"/") {
		return sdk
	}
	return library
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPurePackagesCannotReachTheWorld(t *testing.T) {
	for _, p := range packages(t) {
		if !p.ours() || !within(p.short(), pure) {
			continue
		}
		for _, path := range p.Imports {
			if within(path, impure) {
				t.Errorf("%s imports %s", p.short(), path)
			}
		}
	}
}

func TestTopLevelIsFixed(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(topLevel, e.Name()) {
			t.Errorf("%s lies at the top level", e.Name())
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		if p.ours() && len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.short())
		}
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	files := token.NewFileSet()
	for _, p := range packages(t) {
		if !p.ours() || p.Name == "main" {
			continue
		}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range undocumented(f) {
				t.Errorf("%s: %s has no comment", files.Position(id.Pos()), id.Name)
			}
		}
	}
}

// undocumented gives the exported names at the top of a file that have no comment.
func undocumented(f *ast.File) []*ast.Ident {
	var out []*ast.Ident
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && !selfEvident(d) {
				out = append(out, d.Name)
			}
		case *ast.GenDecl:
			if d.Doc == nil {
				out = append(out, undocumentedSpecs(d.Specs)...)
			}
		}
	}
	return out
}

func undocumentedSpecs(specs []ast.Spec) []*ast.Ident {
	var names []*ast.Ident
	for _, s := range specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Doc == nil && s.Comment == nil {
				names = append(names, s.Name)
			}
		case *ast.ValueSpec:
			if s.Doc == nil && s.Comment == nil {
				names = append(names, s.Names...)
			}
		}
	}
	return slices.DeleteFunc(names, func(id *ast.Ident) bool { return !id.IsExported() })
}

// standard are methods of interfaces that every Go programmer knows.
var standard = []string{
	"Error", "Unwrap", "Is", "As", "String", "Len", "Less", "Swap",
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "Read", "Write", "Close", "RoundTrip", "ServeHTTP",
}

// selfEvident says whether a method needs no words: that of a standard interface,
// or of a type that no other package sees.
func selfEvident(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return false
	}
	return slices.Contains(standard, d.Name.Name) || !receiver(d).IsExported()
}

func receiver(d *ast.FuncDecl) *ast.Ident {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x
		default:
			return ast.NewIdent("_")
		}
	}
}
