"""Programs exported by JAX as StableHLO text, with inputs and outputs, for tests/gallery.

Run: python tests/oracles/gallery.py tests/gallery   (needs `pip install jax`)
"""
import json
import os
import sys

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"
import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P

jax.config.update("jax_default_matmul_precision", "highest")
out_dir = sys.argv[1]
rng = np.random.default_rng(0)


def normal(*shape, scale=1.0):
    return (rng.normal(size=shape) * scale).astype(np.float32)


def listed(x):
    a = np.asarray(x)
    data = a.astype(np.float64).ravel().tolist() if a.dtype.kind == "f" else a.astype(np.int64).ravel().tolist()
    return dict(dtype=str(a.dtype), shape=list(a.shape), data=data)


def export(name, f, *args, jit=None):
    jitted = jit or jax.jit(f)
    text = jitted.lower(*args).as_text()
    outputs = jitted(*args)
    with open(os.path.join(out_dir, f"{name}.mlir"), "w") as file:
        file.write(text)
    with open(os.path.join(out_dir, f"{name}.json"), "w") as file:
        json.dump(dict(madeBy=f"jax {jax.__version__}", inputs=[listed(x) for x in jax.tree.leaves(args)],
                       outputs=[listed(x) for x in jax.tree.leaves(outputs)]), file, separators=(",", ":"))


# A training step of a multilayer perceptron: softmax cross entropy, SGD with momentum.
def mlp_loss(params, x, y):
    h = x
    for w, b in params[:-1]:
        h = jax.nn.gelu(h @ w + b)
    w, b = params[-1]
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(h @ w + b), y[:, None], axis=-1))


def mlp_step(params, momentum, x, y):
    loss, grads = jax.value_and_grad(mlp_loss)(params, x, y)
    momentum = jax.tree.map(lambda m, g: 0.9 * m + g, momentum, grads)
    return jax.tree.map(lambda p, m: p - 0.1 * m, params, momentum), momentum, loss


params = [(normal(6, 8, scale=0.4), normal(8)), (normal(8, 5, scale=0.4), normal(5))]
export("mlp_step", mlp_step, params, jax.tree.map(np.zeros_like, params), normal(4, 6),
       rng.integers(0, 5, 4).astype(np.int32))


# Gradients through a stack of Transformer blocks under lax.scan with remat.
def blocks(weights, x):
    def block(h, w):
        q, k, v = (jnp.einsum("bse,ehd->bshd", h, w[n]) for n in "qkv")
        s = jnp.einsum("bqhd,bkhd->bhqk", q, k) / 2.0
        s = jnp.where(jnp.tril(jnp.ones(s.shape[-2:], bool)), s, -jnp.inf)
        h = h + jnp.einsum("bhqk,bkhd,hde->bqe", jax.nn.softmax(s), v, w["o"])
        m = (h - h.mean(-1, keepdims=True)) * jax.lax.rsqrt(h.var(-1, keepdims=True) + 1e-5)
        return h + jax.nn.silu(m @ w["u"]) @ w["d"], None

    return jax.lax.scan(jax.checkpoint(block), x, weights)[0]


weights = dict(q=normal(2, 8, 2, 4, scale=0.3), k=normal(2, 8, 2, 4, scale=0.3), v=normal(2, 8, 2, 4, scale=0.3),
               o=normal(2, 2, 4, 8, scale=0.3), u=normal(2, 8, 12, scale=0.3), d=normal(2, 12, 8, scale=0.3))
export("transformer_scan", jax.value_and_grad(lambda w, x: jnp.mean(blocks(w, x) ** 2)), weights, normal(2, 5, 8))


# A small convolutional network with pooling, and its gradients.
def convnet(params, x):
    y = jax.lax.conv_general_dilated(x, params["c1"], (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    y = jax.nn.relu(y)
    y = jax.lax.reduce_window(y, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    y = jax.lax.conv_general_dilated(y, params["c2"], (2, 2), ((1, 1), (0, 1)), rhs_dilation=(1, 2),
                                     dimension_numbers=("NHWC", "HWIO", "NHWC"), feature_group_count=2)
    return jnp.mean(jnp.tanh(y).reshape(y.shape[0], -1) @ params["w"])


export("convnet", jax.value_and_grad(convnet),
       dict(c1=normal(3, 3, 2, 4, scale=0.4), c2=normal(2, 2, 2, 6, scale=0.4), w=normal(36, 3, scale=0.4)),
       normal(2, 8, 8, 2))


# Random numbers: keys, splitting, several distributions.
def draws(seed):
    k1, k2, k3, k4 = jax.random.split(jax.random.key(seed), 4)
    return (jax.random.normal(k1, (3, 4)), jax.random.randint(k2, (5,), 0, 100), jax.random.permutation(k3, 6),
            jax.random.categorical(k4, jnp.zeros((2, 7))))


export("random_draws", draws, np.int32(7))

# A shard_map program over four devices: a matrix product with the contraction split, and a ring exchange.
mesh = Mesh(np.array(jax.devices()).reshape(2, 2), ("x", "y"))


def local(a, b):
    partial = a @ b
    total = jax.lax.psum(partial, "y")
    ring = jax.lax.ppermute(total, "x", [(0, 1), (1, 0)])
    return total + 0.5 * ring, jax.lax.all_gather(partial[:1], "y", axis=0, tiled=True)


sharded = jax.shard_map(local, mesh=mesh, in_specs=(P("x", "y"), P("y", None)), out_specs=(P("x", None), P("x", None)),
                        check_vma=False)
export("shard_map", sharded, normal(4, 6), normal(6, 3))

# Automatic partitioning: shardings on the arguments, the rest propagated.
sh = lambda *spec: NamedSharding(mesh, P(*spec))
two_layer = jax.jit(lambda x, w, v: jax.nn.relu(x @ w) @ v,
                    in_shardings=(sh("x", None), sh(None, "y"), sh("y", None)), out_shardings=sh("x", None))
export("gspmd_mlp", None, normal(4, 6), normal(6, 8), normal(8, 3), jit=two_layer)
