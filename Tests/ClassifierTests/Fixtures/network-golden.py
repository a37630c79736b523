"""Makes network-golden.json: forward, loss, gradients and Adam steps of the published network by Keras in float64.

Run with: pip install tensorflow-cpu; python network-golden.py > network-golden.json
Inputs and weights come from a formula that the tests know too (SplitMix64, see NetworkTestData.swift), so the file holds
results only: per tensor the sum, the Euclidean norm and sixteen entries of the gradient.
"""

import json

import keras
import numpy as np
import tensorflow as tf

keras.backend.set_floatx("float64")
ROWS = 8


def values(key, count):
    with np.errstate(over="ignore"):
        z = np.uint64(key) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)


def parameter(index, shape):
    inputs = int(np.prod(shape[:-1]))
    limit = np.float32(0.1) if len(shape) == 1 else np.sqrt(np.float32(6) / np.float32(inputs))
    return (values(100 + index, int(np.prod(shape))) * limit).reshape(shape).astype(np.float64)


def build():
    layers = keras.layers
    stack = [layers.Input((140, 1))]
    for width in (64, 128, 256):
        stack += [layers.Conv1D(width, 3, activation="relu") for _ in range(2)] + [layers.MaxPooling1D(2)]
    stack += [layers.Flatten(), layers.Dense(512, activation="relu"), layers.Dense(512, activation="relu")]
    model = keras.Sequential(stack + [layers.Dense(3)])
    model.set_weights([parameter(i, w.shape) for i, w in enumerate(model.get_weights())])
    return model


def picks(array):
    flat = np.asarray(array).reshape(-1)
    return [float(flat[i]) for i in indices(flat.size)]


def indices(count):
    return [k * count // 16 + (7 * k) % max(1, count // 16) for k in range(16)]


def gradients(model, x, labels, weights):
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, model(x), weights)
    return float(loss), tape.gradient(loss, model.trainable_variables)


def main():
    model = build()
    x = values(1, ROWS * 140).reshape(ROWS, 140, 1).astype(np.float64)
    labels = np.arange(ROWS) % 3
    weights = np.array([1.0, 2.0, 3.0])[labels]
    result = {"keras": keras.__version__, "rows": ROWS, "parameters": model.count_params()}
    result["logits"] = [float(v) for v in np.asarray(model(x)).reshape(-1)]
    result["weightedLoss"], weighted = gradients(model, x, labels, weights)
    result["weightedNorms"] = [float(np.linalg.norm(g)) for g in weighted]
    result["loss"], plain = gradients(model, x, labels, None)
    result["tensors"] = [
        {"sum": float(np.sum(g)), "norm": float(np.linalg.norm(g)), "entries": picks(g)} for g in plain
    ]
    optimizer = keras.optimizers.Adam(1e-3, 0.9, 0.999, 1e-7)
    optimizer.apply_gradients(zip(plain, model.trainable_variables))
    result["afterStep"] = [picks(w) for w in model.get_weights()]
    result["lossAfterStep"], second = gradients(model, x, labels, None)
    optimizer.apply_gradients(zip(second, model.trainable_variables))
    result["lossAfterTwoSteps"], _ = gradients(model, x, labels, None)
    print(json.dumps(result, indent=1))


main()
