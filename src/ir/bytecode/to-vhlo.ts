import { EspalierError, HostArray } from '../../base/index.ts';
import { type Attr, DenseElements, dialectAttr } from '../attribute.ts';
import type { Op } from '../op.ts';
import { writeAttributes } from '../text/index.ts';
import { vhloAttributes } from './vhlo-table.ts';

/*
 * Ops of StableHLO as VHLO's: with a version, with attributes taken apart where VHLO has their parts, and with all defaults.
 * Source: StableHLO, StablehloLegalizeToVhlo.cpp.
 */

/** Ops whose second form existed in the version that is written. */
const second = new Set(
  'all_gather all_reduce all_to_all dot_general dynamic_conv dynamic_gather gather scatter'.split(' '),
);

export const int64 = (value: number | bigint): Attr => ({ kind: 'int', value: BigInt(value), type: 'i64' });
const bool = (value: boolean): Attr => ({ kind: 'bool', value });
const array = (...elements: Attr[]): Attr => ({ kind: 'array', elements });
const tensor = (values: readonly number[], shape: readonly number[] = [values.length]): Attr => ({
  kind: 'dense',
  value: DenseElements.of(HostArray.from('i64', shape, [...values])),
});
const none: Attr = { kind: 'type', type: { kind: 'opaque', text: 'none' } };
const word = (text: string): Attr => dialectAttr('stablehlo', text);

/** A list in the text of an attribute: `name = [1, 2]`. */
const listIn = (body: string, name: string): number[] =>
  (new RegExp(`\\b${name} = \\[([^\\]]*)\\]`).exec(body)?.[1].match(/-?\d+/g) ?? []).map(Number);
const numberIn = (body: string, name: string): number =>
  Number(new RegExp(`\\b${name} = (-?\\d+)`).exec(body)?.[1] ?? 0);
const bodyOf = (a: Attr): string => (a.kind === 'dialect' ? (a.body ?? '') : '');

/** Attributes that VHLO has in parts. */
const parts: Readonly<Record<string, (a: Attr, op: string) => Record<string, Attr>>> = {
  'stablehlo.gather': (a) =>
    lists(a, 'offset_dims collapsed_slice_dims operand_batching_dims start_indices_batching_dims start_index_map'),
  'stablehlo.scatter': (a) =>
    lists(
      a,
      'update_window_dims inserted_window_dims input_batching_dims scatter_indices_batching_dims scatter_dims_to_operand_dims',
    ),
  'stablehlo.dot': (a) => {
    const { index_vector_dim: _, ...dims } = lists(
      a,
      'lhs_batching_dimensions rhs_batching_dimensions lhs_contracting_dimensions rhs_contracting_dimensions',
    );
    return dims;
  },
  'stablehlo.dot_algorithm': (a) => {
    const body = bodyOf(a);
    const type = (name: string): Attr => ({
      kind: 'type',
      type: { kind: 'opaque', text: new RegExp(`\\b${name} = (\\w+)`).exec(body)?.[1] ?? 'none' },
    });
    return {
      lhs_precision_type: type('lhs_precision_type'),
      rhs_precision_type: type('rhs_precision_type'),
      accumulation_type: type('accumulation_type'),
      lhs_component_count: int64(numberIn(body, 'lhs_component_count')),
      rhs_component_count: int64(numberIn(body, 'rhs_component_count')),
      num_primitive_operations: int64(numberIn(body, 'num_primitive_operations')),
      allow_imprecise_accumulation: bool(/allow_imprecise_accumulation = true/.test(body)),
    };
  },
  'stablehlo.conv': (a) => {
    const [input, kernel, output] = [...bodyOf(a).matchAll(/\[([^\]]*)\]/g)].map((m) =>
      m[1].split(',').map((s) => s.trim()),
    );
    const at = (list: readonly string[], letter: string): Attr => int64(list.indexOf(letter));
    const inOrder = (list: readonly string[]): Attr =>
      tensor(list.filter((s) => /^\d+$/.test(s)).map((_, i) => list.indexOf(String(i))));
    return {
      input_batch_dimension: at(input, 'b'),
      input_feature_dimension: at(input, 'f'),
      input_spatial_dimensions: inOrder(input),
      kernel_input_feature_dimension: at(kernel, 'i'),
      kernel_output_feature_dimension: at(kernel, 'o'),
      kernel_spatial_dimensions: inOrder(kernel),
      output_batch_dimension: at(output, 'b'),
      output_feature_dimension: at(output, 'f'),
      output_spatial_dimensions: inOrder(output),
    };
  },
  'stablehlo.channel_handle': (a, op) => ({
    channel_id: int64(numberIn(bodyOf(a), 'handle')),
    ...(op === 'send' || op === 'recv' ? { channel_type: int64(numberIn(bodyOf(a), 'type')) } : {}),
  }),
};
function lists(a: Attr, names: string): Record<string, Attr> {
  const body = bodyOf(a);
  const out: Record<string, Attr> = Object.fromEntries(names.split(' ').map((n) => [n, tensor(listIn(body, n))]));
  out.index_vector_dim = int64(numberIn(body, 'index_vector_dim'));
  return out;
}

