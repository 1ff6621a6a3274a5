"""JAX as a participant of `npm run bench`: `python bench/peers/jax_peer.py <task> <options as JSON>`.

Prints one JSON line when ready, then the time of one run in milliseconds for every line on its standard input.
Needs `pip install jax`.
"""
import json
import math
import resource
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

task, o = sys.argv[1], json.loads(sys.argv[2])
rng = np.random.default_rng(0)
dtype = jnp.bfloat16 if o.get("dtype") == "bf16" else jnp.float32


def normal(*shape, scale=1.0):
    return jnp.asarray(rng.normal(size=shape) * scale, jnp.float32)


def gemm():
    a, b = (normal(o["batch"], o["m"], o["k"]).astype(dtype), normal(o["batch"], o["n"], o["k"]).astype(dtype))
    if not o["transposeB"]:
        b = jnp.swapaxes(b, 1, 2) + 0
    f = jax.jit(lambda x, y: jax.lax.batch_matmul(x, jnp.swapaxes(y, 1, 2) if o["transposeB"] else y))
    return lambda: f(a, b).block_until_ready()


def optimizer(loss_fn):
    """AdamW with clipping by global norm, as src/nn/optimizers."""
    def step(p, mu, nu, t, *data):
        loss, g = jax.value_and_grad(loss_fn)(p, *data)
        n = jnp.sqrt(sum(jnp.sum(x * x) for x in jax.tree.leaves(g)))
        g = jax.tree.map(lambda x: x * jnp.minimum(1.0, 1 / n), g)
        mu = jax.tree.map(lambda m, x: 0.9 * m + 0.1 * x, mu, g)
        nu = jax.tree.map(lambda v, x: 0.95 * v + 0.05 * x * x, nu, g)
        p = jax.tree.map(lambda x, m, v: x - 1e-3 * (m / (1 - 0.9 ** (t + 1)) / (jnp.sqrt(v / (1 - 0.95 ** (t + 1))) + 1e-8) + 0.1 * x), p, mu, nu)
        return p, mu, nu, t + 1, loss
    return jax.jit(step, donate_argnums=(0, 1, 2))


def runner(loss_fn, params, *data):
    fn = optimizer(loss_fn)
    state = [params, jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params), jnp.float32(0)]

    def run():
        *state[:], loss = fn(*state, *data)
        loss.block_until_ready()
    return run


def mlp():
    sizes = [o["inputDim"], *[o["hiddenDim"]] * o["numLayers"], o["outputDim"]]
    params = [normal(m, n, scale=m**-0.5) for m, n in zip(sizes, sizes[1:])]

    def loss(p, x, y):
        for w in p[:-1]:
            x = jax.nn.relu(x @ w)
        return jnp.mean((x @ p[-1] - y) ** 2)
    return runner(loss, params, normal(o["batchSize"], sizes[0]), normal(o["batchSize"], sizes[-1]))


def transformer():
    E, L, H, D, M, S, V = (o[k] for k in ("embedDim", "numLayers", "numHeads", "headDim", "mlpDim", "maxSeqLen", "vocabSize"))
    params = dict(
        embedding=normal(V, E, scale=0.02), final=jnp.ones(E),
        layers=dict(an=jnp.ones((L, E)), mn=jnp.ones((L, E)), q=normal(L, E, H, D, scale=E**-0.5), k=normal(L, E, H, D, scale=E**-0.5),
                    v=normal(L, E, H, D, scale=E**-0.5), o=normal(L, H, D, E, scale=E**-0.5), g=normal(L, E, M, scale=E**-0.5),
                    u=normal(L, E, M, scale=E**-0.5), d=normal(L, M, E, scale=M**-0.5)))

    def norm(x, s):
        return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6) * s

    def loss_fn(p, tokens):
        p = jax.tree.map(lambda a: a.astype(dtype), p)
        x = p["embedding"][tokens[:, :-1]] * math.sqrt(E)
        freq = 10000.0 ** (-jnp.arange(D // 2) / (D // 2))
        angle = jnp.arange(S)[:, None] * freq[None, :]
        cos, sin = (f(angle)[:, None, :].astype(dtype) for f in (jnp.cos, jnp.sin))
        mask = jnp.tril(jnp.ones((S, S), bool))

        def rope(t):
            a, b = jnp.split(t, 2, -1)
            return jnp.concatenate([a * cos - b * sin, b * cos + a * sin], -1)

        def block(x, w):
            h = norm(x, w["an"])
            q, k, v = rope(jnp.einsum("bse,ehd->bshd", h, w["q"])), rope(jnp.einsum("bse,ehd->bshd", h, w["k"])), jnp.einsum("bse,ehd->bshd", h, w["v"])
            s = jnp.where(mask, jnp.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(D), -1e30)
            x = x + jnp.einsum("bshd,hde->bse", jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(s), v), w["o"])
            m = norm(x, w["mn"])
            return x + (jax.nn.silu(m @ w["g"]) * (m @ w["u"])) @ w["d"], None

        x, _ = jax.lax.scan(block, x, p["layers"])
        logits = norm(x, p["final"]) @ p["embedding"].T
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), tokens[:, 1:, None], -1))
    return runner(loss_fn, params, jnp.asarray(rng.integers(0, 128, (o["batchSize"], S + 1)), jnp.int32))


run = dict(gemm=gemm, mlp=mlp, transformer=transformer)[task]()
started = time.perf_counter()
run()
print(json.dumps(dict(peer=f"jax {jax.__version__}", compileTimeMs=round((time.perf_counter() - started) * 1000))), flush=True)
for line in sys.stdin:
    if line.strip() == "memory":
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
        continue
    begin = time.perf_counter()
    run()
    print((time.perf_counter() - begin) * 1000, flush=True)
