package eventbridge_test

import (
	"encoding/json"
	"testing"
	"time"

	"canto/runtime/eventbridge"
)

func TestEventIsOfTheAccountAndRegionOfItsResource(t *testing.T) {
	e := eventbridge.Event{
		ID: "1", DetailType: "Light Change", Source: "our.lamps", Detail: map[string]int{"watts": 5},
		Time:     time.Date(2026, 3, 1, 7, 0, 0, 900, time.FixedZone("", 3600)),
		Resource: "arn:aws:iot:eu-north-1:111122223333:thing/lamp:1",
	}
	got, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":"0","id":"1","detail-type":"Light Change","source":"our.lamps","account":"111122223333","time":"2026-03-01T06:00:00Z",` +
		`"region":"eu-north-1","resources":["arn:aws:iot:eu-north-1:111122223333:thing/lamp:1"],"detail":{"watts":5}}`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestIDIsThatOfItsText(t *testing.T) {
	a, b := eventbridge.ID("a"), eventbridge.ID("b")
	if a != eventbridge.ID("a") || a == b {
		t.Errorf("got %s and %s", a, b)
	}
	if want := "ca978112-ca1b-8dca-bac2-31b39a23dc4d"; a != want {
		t.Errorf("got %s, want %s", a, want)
	}
}
