#!/usr/bin/env python3
"""Known emission stars against each other and against the LAMOST DR1 candidates, by position, with `votrawl match`.

    Benchmarks/Crossmatch/known-stars.py [DATA-FOLDER]

DATA-FOLDER  real data for tests (default: ../shared/data beside the package)
VOTRAWL      the program (default: .build/debug/votrawl of the package)

Lin et al. 2015 are known by designation alone, which is a position to 0.1 arcsec. The candidates are known by the names of
their files alone, which say plate and fibre but no position: only those whose spectrum is at hand have one, in its header.
"""
import csv
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT.parent / "shared" / "data")
PROGRAM = os.environ.get("VOTRAWL", ROOT / ".build/debug/votrawl")
RADIUS = "3arcsec"
SPECTRUM = re.compile(r"spec-\d+-[^/]*_sp\d+-\d+")


def lin():
    """Positions of the designations Jhhmmss.ss±ddmmss.s."""
    form = re.compile(r"J(\d\d)(\d\d)(\d\d\.\d+)([+-])(\d\d)(\d\d)(\d\d\.\d+)$")
    with open(DATA / "labels/lamost-candidates/lamost-dr1-be-stars.csv") as file:
        for row in csv.DictReader(file):
            h, m, s, sign, d, arcmin, arcsec = form.match(row["designation"].strip()).groups()
            dec = int(d) + int(arcmin) / 60 + float(arcsec) / 3600
            yield row["id"], 15 * (int(h) + int(m) / 60 + float(s) / 3600), dec if sign == "+" else -dec


def excerpt(name, identifier, ra, dec):
    """Rows of an excerpt, each star once."""
    with open(DATA / "catalogues/emission-line-stars" / name) as file:
        rows = {(r[identifier], r[ra], r[dec]) for r in csv.DictReader(file) if r[ra] and r[dec]}
    return sorted(rows)


def position(path):
    """Right ascension and declination of a spectrum's primary header, degrees; none where it does not say."""
    opened = gzip.open if path.read_bytes()[:2] == b"\x1f\x8b" else open
    with opened(path, "rb") as file:
        header = file.read(28_800).decode("latin-1")
    cards = {header[k : k + 8].strip(): header[k + 10 : k + 80] for k in range(0, len(header), 80)}
    try:
        return float(cards["RA"].split("/")[0]), float(cards["DEC"].split("/")[0])
    except (KeyError, ValueError):
        return None


def spectra(wanted=None):
    """Spectra at hand, all or those of some names, that say where they look."""
    seen = set()
    paths = [path for part in ("lamost", "pairs/lamost") for path in sorted((DATA / part).rglob("spec-*"))]
    for path in paths:
        found = SPECTRUM.search(path.name)
        if not found or found[0] in seen or (wanted is not None and found[0] not in wanted):
            continue
        place = position(path)
        if place:
            seen.add(found[0])
            yield found[0], *place


def match(folder, left, right):
    """What `votrawl match` says of two catalogues, nearest of each left row."""
    out = subprocess.run(
        [PROGRAM, "match", folder / left, folder / right, "--radius", RADIUS, "--mode", "best", "--json"],
        capture_output=True, text=True)
    if out.returncode not in (0, 1):
        sys.exit(out.stderr)
    return json.loads(out.stdout)


def main():
    with open(DATA / "labels/lamost-candidates/candidates.csv") as file:
        names = {SPECTRUM.search(row["path"])[0] for row in csv.DictReader(file)}
    tables = {
        "Lin 2015": list(lin()),
        "Hou 2016 excerpt": excerpt("Hou2016_VPHAS-SDSS-IPHAS-2MASS.csv", "ID", "RAJ2000", "DEJ2000"),
        "Liu 2019 excerpt": excerpt(
            "Liu2019_Etiquetados_IPHAS-SDSS-2MASS-AllWISE_OK.csv", "AllWISE", "_RAJ2000_1", "_DEJ2000_1"),
        "LAMOST spectra": list(spectra()),
        "candidates": list(spectra(names)),
    }
    print(f"{len(names)} candidates, {len(tables['candidates'])} with a position\n")
    print("| of | rows | have a row within 3″ in | rows | matched |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, rows in tables.items():
            with open(folder / f"{name}.csv", "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["name", "ra", "dec"])
                writer.writerows(rows)
        known = list(tables)[:3]
        for left, right in [(a, b) for a in known for b in tables if a != b and tables[b]]:
            found = match(folder, f"{left}.csv", f"{right}.csv")
            print(f"| {left} | {found['left']} | {right} | {found['right']} | {found['leftMatched']} |")


if __name__ == "__main__":
    main()
