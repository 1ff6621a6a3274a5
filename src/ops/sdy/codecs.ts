import { EspalierError } from '../../base/index.ts';
import {
  type Attr,
  type AttributeCodec,
  type AxisRef,
  axesText,
  Cursor,
  dialectAttr,
  type Mesh,
  parseAxes,
  parseMesh,
  parseShardingList,
  type ReductionKind,
  readAxis,
  readShardings,
  type SyntaxParser,
  shardingAttr,
  shardingPerValueAttr,
  type TensorSharding,
} from '../../ir/index.ts';

/** One axis list per dimension: `[{"b", "c"}, {}, {"d"}]`. */
export type AxesPerDim = readonly (readonly AxisRef[])[];

/** Moves `axes` from the end of dimension `source` to the end of dimension `target`. */
export interface AllToAllMove {
  readonly axes: readonly AxisRef[];
  readonly source: number;
  readonly target: number;
}

export const sharding: AttributeCodec<TensorSharding> = {
  read: (a) => readShardings(a)[0],
  write: shardingAttr,
};

export const shardings: AttributeCodec<readonly TensorSharding[]> = {
  read: (a) => (a.kind === 'array' ? a.elements.flatMap((e) => [...readShardings(e)]) : readShardings(a)),
  write: shardingPerValueAttr,
};

export const mesh: AttributeCodec<Mesh> = {
  read: (a) => parseMesh(`<${bodyOf(a, 'sdy.mesh')}>`),
  write: (m) => dialectAttr('sdy.mesh', String(m).slice(1, -1)),
};

export const axes: AttributeCodec<readonly AxisRef[]> = {
  read: (a) => parseAxes(bodyOf(a, 'axis_ref_list')),
  write: (value) => dialectAttr('sdy', `axis_ref_list${axesText(value)}`),
};

export const axesPerDim: AttributeCodec<AxesPerDim> = {
  read: (a) => parseAxesPerDim(bodyOf(a, 'list_of_axis_ref_lists')),
  write: (value) => dialectAttr('sdy', `list_of_axis_ref_lists${axesPerDimText(value)}`),
};

export const moves: AttributeCodec<readonly AllToAllMove[]> = {
  read: (a) => parseMoves(bodyOf(a, 'all_to_all_param_list')),
  write: (value) => dialectAttr('sdy', `all_to_all_param_list${movesText(value)}`),
};

/** Names of whole axes: `{"a", "b"}`. */
export const manualAxes: AttributeCodec<readonly string[]> = {
  read: (a) => parseNames(bodyOf(a, 'manual_axes')),
  write: (value) => dialectAttr('sdy', `manual_axes${namesText(value)}`),
};

export const reductionKind: AttributeCodec<ReductionKind> = {
  read: (a) => {
    const text = a.kind === 'dialect' ? (a.body ?? '').replace(/^reduction_op\s*</, '').replace(/>$/, '') : '';
    if (text !== 'sum' && text !== 'max' && text !== 'min')
      throw new EspalierError('ir/attribute-form', 'unknown reduction', { expected: 'sum, max, min', given: text });
    return text;
  },
  write: (value) => (value === 'sum' ? undefined : dialectAttr('sdy', `reduction_op<${value}>`)),
  default: () => 'sum',
};

function bodyOf(a: Attr, mnemonic: string): string {
  if (a.kind !== 'dialect' || !a.name.startsWith('sdy'))
    throw new EspalierError('ir/attribute-form', 'attribute has the wrong form', {
      expected: `#sdy<${mnemonic}…>`,
      given: a.kind,
    });
  const body = (a.body ?? '').trim();
  return body.startsWith(mnemonic) ? body.slice(mnemonic.length).replace(/^\s*<(.*)>$/s, '$1') : body;
}

export const axesPerDimText = (value: AxesPerDim): string => `[${value.map(axesText).join(', ')}]`;
export const namesText = (names: readonly string[]): string => `{${names.map((n) => JSON.stringify(n)).join(', ')}}`;
export const movesText = (value: readonly AllToAllMove[]): string =>
  `[${value.map((m) => `${axesText(m.axes)}: ${m.source}->${m.target}`).join(', ')}]`;

export function parseAxesPerDim(text: string): AxisRef[][] {
  const c = new Cursor(text, '<axes>');
  return c.list('[', ']', () => c.list('{', '}', () => readAxis(c)));
}
export function parseNames(text: string): string[] {
  const c = new Cursor(text, '<names>');
  return c.list('{', '}', () => c.string());
}
export function parseMoves(text: string): AllToAllMove[] {
  const c = new Cursor(text, '<moves>');
  return c.list('[', ']', () => {
    const moved = c.list('{', '}', () => readAxis(c));
    c.expect(':');
    const source = c.integer();
    c.expect('->');
    return { axes: moved, source, target: c.integer() };
  });
}

/** `<@mesh, […]>` at the parser. */
export const takeSharding = (p: SyntaxParser): TensorSharding => parseShardingList(`[${p.rawBracketed()}]`)[0];
/** `[<@mesh, […]>, …]` at the parser. */
export const takeShardings = (p: SyntaxParser): TensorSharding[] => parseShardingList(p.rawBracketed());
