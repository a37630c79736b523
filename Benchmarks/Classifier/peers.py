"""The peers of the classifier on the same weights and spectra: ONNX Runtime, OpenVINO, Keras (TensorFlow).

    python peers.py model.votmodel vectors.f32 logits.f32 [--threads 1] [--seconds 2] [--only onnxruntime,…]

`model.votmodel` is a model file of VOTrawl (layout in TensorFile.swift), `vectors.f32` little-endian floats, 140 a
spectrum, `logits.f32` ours for the same spectra, against which each peer is checked. Prints one line per measurement:
name, what, batch, spectra per CPU second (of all threads, so that waiting costs nothing and spinning does), spectra
per second of the clock, largest difference of a logit.

Needs: pip install onnx onnxruntime openvino tensorflow-cpu
"""

import argparse
import json
import os
import struct
import time

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("vectors")
parser.add_argument("logits")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seconds", type=float, default=2.0)
parser.add_argument("--only", default="onnxruntime,onnxruntime-int8,openvino,keras,keras-train")
arguments = parser.parse_args()
threads = arguments.threads
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)
os.environ["TF_NUM_INTEROP_THREADS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np


def read_model(path):
    data = open(path, "rb").read()
    assert data[:8] == b"VOTRAWLT", "not a model file"
    length = struct.unpack_from("<Q", data, 16)[0]
    header = json.loads(data[24:24 + length])
    start = (24 + length + 63) // 64 * 64
    tensors = {}
    for tensor in header["tensors"]:
        count = int(np.prod(tensor["shape"]))
        tensors[tensor["name"]] = np.frombuffer(
            data, "<f4", count, start + tensor["offset"]).reshape(tensor["shape"]).copy()
    return tensors


weights = read_model(arguments.model)
vectors = np.fromfile(arguments.vectors, "<f4").reshape(-1, 140)
ours = np.fromfile(arguments.logits, "<f4").reshape(len(vectors), -1)


def report(name, what, batch, count, cpu, clock, difference):
    print(f"{name}\t{what}\t{batch}\t{count / cpu:.0f}\t{count / clock:.0f}\t{difference:.1e}", flush=True)


def measure(name, what, batch, run):
    """run(vectors) -> logits; the best of three stretches, so that other load on the machine counts little."""
    batch = min(batch, len(vectors))
    used = vectors[:len(vectors) // batch * batch]
    found = np.concatenate([run(used[i:i + batch]) for i in range(0, len(used), batch)])
    difference = float(np.abs(found - ours[:len(used)]).max())
    best = None
    for _ in range(3):
        count, cpu, clock = 0, time.process_time(), time.perf_counter()
        while time.perf_counter() - clock < arguments.seconds / 3:
            for i in range(0, len(used), batch):
                run(used[i:i + batch])
                count += batch
        spent = (count, time.process_time() - cpu, time.perf_counter() - clock)
        if best is None or spent[0] / spent[1] > best[0] / best[1]:
            best = spent
    report(name, what, batch, *best, difference)


def onnx_model():
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, initializers = [], []

    def constant(name, value):
        initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    current = "x"
    for layer in range(1, 7):
        kernel = constant(f"w{layer}", weights[f"conv{layer}.weights"].transpose(2, 1, 0))
        bias = constant(f"b{layer}", weights[f"conv{layer}.bias"])
        nodes.append(helper.make_node("Conv", [current, kernel, bias], [f"c{layer}"], kernel_shape=[3]))
        nodes.append(helper.make_node("Relu", [f"c{layer}"], [f"r{layer}"]))
        current = f"r{layer}"
        if layer % 2 == 0:
            nodes.append(helper.make_node("MaxPool", [current], [f"p{layer}"], kernel_shape=[2], strides=[2]))
            current = f"p{layer}"
    nodes.append(helper.make_node("Flatten", [current], ["flat"], axis=1))
    current = "flat"
    for layer in range(1, 4):
        matrix = weights[f"dense{layer}.weights"]
        if layer == 1:  # channels first: (channel, pixel) instead of (pixel, channel)
            matrix = matrix.reshape(14, 256, -1).transpose(1, 0, 2).reshape(3584, -1)
        names = [constant(f"dw{layer}", matrix), constant(f"db{layer}", weights[f"dense{layer}.bias"])]
        nodes.append(helper.make_node("Gemm", [current] + names, [f"d{layer}" if layer < 3 else "y"]))
        if layer < 3:
            nodes.append(helper.make_node("Relu", [f"d{layer}"], [f"dr{layer}"]))
            current = f"dr{layer}"
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 140])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    return model


