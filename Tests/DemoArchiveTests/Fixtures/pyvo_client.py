"""What pyvo, as a client of the demo archive, finds there: one JSON object on standard output.

    python pyvo_client.py BASE-URL COLLECTION
"""

import io
import json
import sys
import warnings

import numpy
import pyvo
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import Table
import astropy.units as u

warnings.simplefilter("ignore")
base, collection = sys.argv[1:3]
service = pyvo.dal.SSAService(f"{base}/{collection}/ssap")
found = {"pyvo": pyvo.__version__}

# Everything: pyvo has no query without a position but by keywords.
everything = service.create_query(MAXREC=10000).execute()
found["rows"] = len(everything)
found["status"] = everything.status[0] if everything.status else None
found["dids"] = sorted(set(str(row["ssa_pubDID"]) for row in everything))
found["formats"] = sorted(set(str(row.format) for row in everything))
found["urls"] = [str(row.acref) for row in everything]
location = numpy.array([row["ssa_location"] for row in everything])
found["ra"], found["dec"] = [float(x) for x in location[:, 0]], [float(x) for x in location[:, 1]]
found["coosys"] = sorted(system.system for system in everything.votable.iter_coosys())

# A cone round the first spectrum.
place = SkyCoord(location[0, 0], location[0, 1], unit="deg")
cone = service.search(pos=place, diameter=1 * u.deg)
found["cone"] = sorted(set(str(row["ssa_pubDID"]) for row in cone))
inside = place.separation(SkyCoord(location[:, 0], location[:, 1], unit="deg")) <= 0.5 * u.deg
found["inside"] = sorted(set(str(row["ssa_pubDID"]) for row, isin in zip(everything, inside) if isin))

# An overflow, and an error.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    service.create_query(MAXREC=2).execute()
found["overflow"] = any(issubclass(w.category, pyvo.dal.DALOverflowWarning) for w in caught)
try:
    service.create_query(MAXREC="many").execute()
    found["error"] = None
except Exception as error:
    found["error"] = str(error)

# The links of the first spectra, what #this leads to, and what the cut-out service that they describe sends.
links, files, cutouts = {}, {}, {}
firsts = {str(row["ssa_pubDID"]): row for row in everything}
for row in list(firsts.values())[:3]:
    did = str(row["ssa_pubDID"])
    results = row.getdatalink()
    links[did] = sorted(str(link.semantics) for link in results)
    this = next(link for link in results if str(link.semantics) == "#this")
    with fits.open(io.BytesIO(this.getdataset().read())) as file:
        files[did] = [len(file), int(file[0].header["NAXIS"])]
    proc = results.get_first_proc()
    cut = proc.process(band=(6.55e-7, 6.57e-7), format="application/fits")
    table = Table.read(io.BytesIO(cut.read()), format="fits")
    cutouts[did] = [float(table["spectral"].min()), float(table["spectral"].max()), len(table)]
found["links"], found["files"], found["cutouts"] = links, files, cutouts
batch = everything.iter_datalinks()
found["batch"] = [len(next(batch)) for _ in range(min(100, len(everything)))]
session = pyvo.utils.http.create_session()
found["available"] = bool(pyvo.io.vosi.parse_availability(
    io.BytesIO(session.get(f"{base}/{collection}/availability").content)).available)
capabilities = pyvo.io.vosi.parse_capabilities(
    io.BytesIO(session.get(f"{base}/{collection}/capabilities").content))
found["capabilities"] = sorted(capability.standardid for capability in capabilities)
json.dump(found, sys.stdout)
