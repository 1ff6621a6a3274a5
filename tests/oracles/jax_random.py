"""Reference bits of jax.random. Run: python tests/oracles/jax_random.py > tests/oracles/jax_random.json"""
import json

import jax
import jax.numpy as jnp
import numpy as np

key = jax.random.key(42)
raw = lambda k: np.asarray(jax.random.key_data(k)).ravel().tolist()
f32 = lambda a: np.asarray(a, np.float32).ravel().view(np.uint32).tolist()
print(json.dumps(dict(
    madeBy=f"jax {jax.__version__}",
    key=raw(key),
    split3=raw(jax.random.split(key, 3)),
    foldIn7=raw(jax.random.fold_in(key, 7)),
    bits=np.asarray(jax.random.bits(key, (3, 5))).ravel().tolist(),
    uniform=f32(jax.random.uniform(key, (4, 3))),
    uniformRange=f32(jax.random.uniform(key, (6,), minval=-2.5, maxval=1.5)),
    normal=f32(jax.random.normal(key, (3, 7))),
    bernoulli=np.asarray(jax.random.bernoulli(key, 0.3, (16,))).astype(int).tolist(),
    randint=np.asarray(jax.random.randint(key, (9,), -5, 1000)).tolist(),
    gumbel=f32(jax.random.gumbel(key, (5,))),
    categorical=np.asarray(jax.random.categorical(key, jnp.log(jnp.array([[0.1, 0.6, 0.3]] * 8)), axis=-1)).tolist(),
), separators=(",", ":")))
