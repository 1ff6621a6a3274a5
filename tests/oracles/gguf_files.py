"""Writes gguf-files.json: packed blocks with their values, values with their packed blocks, and a whole file, all by the reference.

    pip install numpy gguf
    pip download --no-deps --no-binary :all: llama-cpp-python   # its vendor/llama.cpp holds ggml-quants.c
    python tests/oracles/gguf_files.py path/to/vendor/llama.cpp/ggml

Q8_0, Q5_0, Q4_0 and all values come from the numpy package `gguf`; Q4_K and Q6_K, which it does not pack, from ggml's C, compiled without fused
multiply-add. `python tests/oracles/gguf_files.py --read FILE` prints a digest of the values that `gguf` reads from a file of ours.
"""

import base64
import ctypes
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from gguf import GGMLQuantizationType as T, GGUFReader, GGUFValueType as V, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize, quantize

b64 = lambda a: base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()

# Bytes at which the float16 fields of a block begin.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2],
    "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64], "MXFP4": [], "NVFP4": [],
}


def random_blocks(rng, name, count):
    size = GGML_QUANT_SIZES[T[name]][1]
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    for at in HALVES[name]:
        scales = (rng.standard_normal(count) * 10.0 ** rng.integers(-6, 3, count)).astype(np.float16)
        blocks[:, at : at + 2] = scales.view(np.uint8).reshape(count, 2)
    if name == "MXFP4":
        blocks[:, 0] = [0, 1, 127, 254, 120, 90][:count]
    return blocks


def unpacking(rng):
    out = {}
    for name in HALVES:
        blocks = random_blocks(rng, name, 4 if GGML_QUANT_SIZES[T[name]][0] < 256 else 2)
        with np.errstate(over="ignore"):
            out[name] = {"blocks": b64(blocks), "values": b64(dequantize(blocks, T[name]).astype(np.float32))}
    return out


SOURCE = """
#define GGML_COMMON_DECL_C
#include "ggml-common.h"
#include <stdlib.h>
#include <stdint.h>
void ggml_abort(const char *file, int line, const char *fmt, ...) { abort(); }
size_t ggml_row_size(int type, int64_t ne) { return 0; }
size_t ggml_type_size(int type) { return 0; }
const char *ggml_type_name(int type) { return ""; }
"""


def c_library(ggml):
    dir = tempfile.mkdtemp()
    with open(os.path.join(dir, "q.c"), "w") as f:
        f.write(SOURCE)
    lib = os.path.join(dir, "libq.so")
    includes = [f"-I{ggml}/{sub}" for sub in ("src", "include", "src/ggml-cpu")]
    flags = ["-O2", "-ffp-contract=off", "-fPIC", "-shared", "-DNDEBUG", "-w"]
    subprocess.check_call(["cc", *flags, *includes, "-o", lib, os.path.join(dir, "q.c"), f"{ggml}/src/ggml-quants.c", "-lm"])
    return ctypes.CDLL(lib)


def pack(lib, name, values):
    if name in ("Q8_0", "Q5_0", "Q4_0"):
        return quantize(values, T[name])
    values = np.ascontiguousarray(values, dtype=np.float32)
    elements, size = GGML_QUANT_SIZES[T[name]]
    out = np.zeros(values.size // elements * size, dtype=np.uint8)
    function = lib[f"quantize_row_{name.lower().replace('k', 'K')}_ref"]
    function(values.ctypes.data_as(ctypes.c_void_p), out.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(values.size))
    return out


def values_to_pack(rng):
    rows = [
        rng.standard_normal(256),
        rng.standard_normal(256) * 1e-3 + 5e-3,
        np.concatenate([np.zeros(64), rng.uniform(-1, 0, 64), rng.uniform(0, 1, 64), np.full(64, 0.25)]),
        rng.standard_t(2, 256) * 10.0 ** rng.integers(-3, 3, 256),
        np.zeros(256),
        rng.integers(-3, 4, 256) / 2,
    ]
    return np.stack(rows).astype(np.float32)


def whole_file(rng):
    path = os.path.join(tempfile.mkdtemp(), "a.gguf")
    writer = GGUFWriter(path, "llama")
    writer.add_uint32("llama.block_count", 2)
    writer.add_float32("llama.eps", 1e-5)
    writer.add_bool("flag", True)
    writer.add_uint8("u8", 200)
    writer.add_int8("i8", -3)
    writer.add_uint16("u16", 60000)
    writer.add_int16("i16", -300)
    writer.add_int32("i32", -70000)
    writer.add_uint64("u64", 2**63 + 1)
    writer.add_int64("i64", -5)
    writer.add_float64("f64", 0.1)
    writer.add_string("text", "grüße 🌍")
    writer.add_array("tokens", ["<s>", "▁a", ""])
    writer.add_array("scores", [0.5, -1.5])
    writer.add_array("types", [1, 2, 3])
    writer.add_key_value("flags", [True, False], V.ARRAY, sub_type=V.BOOL)
    plain = rng.standard_normal((3, 5)).astype(np.float32)
    packed = rng.standard_normal((2, 3, 64)).astype(np.float32)
    writer.add_tensor("plain", plain)
    writer.add_tensor("half", plain.astype(np.float16)[:, :3])
    writer.add_tensor("packed", quantize(packed, T.Q8_0), raw_dtype=T.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with open(path, "rb") as f:
        return {"file": base64.b64encode(f.read()).decode(), "plain": b64(plain), "packed": b64(packed)}


def digest(path):
    for tensor in GGUFReader(path).tensors:
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        shape = [int(n) for n in reversed(tensor.shape)]
        print(tensor.name, tensor.tensor_type.name, shape, hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest())


if sys.argv[1] == "--read":
    digest(sys.argv[2])
else:
    rng = np.random.default_rng(20261130)
    lib = c_library(sys.argv[1])
    values = values_to_pack(rng)
    packing = {name: b64(pack(lib, name, values)) for name in ("Q8_0", "Q5_0", "Q4_0", "Q4_K", "Q6_K")}
    out = {"unpacking": unpacking(rng), "packing": {"values": b64(values), "blocks": packing}, "whole": whole_file(rng)}
    with open(os.path.join(os.path.dirname(__file__), "gguf-files.json"), "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")
