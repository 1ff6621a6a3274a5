"""Reference numbers for the Transformer: loss, gradients and AdamW steps computed by JAX on fixed weights.

Run: python tests/oracles/transformer.py > tests/oracles/transformer.json   (needs `pip install jax`)
"""
import json
import math

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", False)
jax.config.update("jax_default_matmul_precision", "highest")

C = dict(vocabSize=16, numLayers=2, embedDim=8, numHeads=2, headDim=4, mlpDim=12, maxSeqLen=6,
         ropeTheta=10000.0, normEpsilon=1e-6, tieEmbeddings=True)
ADAM = dict(learningRate=1e-2, finalFraction=0.1, warmupSteps=2, totalSteps=10, beta1=0.9, beta2=0.95,
            epsilon=1e-8, weightDecay=0.1, clipNorm=0.5)

rng = np.random.default_rng(0)


def normal(*shape, scale=0.3):
    return np.asarray(rng.normal(size=shape) * scale, np.float32)


L, E, H, D, M, V = (C[k] for k in ("numLayers", "embedDim", "numHeads", "headDim", "mlpDim", "vocabSize"))
params = {
    "embedding": normal(V, E),
    "finalNorm": 1 + normal(E, scale=0.1),
    "layers": {
        "attentionNorm": 1 + normal(L, E, scale=0.1),
        "attentionOut": normal(L, H, D, E),
        "down": normal(L, M, E),
        "gate": normal(L, E, M),
        "key": normal(L, E, H, D),
        "mlpNorm": 1 + normal(L, E, scale=0.1),
        "query": normal(L, E, H, D),
        "up": normal(L, E, M),
        "value": normal(L, E, H, D),
    },
}
decay = jax.tree.map(lambda _: True, params)
decay["finalNorm"] = False
decay["layers"]["attentionNorm"] = False
decay["layers"]["mlpNorm"] = False
batches = [rng.integers(0, V, size=(4, C["maxSeqLen"] + 1)).astype(np.int32) for _ in range(4)]


def rms_norm(x, scale):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + C["normEpsilon"]) * scale


def rope(x):
    half = D // 2
    freq = C["ropeTheta"] ** (-jnp.arange(half) / half)
    angle = jnp.arange(x.shape[1])[:, None] * freq[None, :]
    cos, sin = jnp.cos(angle)[:, None, :], jnp.sin(angle)[:, None, :]
    a, b = x[..., :half], x[..., half:]
    return jnp.concatenate([a * cos - b * sin, b * cos + a * sin], -1)


def loss_fn(p, tokens):
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    x = p["embedding"][inputs] * math.sqrt(E)
    mask = jnp.tril(jnp.ones((inputs.shape[1],) * 2, bool))
    for i in range(L):
        w = jax.tree.map(lambda a: a[i], p["layers"])
        h = rms_norm(x, w["attentionNorm"])
        q, k = rope(jnp.einsum("bse,ehd->bshd", h, w["query"])), rope(jnp.einsum("bse,ehd->bshd", h, w["key"]))
        v = jnp.einsum("bse,ehd->bshd", h, w["value"])
        scores = jnp.where(mask, jnp.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(D), -1e30)
        x = x + jnp.einsum("bqhd,hde->bqe", jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), v), w["attentionOut"])
        m = rms_norm(x, w["mlpNorm"])
        x = x + (jax.nn.silu(m @ w["gate"]) * (m @ w["up"])) @ w["down"]
    logits = rms_norm(x, p["finalNorm"]) @ p["embedding"].T
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), targets[..., None], -1))


def adamw(p, mu, nu, g, step):
    norm = jnp.sqrt(sum(jnp.sum(x * x) for x in jax.tree.leaves(g)))
    g = jax.tree.map(lambda x: x * jnp.minimum(1.0, ADAM["clipNorm"] / norm), g)
    warm, total = ADAM["warmupSteps"], ADAM["totalSteps"]
    progress = min(max((step - warm) / (total - warm), 0), 1)
    f = ADAM["finalFraction"]
    lr = ADAM["learningRate"] * ((step + 1) / warm if step < warm else f + (1 - f) * 0.5 * (1 + math.cos(math.pi * progress)))
    b1, b2, t = ADAM["beta1"], ADAM["beta2"], step + 1
    mu = jax.tree.map(lambda m, x: b1 * m + (1 - b1) * x, mu, g)
    nu = jax.tree.map(lambda v, x: b2 * v + (1 - b2) * x * x, nu, g)

    def update(x, m, v, d):
        direction = (m / (1 - b1**t)) / (jnp.sqrt(v / (1 - b2**t)) + ADAM["epsilon"])
        return x - lr * (direction + (ADAM["weightDecay"] * x if d else 0))

    return jax.tree.map(update, p, mu, nu, decay), mu, nu, norm


def listed(t):
    return jax.tree.map(lambda a: dict(shape=list(a.shape), data=[float(x) for x in np.asarray(a).ravel()]), t)


value_and_grad = jax.jit(jax.value_and_grad(loss_fn))
loss, grads = value_and_grad(params, batches[0])
p, mu, nu = params, jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params)
steps = []
for i, batch in enumerate(batches):
    l, g = value_and_grad(p, batch)
    p, mu, nu, norm = adamw(p, mu, nu, g, i)
    steps.append(dict(loss=float(l), gradientNorm=float(norm)))
print(json.dumps(dict(
    madeBy=f"jax {jax.__version__}", config=C, adamw=ADAM, params=listed(params),
    batches=[b.tolist() for b in batches], loss=float(loss), gradients=listed(grads), steps=steps,
    finalEmbedding=listed(p["embedding"])), separators=(",", ":")))
