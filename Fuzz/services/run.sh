#!/usr/bin/env bash
# Fuzzes the readers of what services answer, with libFuzzer and the address sanitizer.
#
#   ./run.sh [SECONDS] [datalink|ssap|uws|vosi|http …]     default: 600 seconds of each
#
# FUZZ_DIR holds the build and the corpora (default: build folder beside this script), which begin with those of earlier
# runs (corpora/); SEEDS, if given, is a folder with
# further answers of servers: datalink*, ssap*, uws*, vosi*, http*.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${FUZZ_DIR:-$here/.build}
mkdir -p "$work"
seconds=${1:-600}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(datalink ssap uws vosi http)
includes=()
for module in CLibXML2 CCFITSIO CZlib CLibCurl; do includes+=(-I "$root/Sources/$module"); done
# shellcheck disable=SC2207
flags=(-O -swift-version 6 -package-name votrawl -parse-as-library -sanitize=fuzzer,address
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature InternalImportsByDefault "${includes[@]}"
  $(pkg-config --cflags libxml-2.0 cfitsio zlib libcurl | sed 's/-I/-Xcc -I/g'))
cd "$work"
mapfile -t tables < <(find "$root/Sources/Tables" -name '*.swift')
mapfile -t client < <(find "$root/Sources/VOClient" -name '*.swift')
# The catalogue that the package embeds.
{ echo 'struct PackageResources { static let datalink_semantics_csv: [UInt8] = ['
  od -An -v -tu1 "$root/catalogs/datalink-semantics.csv" | sed 's/ *\([0-9][0-9]*\)/\1,/g'; echo ']}'; } >Resources.swift
swiftc "${flags[@]}" -wmo -module-name Tables -emit-module -emit-module-path Tables.swiftmodule \
  -c "${tables[@]}" -o Tables.o
swiftc "${flags[@]}" -I . -module-name ServicesFuzz "${client[@]}" "$here/ServicesFuzz.swift" Resources.swift Tables.o \
  -o services-fuzz -lxml2 -lcfitsio -lz -lcurl 2> >(grep -v "Cannot export local symbol" >&2)
status=0
for target in "${targets[@]}"; do
  mkdir -p "corpus-$target"
  [ ! -f "$here/corpora/$target.tar.xz" ] || tar -xJf "$here/corpora/$target.tar.xz" -C "corpus-$target" --strip-components=1 --skip-old-files
  for folder in "$here/seeds" ${SEEDS:+"$SEEDS"}; do
    for seed in "$folder/$target"*; do [ ! -f "$seed" ] || cp -n "$seed" "corpus-$target/" 2>/dev/null || true; done
  done
  echo "== $target, $seconds s"
  TARGET=$target SWIFT_BACKTRACE=enable=no ./services-fuzz -max_total_time="$seconds" -max_len=8192 \
    -rss_limit_mb=2048 -timeout=20 -artifact_prefix="$target-" "corpus-$target" 2>&1 | tail -n 5 || status=1
done
exit $status
