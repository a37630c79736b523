#!/usr/bin/env bash
# Crossmatch and its peers on the same skies, side by side: one process a run, pinned to one core (or two), FITS in and
# joined FITS out, counts and checksums compared with the reference.
#
#   Benchmarks/Crossmatch/run.sh [one|two|primitives|outofcore|all]
#
# PEERS      folder of the peers' scripts (default: ../shared/peers beside the package); its README says how to set up
#            environments and make the skies: ./setup match && ./gen_sky.py all
# PEERS_DIR  where they keep environments, skies and results
# PEERS_CPU  the core of all that runs on one (default 0, with 1 what runs on two)
# PEER_LIST  peers to run (default scipy,astropy,stilts)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
peers=$(cd "${PEERS:-$here/../../../shared/peers}" && pwd)
sky=${PEERS_DIR:-$HOME/.cache/votrawl-peers}/sky
core=${PEERS_CPU:-0}
list=${PEER_LIST:-scipy,astropy,stilts}
swift build -c release --package-path "$here/crossmatch-bench" >&2
bench=$(swift build -c release --package-path "$here/crossmatch-bench" --show-bin-path)/crossmatch-bench
ours="crossmatch=$bench match {in1} {in2} -r {radius} -m {mode} -t {threads} -o {out}"

one() {
  "$peers/xmatch_peers.py" run --cases ond,hou,nasty,lamlam,lambig,big --modes all,best1 --peers "$list" --add "$ours"
  "$peers/xmatch_peers.py" run --cases ond,hou,nasty,lamlam,lambig,big --modes mutual,greedy --peers '' --add "$ours"
  kernel 1 "$core"
}
two() {
  "$peers/xmatch_peers.py" run --cases big --modes all,best1 --threads 2 --peers scipy,stilts --add "$ours"
  for _ in 1 2 3; do kernel 1 "$core"; kernel 2 "$core,$((core + 1))"; done
}
# The matching alone, of columns in memory, as `match_cpu_s` of the peers: nine times in one process.
kernel() { taskset -c "$2" "$bench" match "$sky/big_a.fits" "$sky/big_b.fits" -f arrays -n 9 -t "$1"; }
primitives() { taskset -c "$core" "$bench" primitives "$sky/big_a.fits"; "$peers/healpix_speed.py"; }
outofcore() {
  local folder
  folder=$(mktemp -d)
  for millions in 5 10 50; do "$bench" outofcore "$millions" "$folder"; done
  rmdir "$folder"
}

case "${1:-all}" in
  one|two|primitives|outofcore) "$1" ;;
  all) one; two; primitives; outofcore ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 64 ;;
esac