/** Number of dimensions that an op's windows have. */
function windowRank(op: Op, dictionary: Readonly<Record<string, Attr>>): number {
  const dims = dictionary.window_dimensions;
  if (dims?.kind === 'denseArray') return dims.values.length;
  if (dims?.kind === 'dense') return dims.value.type.shape[0];
  return op.operands[0].shape.length - 2;
}
const filled = (n: number, value: number): Attr => tensor(new Array<number>(n).fill(value));

/** Values of attributes that were left out. */
const defaults: Readonly<Record<string, (rank: number, op: string) => Attr>> = {
  channel_id: () => int64(0),
  channel_type: () => int64(1),
  use_global_device_ids: () => bool(false),
  lower: () => bool(false),
  compare_type: () => word('comparison_type NOTYPE'),
  version: () => ({ kind: 'int', value: 0n, type: 'i32' }),
  composite_attributes: () => ({ kind: 'dictionary', entries: {} }),
  window_strides: (n) => filled(n, 1),
  lhs_dilation: (n) => filled(n, 1),
  rhs_dilation: (n) => filled(n, 1),
  base_dilations: (n) => filled(n, 1),
  window_dilations: (n) => filled(n, 1),
  padding: (n) => tensor(new Array<number>(2 * n).fill(0), [n, 2]),
  window_reversal: (n) => ({
    kind: 'dense',
    value: DenseElements.splat({ kind: 'tensor', dtype: 'bool', shape: [n] }, false),
  }),
  precision_config: () => array(word('precision DEFAULT'), word('precision DEFAULT')),
  has_side_effect: () => bool(false),
  backend_config: () => ({ kind: 'string', value: '' }),
  api_version: () => ({ kind: 'int', value: 1n, type: 'i32' }),
  called_computations: () => array(),
  operand_layouts: () => array(),
  result_layouts: () => array(),
  output_operand_aliases: () => array(),
  lhs_precision_type: () => none,
  rhs_precision_type: () => none,
  accumulation_type: () => none,
  lhs_component_count: () => none,
  rhs_component_count: () => none,
  num_primitive_operations: () => none,
  allow_imprecise_accumulation: () => none,
  known_expanding_dimensions: () => tensor([]),
  known_nonexpanding_dimensions: () => tensor([]),
  indices_are_sorted: () => bool(false),
  unique_indices: () => bool(false),
  infeed_config: () => ({ kind: 'string', value: '' }),
  layout: () => array(),
  outfeed_config: () => ({ kind: 'string', value: '' }),
  is_host_transfer: () => bool(false),
  dimension: () => int64(-1),
  is_stable: () => bool(false),
};

/** VHLO's name and attributes of an op; undefined for ops that it has not. Throws `ir/bytecode-write` for what it cannot say. */
export function toVhlo(op: Op): { name: string; dictionary: Record<string, Attr> } | undefined {
  const plain =
    op.name === 'func.call' ? 'call' : op.name === 'func.return' ? 'return' : /^stablehlo\.(.*)$/.exec(op.name)?.[1];
  if (plain === undefined) return undefined;
  const name = `${plain}_v${second.has(plain) ? 2 : 1}`;
  const wanted = vhloAttributes.get(name);
  if (!wanted) return undefined;
  const own = writeAttributes(op);
  const out: Record<string, Attr> = {};
  for (const [key, value] of Object.entries(own)) {
    const split = value.kind === 'dialect' ? parts[value.name] : undefined;
    if (split) Object.assign(out, split(value, plain));
    else if (wanted.includes(key)) out[key] = value;
    else
      throw new EspalierError(
        'ir/bytecode-write',
        `${op.name} has an attribute that portable artifacts of its version have not`,
        {
          given: key,
        },
      );
  }
  const needsRank = wanted.some((w) => !(w in out) && defaults[w] !== undefined && defaults[w].length > 0);
  const rank = needsRank ? windowRank(op, own) : 0;
  for (const key of wanted) {
    if (key in out) continue;
    const value = defaults[key]?.(rank, plain);
    if (!value)
      throw new EspalierError('ir/bytecode-write', `${op.name} lacks the attribute "${key}" of portable artifacts`);
    out[key] = value;
  }
  return { name, dictionary: { ...out, ...op.discardable } };
}
