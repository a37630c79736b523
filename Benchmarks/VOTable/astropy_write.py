"""Reads a VOTable with astropy and writes it again: astropy_write.py IN OUT tabledata|binary|binary2"""
import sys
import warnings

warnings.simplefilter("ignore")
from astropy.io.votable import parse  # noqa: E402

document = parse(sys.argv[1])
document.version = "1.4"
document.to_xml(sys.argv[2], tabledata_format=sys.argv[3])
