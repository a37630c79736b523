"""imbalanced-learn's SMOTE (k = 5) on the vectors classifier-bench --smote wrote: smote.f32, 140 floats each, and smote.u8.

    python smote.py FOLDER

Prints name, vectors before and after, least and median CPU seconds of seven runs, for float32 and float64 input.
Needs: pip install imbalanced-learn
"""

import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.pop("OPENBLAS_CORETYPE", None)  # let it choose the fastest

import numpy as np
from imblearn.over_sampling import SMOTE

vectors = np.fromfile(sys.argv[1] + "/smote.f32", "<f4").reshape(-1, 140)
labels = np.fromfile(sys.argv[1] + "/smote.u8", "u1")
for kind in (np.float32, np.float64):
    given = vectors.astype(kind)
    seconds = []
    for _ in range(7):
        start = time.process_time()
        grown, _ = SMOTE(k_neighbors=5, random_state=0).fit_resample(given, labels)
        seconds.append(time.process_time() - start)
    print(f"imbalanced-learn {kind.__name__}\t{len(given)}\t{len(grown)}\t{min(seconds)}\t{np.median(seconds)}")
