"""Makes training-golden.json: SMOTE and ADASYN by imbalanced-learn, metrics by scikit-learn, intervals by SciPy.

Run with: pip install imbalanced-learn scipy; python training-golden.py > training-golden.json
Data come from a formula that the tests know too (SplitMix64, see NetworkTestData.swift).
"""

import json

import imblearn
import numpy as np
import scipy
import sklearn
from imblearn.over_sampling import ADASYN, SMOTE
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.neighbors import NearestNeighbors

RUNS = 400


def values(key, count):
    with np.errstate(over="ignore"):
        z = np.uint64(key) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)


def sampled(sampler, x, y):
    """Mean, mean square (and their standard errors) per coordinate of the new vectors of class 1, over many seeds."""
    first, second, counts = [], [], []
    for seed in range(RUNS):
        new, labels = sampler(random_state=seed).fit_resample(x, y)
        new = new[len(y):][labels[len(y):] == 1]
        first.append(new.mean(axis=0))
        second.append((new**2).mean(axis=0))
        counts.append(len(new))
    error = lambda a: (np.std(a, axis=0, ddof=1) / np.sqrt(RUNS)).tolist()
    return {
        "mean": np.mean(first, axis=0).tolist(), "meanError": error(first),
        "square": np.mean(second, axis=0).tolist(), "squareError": error(second), "count": int(counts[0]),
    }


def balancing():
    """120 vectors of class 0, 40 of class 1 shifted by 0.8, 25 of class 2 shifted by −0.8; four values each."""
    y = np.array([0] * 120 + [1] * 40 + [2] * 25)
    shift = np.array([0, 0.8, -0.8], dtype=np.float32)[y]
    x = values(11, 185 * 4).reshape(185, 4) + shift[:, None]
    members = x[y == 1]
    near = NearestNeighbors(n_neighbors=6).fit(members).kneighbors(members, return_distance=False)[:, 1:]
    return {"neighbours": near.tolist(), "smote": sampled(SMOTE, x, y), "adasyn": sampled(ADASYN, x, y)}


def scores():
    """300 rows of three classes: softmax of 3·formula, with 1.5 added for the label; rounded to give equal scores."""
    labels = np.arange(300) * 7 % 3
    logits = 3 * values(21, 900).reshape(300, 3)
    logits[np.arange(300), labels] += np.float32(1.5)
    logits = (np.round(logits * 4) / 4).astype(np.float32)
    p = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    guess = np.argmax(p, axis=1)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(labels, guess)
    hot = np.eye(3)[labels]
    confidence = p.max(axis=1)
    bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    right = guess == labels
    ece = sum(abs(right[bins == b].sum() - confidence[bins == b].sum()) for b in range(15)) / 300

    def loss(log_temperature):
        z = logits / np.exp(log_temperature)
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(300), labels]))

    weights = np.where(labels == 0, 50.0, 1.0)
    return {
        "confusion": metrics.confusion_matrix(labels, guess).tolist(),
        "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(),
        "averagePrecision": [metrics.average_precision_score(labels == c, p[:, c]) for c in range(3)],
        "weightedAveragePrecision": metrics.average_precision_score(labels == 1, p[:, 1], sample_weight=weights),
        "mcc": metrics.matthews_corrcoef(labels, guess), "crossEntropy": metrics.log_loss(labels, p),
        "macroF1": metrics.f1_score(labels, guess, average="macro"),
        "brier": float(np.mean(np.sum((p - hot) ** 2, axis=1))), "ece": float(ece),
        "temperature": float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded",
                                                    options={"xatol": 1e-9}).x)),
    }


def intervals():
    rows = []
    for k, n, level in [(0, 30, 0.95), (1, 30, 0.95), (15, 30, 0.95), (30, 30, 0.95), (218, 1700, 0.95),
                        (92, 100, 0.9), (3, 7, 0.99)]:
        test = binomtest(k, n)
        wilson, exact = test.proportion_ci(level, "wilson"), test.proportion_ci(level, "exact")
        rows.append([k, n, level, wilson.low, wilson.high, exact.low, exact.high])
    return rows


print(json.dumps({
    "versions": [imblearn.__version__, sklearn.__version__, scipy.__version__],
    "balancing": balancing(), "scores": scores(), "intervals": intervals(),
}))
