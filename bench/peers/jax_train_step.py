"""The training step of bench/train-step.ts written in JAX (same model, same optimizer, float32, CPU). Prints JSON.

Run: python bench/peers/jax_train_step.py [tiny|small|base] [batch_size] [steps]   (needs `pip install jax`)
"""
import json
import math
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

PRESETS = dict(tiny=(128, 4, 4, 32, 384, 128), small=(256, 6, 8, 32, 768, 256), base=(768, 12, 12, 64, 2048, 512))
name = sys.argv[1] if len(sys.argv) > 1 else "tiny"
batch = int(sys.argv[2]) if len(sys.argv) > 2 else 32
steps = int(sys.argv[3]) if len(sys.argv) > 3 else 20
E, L, H, D, M, S = PRESETS[name]
V = 256
rng = np.random.default_rng(0)


def normal(*shape, scale):
    return jnp.asarray(rng.normal(size=shape) * scale, jnp.float32)


params = dict(
    embedding=normal(V, E, scale=0.02), final=jnp.ones(E),
    layers=dict(an=jnp.ones((L, E)), mn=jnp.ones((L, E)), q=normal(L, E, H, D, scale=E**-0.5), k=normal(L, E, H, D, scale=E**-0.5),
                v=normal(L, E, H, D, scale=E**-0.5), o=normal(L, H, D, E, scale=E**-0.5), g=normal(L, E, M, scale=E**-0.5),
                u=normal(L, E, M, scale=E**-0.5), d=normal(L, M, E, scale=M**-0.5)))


def norm(x, s):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + 1e-6) * s


def loss_fn(p, tokens):
    x = p["embedding"][tokens[:, :-1]] * math.sqrt(E)
    freq = 10000.0 ** (-jnp.arange(D // 2) / (D // 2))
    angle = jnp.arange(S)[:, None] * freq[None, :]
    cos, sin = jnp.cos(angle)[:, None, :], jnp.sin(angle)[:, None, :]
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


def step(p, mu, nu, t, tokens):
    loss, g = jax.value_and_grad(loss_fn)(p, tokens)
    n = jnp.sqrt(sum(jnp.sum(x * x) for x in jax.tree.leaves(g)))
    g = jax.tree.map(lambda x: x * jnp.minimum(1.0, 1 / n), g)
    mu = jax.tree.map(lambda m, x: 0.9 * m + 0.1 * x, mu, g)
    nu = jax.tree.map(lambda v, x: 0.95 * v + 0.05 * x * x, nu, g)
    p = jax.tree.map(lambda x, m, v: x - 1e-3 * (m / (1 - 0.9 ** (t + 1)) / (jnp.sqrt(v / (1 - 0.95 ** (t + 1))) + 1e-8) + 0.1 * x), p, mu, nu)
    return p, mu, nu, t + 1, loss


fn = jax.jit(step, donate_argnums=(0, 1, 2))
tokens = jnp.asarray(rng.integers(0, 128, (batch, S + 1)), jnp.int32)
mu, nu, t = jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params), jnp.float32(0)
started = time.perf_counter()
params, mu, nu, t, loss = fn(params, mu, nu, t, tokens)
loss.block_until_ready()
compile_ms = (time.perf_counter() - started) * 1000
times = []
for _ in range(steps):
    begin = time.perf_counter()
    params, mu, nu, t, loss = fn(params, mu, nu, t, tokens)
    loss.block_until_ready()
    times.append((time.perf_counter() - begin) * 1000)
times = sorted(times[2:])
print(json.dumps(dict(benchmark="train-step", peer=f"jax {jax.__version__}", preset=name, batchSize=batch,
                      medianTimeMs=round(times[len(times) // 2], 2), minTimeMs=round(times[0], 2), compileTimeMs=round(compile_ms))))
