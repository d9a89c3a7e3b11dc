# make test   installs what the tests need and lacks, then runs everything
# make bench  the benchmarks, with ratios where a peer is given
# make build  bin/pharos
# make torture  the long tests at their full counts

GO ?= go
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo dev)

.PHONY: build test bench torture lint install

build:
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/pharos ./cmd/pharos

install:
	@.ci/install

lint:
	@unformatted="$$(gofmt -l cmd pipeline segment analysis sql)"; \
	  if [ -n "$$unformatted" ]; then echo "not gofmt-clean: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# The race detector runs over everything but the long tests;
# the second pass runs every test, those that wait much beside each other.
test: install lint
	$(GO) test -race -short -timeout 30m ./...
	$(GO) test -parallel 4 -timeout 80m ./...

bench:
	$(GO) test -run '^$$' -bench . -benchtime 3x -timeout 60m ./...

torture:
	PHAROS_TORTURE=1 $(GO) test -timeout 12h ./...
