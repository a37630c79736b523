#!/usr/bin/env bash
# Our VOTable reader and writer beside astropy, STILTS and vot, on 200,000 rows × 40 columns.
#
#   PEERS=…/peers ./run.sh [REPS] [vot|stilts|astropy|write|big …]     default: 3 repetitions, all parts
#
# PEERS is the folder of votable_peers.py; PEERS_DIR holds its data and environments; BENCH is a votable-bench that is built
# already. Every part times our program and one peer in turn, and takes less than four minutes:
#
#   vot      reading all three serialisations, vot to BINARY2 (its only real parse) and to CSV
#   stilts   the same, STILTS tpipe omode=checksum
#   astropy  the same, astropy.io.votable.parse
#   write    writing TABLEDATA and BINARY2, astropy's to_xml
#   big      the memory of a stream of two million rows
#
# CPU seconds of one process on one core, start-up included; what is written is read back and compared by the harness.
set -euo pipefail
cd "$(dirname "$0")"
: "${PEERS:?the folder that holds votable_peers.py}"
: "${PEERS_DIR:=$HOME/.cache/votrawl-peers}"
export PEERS_DIR
[ -n "${BENCH:-}" ] || swift build -c release
bench=${BENCH:-$PWD/.build/release/votable-bench}
python=$PEERS_DIR/venv/votable/bin/python
reps=${1:-3}
shift || true
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(vot stilts astropy write big)
[ -f "$PEERS_DIR/votable/ssap_td.vot" ] || python3 "$PEERS/votable_peers.py" gen
reading=(--add "Tables read=$bench read {f}" --add "Tables stream=$bench stream {f}")
measure() { python3 "$PEERS/votable_peers.py" run --reps "$reps" "$@"; }
for part in "${parts[@]}"; do
  echo "== $part"
  case $part in
    vot) measure --only "vot to" "${reading[@]}" --add "Tables to BINARY2=$bench convert {f} {out}.vot BINARY2" ;;
    stilts) measure --only "tpipe checksum" "${reading[@]}" ;;
    astropy) measure --only "astropy parse()" "${reading[@]}" ;;
    write)
      # Once only, for astropy takes minutes. No peer of the harness has this name: only what is added runs.
      reps=1 measure --only "none of them" --files td \
        --add "astropy to TABLEDATA=$python $PWD/astropy_write.py {f} {out}.vot tabledata" \
        --add "Tables to TABLEDATA=$bench convert {f} {out}.vot TABLEDATA" \
        --add "astropy to BINARY2=$python $PWD/astropy_write.py {f} {out}.vot binary2" \
        --add "Tables to BINARY2=$bench convert {f} {out}.vot BINARY2" \
        --add "astropy parse=$python -c 'import sys,astropy.io.votable as v; v.parse(sys.argv[1])' {f}" \
        --add "Tables read=$bench read {f}"
      ;;
    big)
      big=$PEERS_DIR/votable/ssap_td_big.vot
      python3 - "$PEERS_DIR/votable/ssap_td.vot" "$big" <<'PYTHON'
import sys
text = open(sys.argv[1], "rb").read()
start, end = text.index(b"<TABLEDATA>") + 11, text.index(b"</TABLEDATA>")
with open(sys.argv[2], "wb") as out:
    out.write(text[:start].replace(b' nrows="200000"', b' nrows="2000000"'))
    for _ in range(10): out.write(text[start:end])
    out.write(text[end:])
PYTHON
      /usr/bin/time -f "stream of 2,000,000 rows: %U + %S s, %M KiB" "$bench" stream "$big"
      rm -f "$big"
      ;;
    *) echo "no part $part" >&2; exit 64 ;;
  esac
done
