import { readFileSync } from 'node:fs';
import * as api from '../src/api/index.ts';

/*
 * JAX's public functions against ours. `tests/oracles/jax-names.json` lists JAX's; a name counts as present when the namespace
 * of the same meaning has it in camelCase, or under the name in `renamed`.
 */

type Names = Readonly<Record<string, unknown>>;

const namespaces: Readonly<Record<string, readonly Names[]>> = {
  jax: [api],
  'jax.lax': [api.lax, api],
  'jax.numpy': [api.np],
  'jax.numpy.linalg': [api.np.linalg, api.np],
  'jax.numpy.fft': [api.np.fft],
  'jax.nn': [api.nn],
  'jax.nn.initializers': [api.nn.initializers],
  'jax.random': [api.random],
  'jax.tree': [api.tree],
};

/** Names that differ for a reason: JavaScript's reserved words, or a clearer name. */
const renamed: Readonly<Record<string, string>> = {
  PRNGKey: 'key',
  delete: 'delete_',
  var: 'var_',
  switch: 'switchCase',
  softmax_custom_jvp: 'softmax',
  with_sharding_constraint: 'shard',
  batch_matmul: 'batchMatmul',
  is_finite: 'isfinite',
  leaves_with_path: 'entries',
  flatten_with_path: 'entries',
};

/** Names outside the scope of a tensor-program library in TypeScript, by the reason. */
const outside: readonly (readonly [reason: string, pattern: RegExp])[] = [
  [
    'switches of the JAX runtime and its configuration',
    /^jax\.(.*(nans|infs|key_reuse|transfer_guard.*|_guard|leaks|x64|checks|prng|dtype_promotion|rank_promotion|matmul_precision|prng_key|partitionable|compiles|cache_misses|custom_prng|no_execution|no_tracing|auto_pcast|user_context|default_device|f16_reductions|axis_from_type|associative_scan_reductions|disable_jit|effects_barrier|clear_caches|print_environment_info|ensure_compile_time_eval|live_arrays)|default_backend|explain.*|numpy_.*|make_user_context|set_mesh)$/,
  ],
  [
    'processes, hosts and device lists: see `espalier` on hosts, and `Mesh`',
    /^jax\.(process_.*|host_.*|local_device.*|device_count|devices|make_array_from.*|make_mesh|reshard|pmap|smap)$/,
  ],
  [
    'mutable references and callbacks into Python',
    /^jax\.(.*_ref|freeze|pure_callback|named_.*|copy_to_host_async|typeof|fwd_and_bwd|closure_convert)$/,
  ],
  [
    'shape rules of primitives, internal to JAX',
    /^jax\.lax\.(conv_.*(shape_tuple|permutations|numbers)|.*_shape_tuple|padtype_to_pads|shape_as_value|broadcast_to_rank|dtype|stage|dce_sink|platform_dependent|composite|create_token|after_all|empty|custom_root|custom_linear_solve)$/,
  ],
  [
    'low-precision and ragged products for particular hardware',
    /^jax\.(lax\.(ragged_.*|scaled_dot)|nn\.(scaled_.*|get_scaled.*))$/,
  ],
  [
    'files, strings, print options and Python objects',
    /^jax\.numpy\.(array_repr|array_str|from(dlpack|buffer|file|iter|pyfunc|string)|frompyfunc|.*printoptions|load|save|savez|iterable|einsum_path|is(dtype|subdtype|scalar)|issubdtype|can_cast|packbits|unpackbits|fill_diagonal|place|put|put_along_axis|piecewise|vectorize|apply_over_axes|get_printoptions|set_printoptions)$/,
  ],
  [
    'results whose size depends on values, or sets',
    /^jax\.numpy\.(argwhere|compress|extract|setdiff1d|setxor1d|intersect1d|union1d|unique_.*|trim_zeros|mask_indices|histogram2d|histogramdd)$/,
  ],
  ['polynomials as coefficient lists', /^jax\.numpy\.(poly.*|roots)$/],
];

export const camel = (name: string): string => name.replace(/_+([a-z0-9])/g, (_, c: string) => c.toUpperCase());

export interface Coverage {
  readonly module: string;
  readonly present: readonly string[];
  readonly missing: readonly string[];
  readonly excluded: readonly { readonly name: string; readonly reason: string }[];
}

/** What we have of each of JAX's modules. */
export function jaxCoverage(): readonly Coverage[] {
  const file = JSON.parse(readFileSync(new URL('../tests/oracles/jax-names.json', import.meta.url), 'utf8')) as {
    readonly modules: Readonly<Record<string, readonly string[]>>;
  };
  return Object.entries(file.modules).map(([module, names]) => {
    const has = (name: string): boolean =>
      namespaces[module].some((n) =>
        [renamed[name], camel(name), name].some((k) => k !== undefined && typeof n[k] === 'function'),
      );
    const present = names.filter(has);
    const absent = names.filter((n) => !has(n));
    const excluded = absent.flatMap((name) => {
      const found = outside.find(([, pattern]) => pattern.test(`${module}.${name}`));
      return found ? [{ name, reason: found[0] }] : [];
    });
    return { module, present, missing: absent.filter((n) => !excluded.some((e) => e.name === n)), excluded };
  });
}

/** The section of FEATURES.md. */
export function coverageText(): string {
  const all = jaxCoverage();
  const row = (c: Coverage): string => {
    const wanted = c.present.length + c.missing.length;
    return `| \`${c.module}\` | ${c.present.length} | ${wanted} | ${((100 * c.present.length) / wanted).toFixed(0)} % | ${c.excluded.length} |`;
  };
  const total: Coverage = {
    module: 'all',
    present: all.flatMap((c) => c.present),
    missing: all.flatMap((c) => c.missing),
    excluded: all.flatMap((c) => c.excluded),
  };
  const missing = all
    .filter((c) => c.missing.length > 0)
    .map((c) => `- \`${c.module}\`: ${c.missing.map((n) => `\`${n}\``).join(', ')}`);
  const reasons = outside.map(([reason]) => {
    const names = all.flatMap((c) =>
      c.excluded.filter((e) => e.reason === reason).map((e) => `\`${c.module.replace(/^jax\./, '')}.${e.name}\``),
    );
    return `- ${reason}: ${names.join(', ')}`;
  });
  return `## JAX's functions

Names of the installed JAX (\`tests/oracles/jax-names.json\`), in camelCase here: \`jax.numpy.take_along_axis\` is
\`np.takeAlongAxis\`. *In scope* leaves out the names listed last, with the reasons.

| module | here | in scope | | out of scope |
|---|---|---|---|---|
${[...all, total].map(row).join('\n')}

### In scope and missing

${missing.join('\n')}

### Out of scope

${reasons.join('\n')}
`;
}
