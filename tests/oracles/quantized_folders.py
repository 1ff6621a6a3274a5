"""Writes quantized-folders.json: small folders in the quantized layouts of Hugging Face, and the weights they stand for.

    pip install numpy torch transformers compressed-tensors
    python tests/oracles/quantized_folders.py

compressed-tensors and gpt-oss cases are packed and unpacked by compressed-tensors and transformers; GPTQ, AWQ and fp8 cases are packed here, integer by
integer, as AutoGPTQ, AutoAWQ and DeepSeek-V3 do. Expected weights are float32.
"""

import base64
import json
import os

import numpy as np
import torch
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

rng = np.random.default_rng(20261130)
torch.manual_seed(5)
b64 = lambda raw: base64.b64encode(raw).decode()
NAMES = {
    torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16", torch.int32: "i32", torch.int64: "i64", torch.int8: "i8", torch.uint8: "u8",
    torch.float8_e4m3fn: "f8E4M3FN", torch.float8_e5m2: "f8E5M2", torch.float8_e8m0fnu: "f8E8M0FNU",
}


def stored(t):
    t = torch.as_tensor(t).contiguous()
    return {"dtype": NAMES[t.dtype], "shape": list(t.shape), "data": b64(t.reshape(-1).view(torch.uint8).numpy().tobytes())}


def case(name, config, tensors, expected):
    expected = {k: stored(torch.as_tensor(v).to(torch.float32)) for k, v in expected.items()}
    return {"name": name, "config": config, "tensors": {k: stored(v) for k, v in tensors.items()}, "expected": expected}


def pack(values, bits):
    """Unsigned integers of each row, low bits first, into int32 words."""
    rows = []
    for row in values:
        whole = sum(int(v) << (bits * i) for i, v in enumerate(row))
        words = -(-len(row) * bits // 32)
        rows.append(np.frombuffer(whole.to_bytes(4 * words, "little"), dtype=np.int32))
    return np.stack(rows)


def gptq(name, bits, group_size, out, num_in, fmt="gptq", order=None, sym=False, zeros_at=None):
    groups = num_in // group_size if group_size > 0 else 1
    q = rng.integers(0, 2**bits, (num_in, out))
    z = np.full((groups, out), 2 ** (bits - 1)) if sym else rng.integers(0, 2**bits, (groups, out))
    s = (rng.uniform(0.5, 2, (groups, out)) / 2**bits).astype(np.float16)
    g = np.arange(num_in) // (group_size if group_size > 0 else num_in)
    if order is not None:
        g = g[order]
    w = (q - z[g]).astype(np.float32) * s[g].astype(np.float32)
    z_stored = (z - 1) % 2**bits if fmt == "gptq" else z
    config = {"quant_method": "gptq", "bits": bits, "group_size": group_size, "desc_act": order is not None, "sym": sym}
    if fmt != "gptq":
        config["checkpoint_format"] = fmt
    m = "model.layers.0.mlp.up_proj"
    tensors = {
        f"{m}.qweight": pack(q.T, bits).T.copy(), f"{m}.qzeros": pack(z_stored, bits), f"{m}.scales": s, f"{m}.g_idx": g.astype(np.int32),
        f"{m}.bias": np.ones(out, dtype=np.float16),
    }
    if order is None and name.endswith("without g_idx"):
        del tensors[f"{m}.g_idx"]
    return case(name, config, tensors, {f"{m}.weight": w.T.copy(), f"{m}.bias": np.ones(out)})


AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]


