package parquet

import (
	"encoding/base64"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"canto/asl/value"
)

// valueOf is the JSON of what the library has made of a column: numbers as they are
// stored (a DATE in days, a TIMESTAMP in its unit), bytes that are no text in base64.
func valueOf(node parquet.Node, x any) value.Value {
	switch x := x.(type) {
	case map[string]any:
		return object(node, x)
	case []any:
		items := make([]value.Value, len(x))
		for i := range x {
			items[i] = valueOf(element(node), x[i])
		}
		return value.Array(items)
	case string:
		return text(x)
	case []byte:
		return text(string(x))
	case float32:
		return float(float64(x), 32)
	case float64:
		return float(x, 64)
	case int32:
		return value.Of(int64(x))
	case uint32:
		return value.Of(uint64(x))
	case deprecated.Int96:
		return value.String(instant(x).Format(time.RFC3339Nano))
	case time.Time:
		return value.String(x.UTC().Format(time.RFC3339Nano))
	case nil, bool, int64, uint64, int:
		return value.Of(x)
	}
	v, err := value.From(x)
	if err != nil {
		return value.Value{}
	}
	return v
}

// object has the members in the order of the schema; a MAP has them sorted.
func object(node parquet.Node, x map[string]any) value.Value {
	members := make([]value.Member, 0, len(x))
	if node == nil || node.Leaf() || is[*format.MapType](node) {
		for _, name := range slices.Sorted(maps.Keys(x)) {
			members = append(members, value.Member{Name: name, Value: valueOf(nil, x[name])})
		}
		return value.NewObject(members...)
	}
	for _, field := range node.Fields() {
		members = append(members, value.Member{Name: field.Name(), Value: valueOf(field, x[field.Name()])})
	}
	return value.NewObject(members...)
}

// element is the node of a list's elements: of a LIST, which has a group around each,
// or of a column that repeats itself.
func element(node parquet.Node) parquet.Node {
	if node == nil || !is[*format.ListType](node) {
		return node
	}
	for range 2 {
		fields := node.Fields()
		if len(fields) != 1 {
			return nil
		}
		node = fields[0]
	}
	return node
}

// is says whether the schema calls the node a T.
func is[T format.LogicalTypeValue](node parquet.Node) bool {
	t := node.Type().LogicalType()
	if t == nil {
		return false
	}
	_, ok := t.Value.(T)
	return ok
}

func text(s string) value.Value {
	if utf8.ValidString(s) {
		return value.String(s)
	}
	return value.String(base64.StdEncoding.EncodeToString([]byte(s)))
}

// float is a number; what JSON has no number for is a string.
func float(f float64, bits int) value.Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return value.String(strconv.FormatFloat(f, 'g', -1, bits))
	}
	if bits == 32 { // 0.1 and not 0.10000000149
		f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', -1, 32), 64)
	}
	return value.Of(f)
}

// instant is the time that Impala and Spark keep in 96 bits: nanoseconds of a Julian day.
func instant(i deprecated.Int96) time.Time {
	const epoch = 2440588 // the Julian day of 1 January 1970
	nanos := int64(i[1])<<32 | int64(i[0])
	return time.Unix((int64(i[2])-epoch)*86400, nanos).UTC()
}
