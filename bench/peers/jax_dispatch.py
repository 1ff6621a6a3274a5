"""The tiny program of `bench/xla-overhead.ts dispatch` in JAX: x + 1 on four floats. Prints JSON. Needs `pip install jax`.

Run: python bench/peers/jax_dispatch.py [plugin.so]   with a path, on that PJRT plugin instead of jaxlib's own CPU client.
"""
import json
import os
import sys
import time

if len(sys.argv) > 1:
    os.environ["PJRT_NAMES_AND_LIBRARY_PATHS"] = f"same:{sys.argv[1]}"
    os.environ["JAX_PLATFORMS"] = "same"

import jax
import jax.numpy as jnp
import numpy as np

f = jax.jit(lambda x: x + 1)
x = f(jnp.asarray([1.0, 2.0, 3.0, 4.0]))
for _ in range(2000):
    x = f(x)
x.block_until_ready()
rounds = 10_000
begin = time.perf_counter()
for i in range(rounds):
    x = f(x)
    if i % 100 == 99:
        np.asarray(x)
np.asarray(x)
pipelined = (time.perf_counter() - begin) / rounds * 1e6
begin = time.perf_counter()
for _ in range(rounds):
    x = f(x)
    np.asarray(x)
waited = (time.perf_counter() - begin) / rounds * 1e6
print(json.dumps(dict(benchmark="xla-dispatch", peer=f"jax {jax.__version__}", pipelinedUs=round(pipelined, 2), waitedUs=round(waited, 2))))
