"""Runs a StableHLO program written by `bench/xla-overhead.ts step … program.mlir` through JAX, and times it. Prints JSON.

The first results are fed back as the first arguments, as in training. With a plugin's path, JAX runs it on that plugin, so that
both sides use the same XLA; without, on the one inside jaxlib.
Run: python bench/peers/jax_program.py program.mlir [steps] [plugin.so]
"""
import json
import os
import re
import sys
import time

# As our engine compiles: `max` and `min` keep NaNs.
os.environ["XLA_FLAGS"] = "--xla_cpu_enable_fast_min_max=false"
plugin = sys.argv[3] if len(sys.argv) > 3 else None
if plugin:
    os.environ["PJRT_NAMES_AND_LIBRARY_PATHS"] = f"same:{plugin}"
    os.environ["JAX_PLATFORMS"] = "same"
import jax
import numpy as np
from jax._src.lib import xla_client

text = open(sys.argv[1]).read()
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 20
device = jax.devices()[0]
client = device.client
options = xla_client.CompileOptions()
options.executable_build_options.device_assignment = xla_client.DeviceAssignment.create(np.array([[device.id]]))
started = time.perf_counter()
executable = client.compile_and_load(text, xla_client.DeviceList((device,)), options)
compile_ms = (time.perf_counter() - started) * 1000

signature = re.search(r"func\.func @main\((.*?)\) ->", text).group(1)
rng = np.random.default_rng(0)


def made_up(kind):
    *dims, dtype = kind.split("x")
    shape = tuple(int(d) for d in dims)
    if dtype == "f32":
        return (rng.normal(size=shape) * 0.02).astype(np.float32)
    return rng.integers(0, 128, shape).astype(dict(i32=np.int32, ui32=np.uint32, ui8=np.uint8)[dtype])


types = re.findall(r"%arg\d+: tensor<(.*?)>", signature)
numState = len(re.findall("jax.buffer_donor", signature))
args = [jax.device_put(made_up(t), device) for t in types]
jax.block_until_ready(args)
times = []
for _ in range(steps + 2):
    begin = time.perf_counter()
    out = executable.execute_sharded(args).disassemble_into_single_device_arrays()
    results = [r[0] for r in out]
    args = results[:numState] + args[numState:]
    np.asarray(results[-1])
    times.append((time.perf_counter() - begin) * 1000)
times = sorted(times[2:])
print(json.dumps(dict(benchmark="xla-step", peer=f"jax {jax.__version__}, the same program{', the same plugin' if plugin else ''}", medianTimeMs=round(times[len(times) // 2], 2),
                      minTimeMs=round(times[0], 2), compileTimeMs=round(compile_ms))))
