"""JAX's public functions. Run: python tests/oracles/jax_names.py > tests/oracles/jax-names.json"""
import inspect
import json

import jax
import jax.nn.initializers
import jax.numpy as jnp

modules = {
    "jax": jax, "jax.lax": jax.lax, "jax.numpy": jnp, "jax.numpy.linalg": jnp.linalg, "jax.numpy.fft": jnp.fft,
    "jax.nn": jax.nn, "jax.nn.initializers": jax.nn.initializers, "jax.random": jax.random, "jax.tree": jax.tree,
}


def is_function(v):
    return callable(v) and not inspect.isclass(v) and not inspect.ismodule(v) and not type(v).__name__.startswith("_ScalarMeta")


names = {m: sorted(n for n in dir(o) if not n.startswith("_") and is_function(getattr(o, n))) for m, o in modules.items()}
print(json.dumps(dict(madeBy=f"jax {jax.__version__}", modules=names), indent=1))
