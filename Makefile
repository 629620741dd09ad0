LAMBDAS := crawler extractor sentiment reducer
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 10s

.PHONY: test race lint golden bench fuzz lambda FORCE

test: ; go test ./...

race: ; go test -race ./...

lint: ; go run $(LINT) run ./...

golden: ; CANTO_UPDATE=1 go test ./...

bench: ; go test -run '^$$' -bench . -benchmem ./...

# One fuzz target at a time, which is all that go test takes.
fuzz: ; @grep -ro --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file target; do go test -run '^$$' -fuzz "^$${target#func }$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$(dirname "$$file")" </dev/null || exit 1; done

# The deployment packages of definitions/template.yaml. The same source gives the same bytes.
lambda: $(LAMBDAS:%=dist/lambda/%.zip)

dist/lambda/%.zip: FORCE
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -tags lambda.norpc -trimpath -buildvcs=false -ldflags "-s -w" -o dist/lambda/$*/bootstrap ./cmd/lambda/$*
	go run ./cmd/internal/lambdazip $@ dist/lambda/$*/bootstrap