def awq_pack(values):
    rows, columns = values.shape
    words = values.reshape(rows, columns // 8, 8)[:, :, AWQ_ORDER].astype(np.uint32)
    return (words << (4 * np.arange(8, dtype=np.uint32))).sum(-1, dtype=np.uint32).view(np.int32)


def awq(out=24, num_in=64, group_size=32):
    q = rng.integers(0, 16, (num_in, out))
    z = rng.integers(0, 16, (num_in // group_size, out))
    s = (rng.uniform(0.5, 2, z.shape) / 16).astype(np.float16)
    g = np.arange(num_in) // group_size
    w = (q - z[g]).astype(np.float32) * s[g].astype(np.float32)
    m = "model.layers.0.self_attn.q_proj"
    config = {"quant_method": "awq", "bits": 4, "group_size": group_size, "zero_point": True, "version": "gemm", "modules_to_not_convert": None}
    tensors = {f"{m}.qweight": awq_pack(q), f"{m}.qzeros": awq_pack(z), f"{m}.scales": s, "model.norm.weight": np.ones(4, dtype=np.float16)}
    return case("AWQ", config, tensors, {f"{m}.weight": w.T.copy(), "model.norm.weight": np.ones(4)})


def expand(scale, block, shape):
    grown = np.repeat(np.repeat(scale, block[0], axis=-2), block[1], axis=-1)
    return grown[..., : shape[-2], : shape[-1]]


def fp8(name, config, shape, scale_shape, block, scale_dtype=torch.float32, suffix="_scale_inv", dtype=torch.float8_e4m3fn):
    w = torch.randn(shape).to(dtype)
    scale = torch.rand(scale_shape) + 0.5
    scale = torch.exp2(torch.randint(-8, 8, scale_shape).float()).to(scale_dtype) if scale_dtype == torch.float8_e8m0fnu else scale.to(scale_dtype)
    s = scale.float().numpy().reshape(scale_shape if len(scale_shape) >= 2 else (-1, 1))
    m = "model.layers.0.mlp.down_proj.weight"
    tensors = {m: w, m + suffix: scale, "model.norm.weight": torch.ones(4, dtype=torch.bfloat16), "model.layers.0.mlp.down_proj.input_scale": torch.ones(1)}
    expected = w.float().numpy() * expand(s, block, shape)
    return case(name, {"quant_method": "fp8", **config}, tensors, {m: expected, "model.norm.weight": np.ones(4)})


def compressed(name, fmt, args, scale, zero_point=None, weight=(8, 64), global_scale=None, extra=None, activations=False):
    weights = QuantizationArgs(**args)
    acts = QuantizationArgs(num_bits=8, type=weights.type, dynamic=True, strategy="token") if activations else None
    scheme = QuantizationScheme(targets=["Linear"], weights=weights, input_activations=acts)
    state = {"weight": torch.randn(weight), "weight_scale": scale}
    if zero_point is not None:
        state["weight_zero_point"] = zero_point
    if global_scale is not None:
        state["weight_global_scale"] = global_scale
    compressor = BaseCompressor.get_value_from_registry(fmt)
    packed = compressor.compress(state, scheme)
    wide = {k: v.float() if k == "weight_scale" and v.dtype == torch.bfloat16 else v for k, v in packed.items()}
    expected = compressor.decompress(wide, scheme)["weight"]
    m = "model.layers.0.self_attn.o_proj"
    config = {
        "quant_method": "compressed-tensors", "format": fmt, "ignore": ["lm_head"],
        "config_groups": {"group_0": {"targets": ["Linear"], "weights": json.loads(weights.model_dump_json()), "input_activations": None}},
    }
    return case(name, config, {f"{m}.{k}": v for k, v in packed.items()}, {f"{m}.weight": expected})


def ct_cases():
    group = lambda bits, sym=True, size=32: dict(num_bits=bits, type="int", symmetric=sym, strategy="group", group_size=size)
    scale = lambda *shape: (torch.rand(shape) * 0.2 + 0.05).to(torch.bfloat16)
    zp = lambda bits, *shape: torch.randint(-(2 ** (bits - 1)), 2 ** (bits - 1), shape).to(torch.int8)
    out = [compressed(f"packed int{b} in groups", "pack-quantized", group(b), scale(8, 2)) for b in (2, 3, 4, 5, 6, 8)]
    out.append(compressed("packed int4 in groups with zero points", "pack-quantized", group(4, False), scale(16, 2), zp(4, 16, 2), weight=(16, 64)))
    out.append(compressed("packed int3 by channels with zero points", "pack-quantized",
                          dict(num_bits=3, type="int", symmetric=False, strategy="channel"), scale(20, 1), zp(3, 20, 1), weight=(20, 50)))
    out.append(compressed("packed int4 by channels", "pack-quantized", dict(num_bits=4, type="int", symmetric=True, strategy="channel"), scale(12, 1), weight=(12, 36)))
    out.append(compressed("packed int8 with one scale", "pack-quantized", dict(num_bits=8, type="int", symmetric=True, strategy="tensor"), scale(1), weight=(6, 40)))
    out.append(compressed("int8 by channels", "int-quantized", dict(num_bits=8, type="int", symmetric=True, strategy="channel"), scale(8, 1), activations=True))
    out.append(compressed("int8 by channels with zero points", "int-quantized",
                          dict(num_bits=8, type="int", symmetric=False, strategy="channel"), scale(8, 1), zp(8, 8, 1), activations=True))
    out.append(compressed("float8 by channels", "float-quantized", dict(num_bits=8, type="float", symmetric=True, strategy="channel"), scale(8, 1), activations=True))
    out.append(compressed("float8 with one scale", "float-quantized", dict(num_bits=8, type="float", symmetric=True, strategy="tensor"), scale(1), activations=True))
    out.append(compressed("float8 in blocks", "float-quantized",
                          dict(num_bits=8, type="float", symmetric=True, strategy="block", block_structure=[16, 32]), scale(2, 3), weight=(20, 70)))
    return out


def nvfp4():
    # In float32 throughout: the package's own unpacking rounds the scales to bfloat16 first.
    w = rng.integers(0, 256, (8, 32), dtype=np.uint8)
    scale = (torch.rand(8, 4) * 100 + 1).to(torch.float8_e4m3fn)
    table = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], dtype=np.float32)
    values = np.stack([table[w & 15], table[w >> 4]], axis=-1).reshape(8, 64)
    factors = scale.float().numpy() / np.float32(700)
    m = "model.layers.0.self_attn.v_proj"
    tensors = {f"{m}.weight_packed": w, f"{m}.weight_scale": scale, f"{m}.weight_global_scale": torch.tensor([700.0])}
    return case("NVFP4", {"quant_method": "compressed-tensors", "format": "nvfp4-pack-quantized"}, tensors, {f"{m}.weight": values * np.repeat(factors, 16, axis=1)})


def mxfp4_packed():
    w = rng.integers(0, 256, (4, 32), dtype=np.uint8)
    scale = rng.integers(110, 140, (4, 2), dtype=np.uint8)
    table = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], dtype=np.float32)
    values = np.stack([table[w & 15], table[w >> 4]], axis=-1).reshape(4, 64)
    m = "model.layers.0.self_attn.v_proj"
    expected = values * np.repeat(np.exp2(scale.astype(np.float32) - 127), 32, axis=1)
    return case("MXFP4 packed", {"quant_method": "compressed-tensors", "format": "mxfp4-pack-quantized"}, {f"{m}.weight_packed": w, f"{m}.weight_scale": scale}, {f"{m}.weight": expected})


