#!/usr/bin/env bash
# Fuzzes the readers of Crossmatch with libFuzzer and the address sanitizer.
#
#   Fuzz/crossmatch-run.sh moc|index [SECONDS] [CORPUS-FOLDER]
#
# Inputs that crash are left in the build folder. Seeds are made by Fuzz/crossmatch-seeds.swift; with them it begins from
# the corpora of earlier runs (crossmatch-corpora/).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${1:?moc or index}
seconds=${2:-60}
build=${FUZZ_BUILD:-$root/.build/fuzz}
corpus=${3:-$build/corpus-$target}
mkdir -p "$build" "$corpus"
sources=$(find "$root/Sources/Crossmatch" -name '*.swift')
# The C kernels, as the package's module of the same name.
cells=$root/Sources/CSkyCells
for file in "$cells"/*.c; do
  clang -O2 -I "$cells/include" -c "$file" -o "$build/cells-$(basename "$file" .c).o"
done
# shellcheck disable=SC2086
swiftc -O -swift-version 6 -module-name Crossmatch -parse-as-library \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
  -enable-upcoming-feature InternalImportsByDefault \
  -sanitize=fuzzer,address -I "$cells/include" $sources "$build"/cells-*.o "$root/Fuzz/crossmatch-$target.swift" -o "$build/crossmatch-$target"
# shellcheck disable=SC2086
swiftc -O -swift-version 6 -module-name Crossmatch -parse-as-library \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility \
  -enable-upcoming-feature InternalImportsByDefault \
  -I "$cells/include" $sources "$build"/cells-*.o "$root/Fuzz/crossmatch-seeds.swift" -o "$build/crossmatch-seeds"
"$build/crossmatch-seeds" "$target" "$corpus"
tar -xJf "$root/Fuzz/crossmatch-corpora/$target.tar.xz" -C "$corpus" --strip-components=1 --skip-old-files
cd "$build"
# Swift's own crash handler waits for a debugger and would hang the fuzzer.
SWIFT_BACKTRACE=enable=no "./crossmatch-$target" -max_total_time="$seconds" -max_len=131072 -timeout=20 \
  -rss_limit_mb=2048 "$corpus"
