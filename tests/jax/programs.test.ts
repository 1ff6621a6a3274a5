import { testExported } from './exported.ts';

/* Programs exported by JAX, flax, equinox and optax (tests/oracles/jax_programs.py) compute what JAX computed, on every engine. */

testExported(new URL('../oracles/jax-programs/', import.meta.url));