def gpt_oss():
    blocks = torch.randint(0, 256, (2, 6, 2, 16), dtype=torch.uint8)
    scales = torch.randint(100, 140, (2, 6, 2), dtype=torch.uint8)
    expected = convert_moe_packed_tensors(blocks, scales, dtype=torch.float32)
    m = "model.layers.0.mlp.experts.gate_up_proj"
    tensors = {f"{m}_blocks": blocks, f"{m}_scales": scales, f"{m}_bias": torch.ones(2, 6, dtype=torch.bfloat16)}
    return case("MXFP4 of gpt-oss", {"quant_method": "mxfp4", "modules_to_not_convert": []}, tensors, {m: expected, f"{m}_bias": np.ones((2, 6))})


block = {"weight_block_size": [16, 32], "activation_scheme": "dynamic", "fmt": "e4m3"}
cases = [
    *[gptq(f"GPTQ, {b} bits", b, 32, 32 if b == 3 else 16, 64) for b in (2, 3, 4, 8)],
    gptq("GPTQ in the second format", 4, 32, 16, 64, fmt="gptq_v2"),
    gptq("GPTQ with inputs in order of activation", 4, 16, 16, 64, order=rng.permutation(64)),
    gptq("GPTQ with one group, symmetric", 4, -1, 8, 40, sym=True),
    gptq("GPTQ without g_idx", 4, 32, 8, 64),
    awq(),
    fp8("fp8 in blocks, those at the edges cut", block, (20, 70), (2, 3), (16, 32)),
    fp8("fp8 in blocks with exponents as scales", block, (32, 64), (2, 2), (16, 32), scale_dtype=torch.float8_e8m0fnu),
    fp8("fp8 in blocks of stacked experts", block, (2, 16, 64), (2, 1, 2), (16, 32)),
    fp8("fp8 by rows", {}, (12, 20), (12, 1), (1, 20), suffix="_scale", scale_dtype=torch.bfloat16),
    fp8("fp8 by rows, scales in a row", {}, (12, 20), (12,), (1, 20), suffix="_scale"),
    fp8("fp8 with one scale", {"activation_scheme": "static"}, (12, 20), (), (12, 20), suffix="_scale"),
    fp8("fp8 with one scale in a row, E5M2", {}, (12, 20), (1,), (12, 20), suffix="_scale", dtype=torch.float8_e5m2),
    *ct_cases(),
    nvfp4(),
    mxfp4_packed(),
    gpt_oss(),
]
with open(os.path.join(os.path.dirname(__file__), "quantized-folders.json"), "w") as f:
    json.dump(cases, f, indent=1)
    f.write("\n")
print(len(cases), "cases")
