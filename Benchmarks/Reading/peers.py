"""The same work as reading-bench, with astropy and numpy: one line of JSON per stage.

    peers.py COUNT FILE...

The published preprocessing (Skoda, Podsztavek & Tvrdik 2020): LAMOST spectra are interpolated and scaled,
spectra in air are converted to vacuum and blurred with sigma = 7 pixels before.
"""
import json
import sys
import time
import warnings

import numpy as np
from astropy.convolution import Gaussian1DKernel, convolve
from astropy.io import fits

warnings.filterwarnings("ignore")
GRID = np.linspace(6519, 6732, 140)
KERNEL = Gaussian1DKernel(7)


def read(path):
    """Wavelength (native scale), flux and whether it is in air."""
    with fits.open(path) as units:
        header = units[0].header
        if header["NAXIS"] == 2:
            rows = units[0].data
            if "Wavelength" in header["EXTEN0"]:
                return rows[2], rows[0], False
            return 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(header["NAXIS1"])), rows[0], False
        if header["NAXIS"] == 1:
            return header["CRVAL1"] + header["CDELT1"] * np.arange(header["NAXIS1"]), units[0].data, True
        table = units[1].data
        if "WAVELENGTH" in table.names:
            return table["WAVELENGTH"][0], table["FLUX"][0], False
        return table["spectral"], table["flux"], True


def features(wavelength, flux, in_air):
    if in_air:
        s2 = (1e4 / wavelength) ** 2
        wavelength = wavelength * (
            1 + 0.00008336624212083 + 0.02408926869968 / (130.1065924522 - s2)
            + 0.0001599740894897 / (38.92568793293 - s2))
        flux = convolve(flux, KERNEL, boundary="extend")
    values = np.interp(GRID, wavelength, flux)
    low, high = values.min(), values.max()
    return 2 * (values - low) / (high - low) - 1


def measure(stage, items, rounds, body):
    for item in items:
        body(item)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for _ in range(rounds):
            for item in items:
                body(item)
        best = min(best, time.process_time() - start)
    rate = int(rounds * len(items) / best)
    print(json.dumps({"program": "astropy", "stage": stage, "spectra_per_cpu_second": rate}), flush=True)


if __name__ == "__main__":
    paths = sys.argv[2:]
    rounds = max(1, int(sys.argv[1]) // len(paths))
    measure("read", paths, rounds, read)
    measure("read+features", paths, rounds, lambda path: features(*read(path)))
    # Native byte order, contiguous, as numpy likes it best.
    spectra = [(np.array(w, float), np.array(f, float), air) for w, f, air in map(read, paths)]
    measure("features", spectra, 10 * rounds, lambda spectrum: features(*spectrum))
