package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// ask sends a request to the endpoint, and gives its answer.
func ask(t *testing.T, url, operation, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "AWSStepFunctions."+operation)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestServeAnswersUntilItIsInterrupted(t *testing.T) {
	engine, api, err := newService(serveFlags{account: "111122223333", region: "eu-north-1", virtual: true})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveUntil(ctx, listener, api) }()
	url := "http://" + listener.Addr().String()
	ask(t, url, "CreateStateMachine", `{"name": "m", "roleArn": "r", "definition": "{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":86400,\"End\":true}}}"}`)
	const arn = "arn:aws:states:eu-north-1:111122223333:"
	ask(t, url, "StartExecution", `{"stateMachineArn": "`+arn+`stateMachine:m", "name": "x"}`)
	for !strings.Contains(ask(t, url, "DescribeExecution", `{"executionArn": "`+arn+`execution:m:x"}`), `"status":"SUCCEEDED"`) {
	}
	interrupt()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestServeListensToThisMachineAlone(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "localhost:8083", "[::1]:80", "127.9.9.9:1"} {
		if err := loopback(addr); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{":8083", "0.0.0.0:8083", "192.168.1.1:80", "example.org:80", "127.0.0.1"} {
		if err := loopback(addr); err == nil {
			t.Errorf("%s was taken", addr)
		}
	}
}

func TestServeWantsAnEndpointThatIsOne(t *testing.T) {
	if _, _, err := newService(serveFlags{lambda: "localhost:9001"}); err == nil || !strings.Contains(err.Error(), "--lambda-endpoint") {
		t.Errorf("got %v", err)
	}
}
