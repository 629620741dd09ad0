package parquet

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"canto/asl/value"
)

type line struct {
	Quantity int32 `parquet:"quantity"`
	Article  string
}

type order struct {
	ID    int64             `parquet:"id"`
	Name  string            `parquet:"name"`
	Total float64           `parquet:"total"`
	Rate  float32           `parquet:"rate"`
	Note  *string           `parquet:"note,optional"`
	Paid  bool              `parquet:"paid"`
	Tags  []string          `parquet:"tags,list"`
	Lines []line            `parquet:"lines"`
	Extra map[string]string `parquet:"extra"`
	Raw   []byte            `parquet:"raw"`
}

func written(t testing.TB, n int) []byte {
	t.Helper()
	note := "é"
	var b bytes.Buffer
	w := parquet.NewGenericWriter[order](&b, parquet.MaxRowsPerRowGroup(100))
	for i := range n {
		o := order{ID: int64(i), Name: "order", Total: 1.5, Rate: 0.1, Paid: i%2 == 0, Raw: []byte("text")}
		if i == 0 {
			o.Note, o.Tags, o.Lines, o.Raw = &note, []string{"a", "b"}, []line{{2, "x"}, {3, "y"}}, []byte{0xff}
			o.Extra = map[string]string{"k": "v"}
		}
		if _, err := w.Write([]order{o}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRowsAreObjectsInTheOrderOfTheSchema(t *testing.T) {
	want := []string{
		`{"id":0,"name":"order","total":1.5,"rate":0.1,"note":"é","paid":true,"tags":["a","b"],"lines":[{"quantity":2,"Article":"x"},{"quantity":3,"Article":"y"}],"extra":{"k":"v"},"raw":"/w=="}`,
		`{"id":1,"name":"order","total":1.5,"rate":0.1,"note":null,"paid":false,"tags":[],"lines":[],"extra":{},"raw":"text"}`,
	}
	n := 0
	for item, err := range Parse(bytes.NewReader(written(t, 250)), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n < len(want) && item.Value.Text() != want[n] {
			t.Errorf("row %d is\n%s, want\n%s", n, item.Value.Text(), want[n])
		}
		n++
	}
	if n != 250 {
		t.Errorf("%d rows", n)
	}
}

func TestAFileOnDiskIsReadInPlaceAndAsFarAsWanted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, written(t, 250), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for _, err := range Parse(file, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d rows", n)
	}
}

func TestBrokenFilesAreErrors(t *testing.T) {
	good := written(t, 10)
	for name, b := range map[string][]byte{
		"nothing": nil, "text": []byte("id,name\n1,x\n"), "half": good[:len(good)/2], "no beginning": good[len(good)/2:],
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range Parse(bytes.NewReader(b), nil) {
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), "no Parquet file") {
				t.Errorf("the error is %v", last)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(written(f, 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		for item, err := range Parse(bytes.NewReader(b), nil) {
			if n++; err != nil || n > 1000 {
				break
			}
			if _, err := value.Parse(item.Value.Text()); err != nil {
				t.Fatalf("the item %q is no JSON: %v", item.Value.Text(), err)
			}
		}
	})
}
