"""Collectives over named axes as JAX computes them: under vmap, and in shard_map over eight CPU devices.

    python tests/oracles/collectives.py > tests/oracles/collectives.json

Every case is a function of x = sin(0, 1, …) (and w = cos(0, 1, …)); `value` is its result, `grad` the gradient of
sum(result * sin(1 + arange)) with respect to x. tests/api/collectives.test.ts has the same functions under the same names.
"""
import json, os
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"
import jax, jax.numpy as jnp, numpy as np
from jax import lax
from jax.sharding import Mesh, PartitionSpec as P

def wave(shape): return jnp.sin(jnp.arange(int(np.prod(shape)), dtype=jnp.float32)).reshape(shape)
def cowave(shape): return jnp.cos(jnp.arange(int(np.prod(shape)), dtype=jnp.float32)).reshape(shape)

V = {  # name: (function under vmap(axis_name='i'), x shape, out_axes)
    "psum": (lambda x: x / lax.psum(x * x, "i"), (4, 3), 0),
    "psum constant": (lambda x: x * lax.psum(1, "i"), (4, 3), 0),
    "pmean": (lambda x: x - lax.pmean(x, "i"), (4, 3), 0),
    "psum out": (lambda x: lax.psum(x * x, "i"), (4, 3), None),
    "all_gather": (lambda x: lax.all_gather(x * 2, "i", axis=1), (4, 3, 2), 0),
    "all_gather tiled": (lambda x: lax.all_gather(x * 2, "i", axis=1, tiled=True), (4, 3, 2), 0),
    "psum_scatter": (lambda x: lax.psum_scatter(x * x, "i", scatter_dimension=1), (4, 3, 4), 0),
    "psum_scatter tiled": (lambda x: lax.psum_scatter(x * x, "i", scatter_dimension=1, tiled=True), (4, 3, 8), 0),
    "all_to_all": (lambda x: lax.all_to_all(x * x, "i", 0, 1), (4, 4, 3, 2), 0),
    "all_to_all back": (lambda x: lax.all_to_all(x * x, "i", 2, 0), (4, 3, 2, 4), 0),
    "all_to_all tiled": (lambda x: lax.all_to_all(x * x, "i", 1, 0, tiled=True), (4, 3, 8), 0),
    "ppermute ring": (lambda x: lax.ppermute(x * x, "i", [(i, (i + 1) % 4) for i in range(4)]), (4, 3), 0),
    "axis_index": (lambda x: x * lax.axis_index("i").astype(jnp.float32), (4, 3), 0),
    "scan": (lambda x: lax.scan(lambda c, a: (c + lax.psum(a, "i"), c * a), jnp.float32(1), x)[1], (4, 5), 0),
    "cond": (lambda x: lax.cond(lax.axis_index("i") > 1, lambda a: a * a, lambda a: jnp.sin(a), x), (4, 3), 0),
    "nested": (lambda x: jax.vmap(lambda a: a * lax.psum(a, ("i", "j")) + lax.psum(a * a, "j"), axis_name="j")(x), (4, 3, 2), 0),
    "grad inside": (lambda x: jax.grad(lambda a: lax.psum(jnp.sum(a * a * a), "i"))(x), (4, 3), 0),
}
V_NOGRAD = {
    "pmax": (lambda x: x - lax.pmax(x, "i"), (4, 3), 0),
    "pmin": (lambda x: x - lax.pmin(x, "i"), (4, 3), 0),
}
mesh = Mesh(np.array(jax.devices()).reshape(4, 2), ("a", "b"))

