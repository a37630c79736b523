# What is typed most. Everything else is a command of the program, or of swift.
#   make demo     install what is missing, build, and show the whole way on simulated spectra
#   make test     all tests (those that need real data say what they skip without it)

SWIFT ?= swift
BUILD := $(SWIFT) build -c release
PROGRAM = $(shell $(BUILD) --show-bin-path)/votrawl
PACKAGES := libcurl4-openssl-dev libxml2-dev libcfitsio-dev libsqlite3-dev zlib1g-dev libdeflate-dev pkg-config
DEMO ?= demo-survey

.PHONY: setup build demo test lint format clean bench-votable bench-match bench-read bench-classify bench-smote bench-discovery \
  bench-adaptation bench-fetch check-crawl sanitize

setup:
	@missing=; for package in $(PACKAGES); do \
	  [ "$$(dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null)" = installed ] || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get -q update && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $$missing; \
	fi
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.3 is needed: https://swift.org/install" >&2; exit 1; }

build: setup
	$(BUILD) --product votrawl

demo: build
	$(PROGRAM) demo $(DEMO)

# Tests look inside the modules, which a release build must be told: they are built apart, so that neither undoes the other.
TESTING := -c release --scratch-path .build-test -Xswiftc -enable-testing

test: PACKAGES += openssl
test: setup
	$(SWIFT) build $(TESTING) --build-tests
	# All at once, hundreds of tests would wait for each other's processes and servers.
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$$(( 2 * $$(nproc) )) $(SWIFT) test $(TESTING) --skip-build

lint:
	swift format lint --strict --parallel -r Sources Tests Package.swift

format:
	swift format -i --parallel -r Sources Tests Package.swift

# Benchmarks: our program and its peers on the same work, side by side. Each script says what its peers need; PEERS is the
# folder of the scripts that set them up and time them.
PEERS ?= $(abspath ../shared/peers)
export PEERS

bench-votable:
	Benchmarks/VOTable/run.sh

bench-match:
	Benchmarks/Crossmatch/run.sh all

bench-read:
	Benchmarks/Reading/run

bench-classify:
	Benchmarks/Classifier/run

# Crawls a running DaCHS, killed at random moments: make check-crawl DACHS=http://127.0.0.1:8080
check-crawl: build
	Benchmarks/Crawl/check-dachs $(PROGRAM) $(DACHS)

# Fetches 20,000 spectra in each way beside curl and pyvo: make bench-fetch DACHS=http://127.0.0.1:8080
bench-fetch: build
	Benchmarks/Fetch/run $(PROGRAM) $(DACHS)

bench-smote:
	Benchmarks/Classifier/smote

# The C kernels under AddressSanitizer and UndefinedBehaviorSanitizer; Tests/Sanitizers/run says how to run the tests under them.
sanitize:
	Tests/Sanitizers/run kernels

bench-discovery: build
	PROGRAM=$(PROGRAM) Benchmarks/Discovery/run

# What each step from one telescope to the other gives; real spectra are in DATA.
DATA ?= $(abspath ../shared/data)
bench-adaptation: build
	$(PROGRAM) adaptation --real $(DATA)/lamost $(DATA)/pairs/lamost \
	  --pairs $(DATA)/pairs/cross-matched.csv $(DATA)/pairs/ondrejov/bt-cmi-ondrejov.fits,$(DATA)/pairs/lamost/bt-cmi-lamost.fits

clean:
	$(SWIFT) package clean
