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
  with_sharding_constraint: 'shard',
  reshard: 'shard',
  set_mesh: 'withMesh',
  is_finite: 'isfinite',
  leaves_with_path: 'entries',
  flatten_with_path: 'entries',
};

/** Names that are not offered, by the reason. */
const outside: readonly (readonly [reason: string, pattern: RegExp])[] = [
  [
    "switches and caches of the JAX runtime: here options of `jit`, the engine's name, or nothing to switch",
    /^jax\.(.*(nans|infs|key_reuse|transfer_guard.*|_guard|leaks|x64|checks|prng|dtype_promotion|rank_promotion|matmul_precision|prng_key|partitionable|compiles|cache_misses|custom_prng|no_execution|no_tracing|auto_pcast|user_context|default_device|f16_reductions|axis_from_type|associative_scan_reductions|disable_jit|effects_barrier|clear_caches|print_environment_info|ensure_compile_time_eval|live_arrays|softmax_custom_jvp)|explain.*|default_prng_impl)$/,
  ],
  [
    'one process and one kind of device so far; `devices()`, `deviceCount()` and `Mesh` say what there is',
    /^jax\.(process_.*|host_.*|local_device.*|make_array_from.*|copy_to_host_async)$/,
  ],
  ['replaced in JAX itself by `jit` and `shard_map`', /^jax\.(pmap|smap)$/],
  ['tensors are immutable; references to memory are not part of programs', /^jax\.(.*_ref|freeze)$/],
  [
    'compiled programs do not call back into JavaScript; run the part before, `await` it, and go on',
    /^jax\.pure_callback$/,
  ],
  ['every op carries the source line that made it, which names it in programs and reports', /^jax\.(named_.*)$/],
  ['the type of a tensor is its `type`, `dtype` and `shape`', /^jax\.(typeof|lax\.dtype)$/],
  [
    'a class or type of Python code; here TypeScript types of options',
    /^jax\.(ds|lax\.(ConvGeneralDilatedDimensionNumbers|DotDimensionNumbers|PrecisionLike))$/,
  ],
  [
    'helpers of shape rules inside JAX: the ops infer their types',
    /^jax\.lax\.(conv_.*(shape_tuple|permutations|numbers)|.*_shape_tuple|shape_as_value|broadcast_to_rank)$/,
  ],
  [
    'tokens order side effects, and programs have none; uninitialized memory does not exist',
    /^jax\.lax\.(create_token|after_all|dce_sink|stage|empty)$/,
  ],
  [
    'types of values that vary over a mesh axis, checked by JAX; the partitioner infers them',
    /^jax\.lax\.(pcast|pbroadcast)$/,
  ],
  [
    'one-sided messages and exchanges of value-dependent sizes: `ppermute` and `allToAll` with static sizes',
    /^jax\.lax\.(psend|precv|ragged_all_to_all)$/,
  ],
  ['one program serves every engine', /^jax\.lax\.platform_dependent$/],
  ['named composites come from imported programs; in traces a function is a function', /^jax\.lax\.composite$/],
  ['numbers of a hidden generator are not reproducible: use `random` with a key', /^jax\.lax\.rng_uniform$/],
  [
    'block-scaled 4- and 8-bit products, of hardware that no engine here drives',
    /^jax\.(lax\.scaled_dot|nn\.(scaled_.*|get_scaled.*))$/,
  ],
  [
    'files and text are the `data` room (`readNpy`, `readSafetensors`) or JavaScript itself (`toArray`, `JSON`)',
    /^jax\.numpy\.(array_repr|array_str|from(dlpack|file|pyfunc|string|_dlpack)|frompyfunc|.*printoptions|load|save|savez)$/,
  ],
  ['contraction orders are no objects of the API', /^jax\.numpy\.einsum_path$/],
  ['the number of elements depends on values, also in JAX: cannot be compiled', /^jax\.numpy\.trim_zeros$/],
  ['a key is its words `u32[2]`: keys have no dtype of their own', /^jax\.random\.key_dtype$/],
  ['trees here have no static leaves: close over plain values, or use staticArgnums', /^jax\.tree\.static$/],
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

| module | here | in scope | | not offered |
|---|---|---|---|---|
${[...all, total].map(row).join('\n')}

### In scope and missing

${missing.join('\n') || 'None.'}

### Not offered, and why

${reasons.join('\n')}
`;
}