def smap(f, ins, outs): return jax.shard_map(f, mesh=mesh, in_specs=ins, out_specs=outs, check_vma=False)
W = (6, 5)
S = {  # name: (function of whole x and w, x shape, w shape)
    "column then row": (smap(lambda x, w: lax.psum(jnp.tanh(x @ w) @ w.T, "b"), (P("a"), P(None, "b")), P("a")), (8, 6), (6, 4)),
    "data parallel": (smap(lambda x, w: lax.pmean(jnp.tanh(x @ w).sum(0), ("a", "b")), (P(("a", "b")), P()), P()), (8, 6), (6, 4)),
    "gather weights": (smap(lambda x, w: x @ lax.all_gather(w, "a", axis=0, tiled=True), (P("a"), P("a")), P("a")), (8, 8), (8, 4)),
    "reduce scatter": (smap(lambda x, w: lax.psum_scatter(x @ w, "a", scatter_dimension=0, tiled=True), (P(None, "a"), P("a")), P("a")), (8, 8), (8, 4)),
    "ring": (smap(lambda x, w: x * lax.ppermute(w, "a", [(i, (i + 1) % 4) for i in range(4)]), (P("a"), P("a")), P("a")), (8, 3), (8, 3)),
    "one way": (smap(lambda x, w: x * lax.ppermute(w, "a", [(0, 2), (3, 1)]), (P("a"), P("a")), P("a")), (8, 3), (8, 3)),
    "all to all": (smap(lambda x, w: lax.all_to_all(x * w, "a", 1, 0, tiled=True), (P("a"), P("a")), P(None, "a")), (8, 12), (8, 12)),
    "axis index": (smap(lambda x, w: x * w * (lax.axis_index(("a", "b")) + 1), (P("a", "b"), P("a", "b")), P("a", "b")), (8, 4), (8, 4)),
    "index of b": (smap(lambda x, w: lax.psum(x * w * lax.axis_index("b"), "b"), (P("a"), P("a")), P("a")), (8, 4), (8, 4)),
    "scan": (smap(lambda x, w: lax.scan(lambda h, m: (lax.psum(jnp.tanh(h @ m) @ m.T, "b") / 4, None), x, jnp.stack([w, w * 0.5]))[0], (P("a"), P(None, "b")), P("a")), (8, 6), (6, 4)),
    "remat": (smap(jax.checkpoint(lambda x, w: lax.psum(jnp.sin(jnp.sin(x @ w)), "b")), (P("a", "b"), P("b")), P("a")), (8, 6), (6, 4)),
    "vmap inside": (smap(lambda x, w: jax.vmap(lambda r: lax.psum(r @ w, "a") * r.sum())(x), (P("b", "a"), P("a")), P("b")), (8, 8), (8, 4)),
    "vmap around": (lambda x, w: jax.vmap(smap(lambda r, m: lax.psum(r * m, "a"), (P("a"), P("a")), P()), in_axes=(0, None))(x, w), (3, 8), (8,)),
    "two in one": (lambda x, w: smap(lambda r: lax.psum(r, "a"), (P(None, "a"),), P())(smap(lambda r, m: r @ m, (P("a"), P(None, "b")), P("a", "b"))(x, w)), (8, 8), (8, 4)),
    "grad inside": (smap(lambda x, w: jax.grad(lambda m: jnp.sum(jnp.tanh(x @ m)))(w), (P("a"), P("a", "b")), P("a", "b")), (8, 2), (8, 6)),
    "closure": (lambda x, w: smap(lambda r: lax.psum(r @ w, "a"), (P(None, "a"),), P())(x * 2), (8, 8), (2, 4)),
    "replicated in": (smap(lambda x, w: (x * w).sum(1), (P(), P("a")), P("a")), (2, 4), (8, 4)),
}

def plain(a): return {"shape": list(a.shape), "data": [float(f"{float(v):.9g}") for v in np.asarray(a).ravel()]}
def weighted(r): return jnp.sum(r * jnp.sin(1 + jnp.arange(r.size, dtype=jnp.float32)).reshape(r.shape))
out = {"vmap": {}, "shardMap": {}}
for table, with_grad in ((V, True), (V_NOGRAD, False)):
    for name, (f, shape, axes) in table.items():
        g = jax.vmap(f, axis_name="i", out_axes=axes)
        x = wave(shape)
        out["vmap"][name] = {"shape": shape, "value": plain(g(x))}
        if with_grad: out["vmap"][name]["grad"] = plain(jax.grad(lambda a: weighted(g(a)))(x))
for name, (f, sx, sw) in S.items():
    x, w = wave(sx), cowave(sw)
    gx, gw = jax.jit(jax.grad(lambda a, b: weighted(f(a, b)), argnums=(0, 1)))(x, w)
    out["shardMap"][name] = {"x": sx, "w": sw, "value": plain(jax.jit(f)(x, w)), "grad": plain(gx), "gradW": plain(gw)}
print(json.dumps(out))
