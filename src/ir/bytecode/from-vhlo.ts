import { type Attr, type AttrDict, dialectAttr } from '../attribute.ts';

/*
 * Ops of VHLO as StableHLO's: names without versions, attributes that VHLO spells out put together again, and its explicit
 * defaults left out. Source: StableHLO, VhloLegalizeToStablehlo.cpp.
 */

const listOf = (a: Attr | undefined): readonly (number | bigint)[] => {
  if (a?.kind === 'dense') return a.value.toHostArray().toNumbers();
  if (a?.kind === 'denseArray') return a.values.map(Number);
  return [];
};
const textOf = (a: Attr | undefined): string => `[${listOf(a).join(', ')}]`;
const intOf = (a: Attr | undefined): bigint => (a?.kind === 'int' ? a.value : 0n);
const isDefaultWord = (a: Attr | undefined, word: string): boolean =>
  a?.kind === 'dialect' && a.body?.endsWith(` ${word}`) === true;

/** Names of attributes that one of StableHLO's holds, and how. */
interface Joined {
  readonly name: string;
  readonly parts: readonly string[];
  readonly join: (d: AttrDict) => Attr | undefined;
}

const fields =
  (dialect: string, lists: readonly (readonly [field: string, from: string])[], index?: string) =>
  (d: AttrDict): Attr => {
    const parts = lists
      .filter(([, from]) => listOf(d[from]).length > 0)
      .map(([f, from]) => `${f} = ${textOf(d[from])}`);
    if (index) parts.push(`${index} = ${intOf(d[index])}`);
    return dialectAttr(dialect, parts.join(', '));
  };

const gather: Joined = {
  name: 'dimension_numbers',
  parts: [
    'offset_dims',
    'collapsed_slice_dims',
    'operand_batching_dims',
    'start_indices_batching_dims',
    'start_index_map',
    'index_vector_dim',
  ],
  join: (d) =>
    fields(
      'stablehlo.gather',
      gather.parts.slice(0, -1).map((p) => [p, p] as const),
      'index_vector_dim',
    )(d),
};
const scatter: Joined = {
  name: 'scatter_dimension_numbers',
  parts: [
    'update_window_dims',
    'inserted_window_dims',
    'input_batching_dims',
    'scatter_indices_batching_dims',
    'scatter_dims_to_operand_dims',
    'index_vector_dim',
  ],
  join: (d) =>
    fields(
      'stablehlo.scatter',
      scatter.parts.slice(0, -1).map((p) => [p, p] as const),
      'index_vector_dim',
    )(d),
};
const dot: Joined = {
  name: 'dot_dimension_numbers',
  parts: [
    'lhs_batching_dimensions',
    'rhs_batching_dimensions',
    'lhs_contracting_dimensions',
    'rhs_contracting_dimensions',
  ],
  join: (d) =>
    fields(
      'stablehlo.dot',
      dot.parts.map((p) => [p, p] as const),
    )(d),
};
const algorithm: Joined = {
  name: 'algorithm',
  parts: [
    'lhs_precision_type',
    'rhs_precision_type',
    'accumulation_type',
    'lhs_component_count',
    'rhs_component_count',
    'num_primitive_operations',
    'allow_imprecise_accumulation',
  ],
  join: (d) => {
    const text = (a: Attr | undefined): string =>
      a?.kind === 'type' && a.type.kind === 'opaque'
        ? a.type.text
        : a?.kind === 'int'
          ? String(a.value)
          : a?.kind === 'bool'
            ? String(a.value)
            : 'none';
    if (text(d.accumulation_type) === 'none') return undefined;
    return dialectAttr('stablehlo.dot_algorithm', algorithm.parts.map((p) => `${p} = ${text(d[p])}`).join(', '));
  },
};
const convolution: Joined = {
  name: 'dimension_numbers',
  parts: ['input', 'kernel', 'output'].flatMap((tensor) =>
    (tensor === 'kernel'
      ? ['input_feature_dimension', 'output_feature_dimension']
      : ['batch_dimension', 'feature_dimension']
    )
      .concat('spatial_dimensions')
      .map((d) => `${tensor}_${d}`),
  ),
  join: (d) => {
    const part = (tensor: string, first: string, second: string, letters: string): string => {
      const places: string[] = [];
      places[Number(intOf(d[`${tensor}_${first}`]))] = letters[0];
      places[Number(intOf(d[`${tensor}_${second}`]))] = letters[1];
      listOf(d[`${tensor}_spatial_dimensions`]).forEach((p, i) => {
        places[Number(p)] = String(i);
      });
      return `[${places.join(', ')}]`;
    };
    const image = ['batch_dimension', 'feature_dimension', 'bf'] as const;
    const kernel = part('kernel', 'input_feature_dimension', 'output_feature_dimension', 'io');
    return dialectAttr('stablehlo.conv', `${part('input', ...image)}x${kernel}->${part('output', ...image)}`);
  },
};
const channel: Joined = {
  name: 'channel_handle',
  parts: ['channel_id', 'channel_type'],
  join: (d) =>
    intOf(d.channel_id) === 0n && d.channel_type === undefined
      ? undefined
      : dialectAttr('stablehlo.channel_handle', `handle = ${intOf(d.channel_id)}, type = ${intOf(d.channel_type)}`),
};

