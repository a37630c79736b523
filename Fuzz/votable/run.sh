#!/usr/bin/env bash
# Fuzzes the VOTable reader with libFuzzer and the address sanitizer.
#
#   ./run.sh [SECONDS] [document|tabledata|binary|binary2|fits …]     default: 600 seconds of each
#
# FUZZ_DIR holds the build and the corpora (default: build folder beside this script).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${FUZZ_DIR:-$here/.build}
mkdir -p "$work"
seconds=${1:-600}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(document tabledata binary binary2 fits)
mapfile -t sources < <(find "$root/Sources/Tables" -name '*.swift')
includes=()
for module in CLibXML2 CCFITSIO CZlib; do includes+=(-I "$root/Sources/$module"); done
# shellcheck disable=SC2046
swiftc -O -swift-version 6 -parse-as-library -sanitize=fuzzer,address -module-name TablesFuzz \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
  -enable-upcoming-feature InternalImportsByDefault \
  "${includes[@]}" $(pkg-config --cflags libxml-2.0 cfitsio zlib | sed 's/-I/-Xcc -I/g') \
  "${sources[@]}" "$here/VOTableFuzz.swift" -o "$work/votable-fuzz" -lxml2 -lcfitsio -lz \
  2> >(grep -v "Cannot export local symbol" >&2)
# CFITSIO asks for what a header says and copes where there is not so much.
export ASAN_OPTIONS=allocator_may_return_null=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}
status=0
for target in "${targets[@]}"; do
  mkdir -p "$work/corpus-$target"
  length=4096
  case $target in
    document) cp -n "$here"/seeds/*.vot "$work/corpus-document/" 2>/dev/null || true ;;
    # A byte for the size of the pieces, then the file; the least FITS table takes 8,640 bytes.
    fits) length=20000; for seed in "$here"/seeds/*.fits; do { printf '\100'; cat "$seed"; } >"$work/corpus-fits/${seed##*/}"; done ;;
  esac
  echo "== $target, $seconds s"
  TARGET=$target SWIFT_BACKTRACE=enable=no "$work/votable-fuzz" -max_total_time="$seconds" -max_len="$length" \
    -rss_limit_mb=2048 -timeout=20 -artifact_prefix="$work/$target-" "$work/corpus-$target" 2>&1 | tail -n 5 || status=1
done
exit $status
