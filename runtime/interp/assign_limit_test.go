package interp_test

import (
	"context"
	"strings"
	"testing"

	"canto/asl"
	"canto/asl/value"
	"canto/runtime"
)

func TestVariablesHaveLimits(t *testing.T) {
	const one = `{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x.$":"$"},"End":true}}}`
	const many = `{"StartAt":"Y","States":{"Y":{"Type":"Pass","Assign":{"y.$":"$.x"},"Next":"M"},"M":{"Type":"Map","ItemsPath":"$.n","End":true,"ItemSelector":{"x.$":"$.x"},
	 "ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x.$":"$.x"},"Next":"W"},"W":{"Type":"Wait","Seconds":%s,"OutputPath":null,"End":true}}}}}}`
	text := strings.Repeat("x", 262142)
	cases := []struct {
		name, machine, input string
		opts                 []runtime.Option
		want                 string
	}{
		{"as large as one Assign may be", one, `"` + text[:262140] + `"`, nil, ""},
		{"forty iterations that hold more than the execution may", strings.Replace(many, "%s", "1", 1),
			`{"n":[` + strings.TrimSuffix(strings.Repeat("1,", 42), ",") + `],"x":"` + text[:262000] + `"}`, nil, asl.ErrDataLimitExceeded},
		{"without limits", strings.Replace(many, "%s", "1", 1),
			`{"n":[` + strings.TrimSuffix(strings.Repeat("1,", 42), ",") + `],"x":"` + text[:262000] + `"}`, []runtime.Option{runtime.NoLimits()}, ""},
	}
	for _, c := range cases {
		m, err := runtime.Parse("m.asl.json", c.machine)
		if err != nil {
			t.Fatal(err)
		}
		r, err := runtime.New(c.opts...).Run(context.Background(), m, value.Raw(c.input))
		if err != nil || r.Error != c.want {
			t.Errorf("%s: %v, %s: %s", c.name, err, r.Error, r.Cause)
		}
	}
}