const joined: Readonly<Record<string, readonly Joined[]>> = {
  gather: [gather],
  dynamic_gather: [gather],
  scatter: [scatter],
  dot_general: [dot, algorithm],
  convolution: [convolution],
  dynamic_conv: [convolution],
  ...Object.fromEntries(
    'all_gather all_reduce all_to_all collective_broadcast collective_reduce collective_permute reduce_scatter send recv'
      .split(' ')
      .map((name) => [name, [channel]]),
  ),
};

const isEvery =
  (n: number) =>
  (a: Attr): boolean =>
    listOf(a).every((x) => Number(x) === n);
const isEmpty = (a: Attr): boolean =>
  (a.kind === 'array' && a.elements.length === 0) || (a.kind === 'dictionary' && Object.keys(a.entries).length === 0);

/** Attributes that mean nothing with these values: defaults, flags that are off, words for "not said". */
const isAbsent: Readonly<Record<string, (a: Attr) => boolean>> = {
  window_strides: isEvery(1),
  base_dilations: isEvery(1),
  window_dilations: isEvery(1),
  lhs_dilation: isEvery(1),
  rhs_dilation: isEvery(1),
  padding: isEvery(0),
  window_reversal: isEvery(0),
  precision_config: (a) => a.kind === 'array' && a.elements.every((e) => isDefaultWord(e, 'DEFAULT')),
  api_version: (a) => intOf(a) === 1n,
  composite_attributes: isEmpty,
  use_global_device_ids: (a) => a.kind === 'bool' && !a.value,
  has_dynamic_root: (a) => a.kind === 'bool' && !a.value,
  compare_type: (a) => isDefaultWord(a, 'NOTYPE'),
  result_accuracy: (a) => a.kind === 'dialect' && /mode = #stablehlo<result_accuracy_mode DEFAULT>/.test(a.body ?? ''),
  result_tilings: isEmpty,
  operand_layouts: isEmpty,
  result_layouts: isEmpty,
  output_operand_aliases: isEmpty,
  called_computations: isEmpty,
  backend_config: (a) => a.kind === 'string' && a.value === '',
};

/** Attributes that name functions: VHLO keeps the names as strings. */
const symbols = new Set(['callee', 'decomposition', 'called_computations']);
function asSymbols(a: Attr): Attr {
  if (a.kind === 'string') return { kind: 'symbol', path: [a.value] };
  return a.kind === 'array' ? { kind: 'array', elements: a.elements.map(asSymbols) } : a;
}

/** StableHLO's name and attributes of an op of VHLO; `terminator` is what ends the region it stands in. */
export function fromVhlo(
  versioned: string,
  dictionary: AttrDict,
  terminator: string,
): { name: string; dictionary: AttrDict } {
  const op = versioned.replace(/_v\d+$/, '');
  if (op === 'return') return { name: terminator, dictionary };
  const rest: Record<string, Attr> = { ...dictionary };
  const out: Record<string, Attr> = {};
  for (const { name, parts, join } of joined[op] ?? []) {
    const value = join(dictionary);
    for (const p of parts) delete rest[p];
    if (value) out[name] = value;
  }
  for (const [name, value] of Object.entries(rest)) {
    if (isAbsent[name]?.(value)) continue;
    out[name] = symbols.has(name) ? asSymbols(value) : value;
  }
  return { name: op === 'call' ? 'func.call' : `stablehlo.${op}`, dictionary: out };
}
