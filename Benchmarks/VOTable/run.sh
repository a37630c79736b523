#!/usr/bin/env bash
# Our VOTable reader and writer beside astropy, STILTS and vot, in one run, on 200,000 rows × 40 columns.
#
#   PEERS=…/peers ./run.sh [REPS]   PEERS: the folder of votable_peers.py; PEERS_DIR: its data and environments;
#                                   BENCH: a votable-bench that is built already
#
# CPU seconds of one process on one core, start-up included; values checked by the harness. With BIG=1 also the memory
# of a stream of two million rows.
set -euo pipefail
cd "$(dirname "$0")"
: "${PEERS:?the folder that holds votable_peers.py}"
: "${PEERS_DIR:=$HOME/.cache/votrawl-peers}"
export PEERS_DIR
[ -n "${BENCH:-}" ] || swift build -c release
bench=${BENCH:-$PWD/.build/release/votable-bench}
[ -f "$PEERS_DIR/votable/ssap_td.vot" ] || python3 "$PEERS/votable_peers.py" gen
python3 "$PEERS/votable_peers.py" run --reps "${1:-3}" \
  --only "astropy parse(),tpipe checksum,vot to" \
  --add "Tables read=$bench read {f}" \
  --add "Tables stream=$bench stream {f}" \
  --add "Tables to TABLEDATA=$bench convert {f} {out}.vot TABLEDATA" \
  --add "Tables to BINARY2=$bench convert {f} {out}.vot BINARY2" \
  --add "Tables to FITS=$bench convert {f} {out}.fits"
if [ -n "${BIG:-}" ]; then
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
fi
