"""Reference results for tests/api/oracle.test.ts. Run: python tests/oracles/api.py
Reads api_functions.txt; writes api.json (inputs, results) and tests/api/oracle-functions.ts (the TypeScript side of the table).
"""
import json
import pathlib
import re

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)
K = jax.random.key(42)
f = lambda *s: rng.uniform(-1.3, 1.3, s).astype(np.float32)
inputs = dict(
    x=f(3, 4), y=f(3, 4), u=rng.uniform(-0.8, 0.8, (3, 4)).astype(np.float32), p=rng.uniform(0.4, 1.9, (3, 4)).astype(np.float32),
    s=np.sort(f(5)), w=f(3), t=f(2, 3, 4), q=f(3, 3) + 2 * np.eye(3, dtype=np.float32), r=f(2, 3), r2=f(2, 3),
    i=rng.integers(0, 4, (3, 4)).astype(np.int32), j=np.array([3, 0, 2], np.int32), j2=rng.integers(0, 9, (3, 4)).astype(np.int32),
    n=np.array([[1, np.nan, -np.inf], [np.inf, 2, np.nan], [0.5, -3, 2]], np.float32),
    a=f(2, 3, 2, 4), b=f(2, 5, 2, 4), c=f(2, 5, 2, 4), im=f(2, 2, 5, 4), k=f(3, 2, 2, 3),
    v=f(4, 4), m=f(5, 3), o=f(3, 5), e=rng.uniform(0.6, 6.0, (3, 4)).astype(np.float32), d=rng.uniform(0.3, 5.0, (3, 4)).astype(np.float32),
    z=rng.uniform(0.06, 0.94, (3, 4)).astype(np.float32), g=f(2, 3, 3),
)


def number(v):
    v = v.item()
    if isinstance(v, float):
        return float(f"{v:.8g}") if np.isfinite(v) else str(v)
    return v


def plain(a):
    a = np.asarray(a)
    return dict(shape=list(a.shape), dtype={"float32": "f32", "int32": "i32", "bool": "bool"}[str(a.dtype)], data=[number(v) for v in a.ravel()])


wave = lambda a, by: jnp.asarray(np.cos(np.arange(a.size) + by).astype(np.float32).reshape(a.shape))
cases, lines = [], []
for line in (here / "api_functions.txt").read_text().splitlines():
    if line.startswith("#") or not line.strip():
        continue
    name, args, kinds, source, ts = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line)]
    names = args.split()
    params = list(dict.fromkeys(names))
    fn = eval(f"lambda {', '.join(params)}: {source}", globals())
    values = [jnp.asarray(inputs[n]) for n in params]
    floats = [i for i, v in enumerate(values) if v.dtype == jnp.float32]
    loss = lambda *v: jnp.sum(fn(*v) * wave(fn(*v), 0))
    grad = jax.grad(loss, argnums=floats)
    for kind in kinds:
        if kind == "v":
            results = [fn(*values)]
        elif kind == "g":
            results = list(grad(*values))
        elif kind == "b":
            batch = [jnp.stack([v, v * jnp.float32(0.9)]) if v.dtype == jnp.float32 else jnp.stack([v, v]) for v in values]
            results = [jax.vmap(fn)(*batch)]
        else:
            only = lambda *fl: jax.grad(lambda *g: loss(*[g[floats.index(i)] if i in floats else v for i, v in enumerate(values)]), argnums=tuple(range(len(floats))))(*fl)
            primal = [values[i] for i in floats]
            results = list(jax.jvp(only, primal, [wave(v, 1) for v in primal])[1])
        cases.append(dict(name=name, args=params, kind=kind, results=[plain(r) for r in results]))
    unused = [n for n in params if not re.search(rf"\b{n}\b", ts)]
    typed = ", ".join(f"{'_' if n in unused else ''}{n}: Tensor" for n in params)
    lines.append(f"  {name}: ({typed}) => {ts},")

(here / "api.json").write_text(json.dumps(dict(madeBy=f"jax {jax.__version__}", inputs={n: plain(v) for n, v in inputs.items()}, cases=cases), separators=(",", ":")) + "\n")
header = """/** Made by tests/oracles/api.py from api_functions.txt; do not edit. */
import { associativeScan, checkpoint, cond, foriLoop, lax, nn, np, random, scan, type Tensor, whileLoop } from '../../src/index.ts';

export const oracleFunctions: Readonly<Record<string, (...args: Tensor[]) => Tensor>> = {
"""
(here.parent / "api" / "oracle-functions.ts").write_text(header + "\n".join(lines) + "\n};\n")
print(len(cases), "cases")