def onnxruntime_session(model):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"x": x[:, None, :]})[0]


def run_onnxruntime():
    run = onnxruntime_session(onnx_model().SerializeToString())
    for batch in (64, 256, 1024):
        measure("onnxruntime", "fp32", batch, run)


def run_onnxruntime_int8():
    import tempfile

    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.rest = iter([{"x": vectors[i:i + 64, None, :]} for i in range(0, 512, 64)])

        def get_next(self):
            return next(self.rest, None)

    with tempfile.TemporaryDirectory() as folder:
        onnx.save(onnx_model(), folder + "/a.onnx")
        quantize_static(
            folder + "/a.onnx", folder + "/b.onnx", Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        run = onnxruntime_session(open(folder + "/b.onnx", "rb").read())
    for batch in (256, 1024):
        measure("onnxruntime", "int8", batch, run)


def run_openvino():
    import openvino as ov

    core = ov.Core()
    for what in ("fp32", "bf16"):
        for batch in (64, 256, 1024):
            model = core.read_model(onnx_model().SerializeToString())
            model.reshape([batch, 1, 140])
            compiled = core.compile_model(model, "CPU", {
                "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
                "INFERENCE_PRECISION_HINT": "f32" if what == "fp32" else "bf16",
                "ENABLE_CPU_PINNING": False})
            request = compiled.create_infer_request()
            measure("openvino", what, batch, lambda x: request.infer({0: x[:, None, :]})[0].copy())


def keras_model(dropout):
    import keras

    layers = keras.layers
    stack = [layers.Input((140, 1))]
    for width in (64, 128, 256):
        stack += [layers.Conv1D(width, 3, activation="relu") for _ in range(2)] + [layers.MaxPooling1D(2)]
    stack.append(layers.Flatten())
    for _ in range(2):
        stack.append(layers.Dense(512, activation="relu"))
        stack.append(layers.Dropout(0.5 if dropout else 0.0))
    model = keras.Sequential(stack + [layers.Dense(3)])
    model.set_weights(list(weights.values()))
    return model


def run_keras():
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    model = keras_model(dropout=False)
    forward = tf.function(lambda x: model(x, training=False))
    for batch in (256, 1024):
        measure("keras", "fp32", batch, lambda x: forward(tf.constant(x[:, :, None])).numpy())


def run_keras_train():
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    for jit in (False, True):
        for batch in (64, 256):
            model = keras_model(dropout=True)
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, jit_compile=jit)
            count = len(vectors) // batch * batch
            labels = np.arange(count) % 3
            data = tf.data.Dataset.from_tensor_slices((vectors[:count, :, None], labels)).batch(batch)
            data = data.cache()
            model.fit(data, epochs=1, verbose=0)
            best = None
            for _ in range(3):
                cpu, clock = time.process_time(), time.perf_counter()
                model.fit(data, epochs=1, verbose=0)
                spent = (count, time.process_time() - cpu, time.perf_counter() - clock)
                if best is None or spent[1] < best[1]:
                    best = spent
            report("keras-xla" if jit else "keras", "train", batch, *best, float("nan"))


for name in arguments.only.split(","):
    {"onnxruntime": run_onnxruntime, "onnxruntime-int8": run_onnxruntime_int8, "openvino": run_openvino,
     "keras": run_keras, "keras-train": run_keras_train}[name]()
