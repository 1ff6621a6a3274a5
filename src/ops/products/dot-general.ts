import { type DType, dtypeInfo, numElements, product, range } from '../../base/index.ts';
import {
  type Attr,
  type AttributeCodec,
  absent,
  asTensor,
  type Checker,
  codecs,
  defineOp,
  dialectAttr,
  isTensor,
  type Op,
  type Syntax,
  tensorType,
} from '../../ir/index.ts';
import { checkCount, checkDistinct, checkInRange, checkPairedSizes } from '../define/constraints.ts';
import { productCost } from '../define/cost.ts';
import { dialectFields, fieldList } from '../define/dialect-fields.ts';
import { convert, type DotDimensions, dotGeneral as emitDot, moveDim, transpose } from '../define/emit.ts';
import { ShardingRuleBuilder } from '../define/sharding-rule-builder.ts';
import { pairText, parsePair, printFunctional } from '../define/syntaxes.ts';
import { dotArrays, freeDims } from './dot-evaluate.ts';

export type Precision = 'DEFAULT' | 'HIGH' | 'HIGHEST';
export interface DotGeneralAttributes {
  readonly dotDimensionNumbers: DotDimensions;
  readonly precisionConfig: readonly Precision[] | undefined;
  /** Body of `#stablehlo.dot_algorithm<…>`, carried as text; engines may ignore it. */
  readonly algorithm: string | undefined;
}

const dimensionsCodec: AttributeCodec<DotDimensions> = {
  read: (a) => {
    const f = dialectFields(a, 'stablehlo.dot');
    return {
      lhsBatching: fieldList(f, 'lhs_batching_dimensions'),
      rhsBatching: fieldList(f, 'rhs_batching_dimensions'),
      lhsContracting: fieldList(f, 'lhs_contracting_dimensions'),
      rhsContracting: fieldList(f, 'rhs_contracting_dimensions'),
    };
  },
  write: (d) => {
    const parts: string[] = [];
    const field = (name: string, dims: readonly number[]): void => {
      if (dims.length > 0) parts.push(`${name} = [${dims.join(', ')}]`);
    };
    field('lhs_batching_dimensions', d.lhsBatching);
    field('rhs_batching_dimensions', d.rhsBatching);
    field('lhs_contracting_dimensions', d.lhsContracting);
    field('rhs_contracting_dimensions', d.rhsContracting);
    return dialectAttr('stablehlo.dot', parts.join(', '));
  },
};

const precision = codecs.enumOf('precision', ['DEFAULT', 'HIGH', 'HIGHEST'] as const);
export const precisionCodec: AttributeCodec<readonly Precision[] | undefined> = {
  read: (a) => (a.kind === 'array' ? a.elements.map((e) => precision.read(e)) : undefined),
  write: (v) => (v === undefined ? undefined : { kind: 'array', elements: v.map((x) => precision.write(x) as Attr) }),
  default: () => undefined,
  words: precision.words ?? [],
};
const algorithmCodec: AttributeCodec<string | undefined> = {
  read: (a) => (a.kind === 'dialect' ? a.body : undefined),
  write: (v) => (v === undefined ? undefined : dialectAttr('stablehlo.dot_algorithm', v)),
  default: () => undefined,
};

/** `%a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT], algorithm = <…>` */
const dotSyntax: Syntax<DotGeneralAttributes> = {
  print: (op, p) => {
    const { dotDimensionNumbers: d, precisionConfig, algorithm } = op.attributes;
    p.write(` ${p.values(op.operands)}`);
    if (d.lhsBatching.length > 0) p.write(`, batching_dims = ${pairText(d.lhsBatching, d.rhsBatching)}`);
    p.write(`, contracting_dims = ${pairText(d.lhsContracting, d.rhsContracting)}`);
    if (precisionConfig) p.write(`, precision = [${precisionConfig.join(', ')}]`);
    if (algorithm !== undefined) p.write(`, algorithm = <${algorithm}>`);
    p.dictionary(op, ['dotDimensionNumbers', 'precisionConfig', 'algorithm']);
    printFunctional(op, p);
  },
  parse: (p) => {
    const lhs = p.operand();
    p.expect(',');
    const rhs = p.operand();
    let batching: [number[], number[]] = [[], []];
    let contracting: [number[], number[]] = [[], []];
    let precisionConfig: Precision[] | undefined;
    let algorithm: string | undefined;
    while (p.accept(',')) {
      const word = p.word();
      p.expect('=');
      if (word === 'batching_dims') batching = parsePair(p);
      else if (word === 'contracting_dims') contracting = parsePair(p);
      else if (word === 'precision') precisionConfig = p.list('[', ']', () => p.word() as Precision);
      else if (word === 'algorithm') {
        const fields = p.list('<', '>', () => {
          const key = p.word();
          p.expect('=');
          return `${key} = ${p.peek('true') || p.peek('false') || key.endsWith('type') ? p.word() : p.integer()}`;
        });
        algorithm = fields.join(', ');
      } else p.fail(`unknown part "${word}" of dot_general`);
    }
    const dictionary = p.optionalDictionary();
    p.expect(':');
    const f = p.functionType();
    return {
      operands: [lhs, rhs],
      attributes: {
        dotDimensionNumbers: {
          lhsBatching: batching[0],
          rhsBatching: batching[1],
          lhsContracting: contracting[0],
          rhsContracting: contracting[1],
        },
        precisionConfig,
        algorithm,
      },
      dictionary,
      operandTypes: f.inputs,
      resultTypes: f.results,
    };
  },
};
/** With an algorithm the precisions are left at their default, and its counts are positive. */
function checkAlgorithm({ check }: Checker, algorithm: string, precisions: readonly Precision[]): void {
  const other = precisions.find((p) => p !== 'DEFAULT');
  check('C21', other === undefined, () => `precision_config should be DEFAULT next to an algorithm, got ${other}`);
  for (const [label, name] of [
    ['C22', 'lhs_component_count'],
    ['C23', 'rhs_component_count'],
    ['C24', 'num_primitive_operations'],
  ] as const) {
    const count = new RegExp(`${name}\\s*=\\s*(-?\\d+)`).exec(algorithm)?.[1];
    if (count !== undefined) check(label, Number(count) > 0, () => `${name} should be positive, got ${count}`);
  }
}

type Input = { readonly op: Op<DotGeneralAttributes> };
const more = ({ op }: Input): object => ({
  precisionConfig: op.attributes.precisionConfig,
  algorithm: op.attributes.algorithm,
});

export const dotGeneral = defineOp<DotGeneralAttributes>({
  name: 'stablehlo.dot_general',
  doc: 'Matrix product generalised to batching and several contracted dimensions.',
  spec: 'StableHLO spec, dot_general',
  operands: [{ name: 'lhs' }, { name: 'rhs' }],
  attributes: { dotDimensionNumbers: dimensionsCodec, precisionConfig: precisionCodec, algorithm: algorithmCodec },
  numRegions: 0,
  traits: { accumulates: () => 'natively' },
  inferTypes: ({ operands: [l, r], attributes: { dotDimensionNumbers: d }, checker, given }) => {
    const [x, y] = [asTensor(l, 'lhs'), asTensor(r, 'rhs')];
    checkCount(checker, 'C1', 'rhs_batching_dimensions', d.rhsBatching.length, d.lhsBatching.length);
    checkCount(checker, 'C2', 'rhs_contracting_dimensions', d.rhsContracting.length, d.lhsContracting.length);
    checkDistinct(checker, 'C3', 'lhs dimensions', [...d.lhsBatching, ...d.lhsContracting]);
    checkDistinct(checker, 'C4', 'rhs dimensions', [...d.rhsBatching, ...d.rhsContracting]);
    checkInRange(checker, 'C5', 'lhs_batching_dimensions', d.lhsBatching, x.shape.length);
    checkInRange(checker, 'C6', 'lhs_contracting_dimensions', d.lhsContracting, x.shape.length);
    checkInRange(checker, 'C7', 'rhs_batching_dimensions', d.rhsBatching, y.shape.length);
    checkInRange(checker, 'C8', 'rhs_contracting_dimensions', d.rhsContracting, y.shape.length);
    const side = (name: string, shape: readonly number[], dims: readonly number[]) => ({ name, shape, dims });
    checkPairedSizes(checker, 'C9', side('lhs', x.shape, d.lhsBatching), side('rhs', y.shape, d.rhsBatching));
    checkPairedSizes(checker, 'C10', side('lhs', x.shape, d.lhsContracting), side('rhs', y.shape, d.rhsContracting));
    const shape = [
      ...d.lhsBatching.map((i) => x.shape[i]),
      ...freeDims(x.shape.length, d.lhsBatching, d.lhsContracting).map((i) => x.shape[i]),
      ...freeDims(y.shape.length, d.rhsBatching, d.rhsContracting).map((i) => y.shape[i]),
    ];
    const g = given?.[0];
    return [tensorType(g && isTensor(g) ? g.dtype : x.dtype, shape)];
  },
  resultLabels: { any: 'C12' },
  verify: (op, checker) => {
    const { check } = checker;
    const { precisionConfig: precisions, algorithm } = op.attributes;
    if (precisions) checkCount(checker, 'C11', 'precision_config', precisions.length, 2);
    if (algorithm !== undefined) checkAlgorithm(checker, algorithm, precisions ?? []);
    const [x, y] = [op.operands[0].dtype, op.operands[1].dtype];
    check('C13', dtypeInfo(x).kind === dtypeInfo(y).kind, () => `element types ${x} and ${y} do not go together`);
  },
  syntax: dotSyntax,
  evaluate: ([x, y], op) => [dotArrays(x, y, op.attributes.dotDimensionNumbers, op.results[0].dtype)],
  decompose: absent('a primitive'),
  linearize: (input) => {
    const {
      op,
      operands,
      tangents: [tx, ty],
      tangent,
    } = input;
    const d = op.attributes.dotDimensionNumbers;
    const dtype = op.results[0].dtype;
    const left = tx && emitDot(tangent, tx, operands[1], d, more(input), dtype);
    const right = ty && emitDot(tangent, operands[0], ty, d, more(input), dtype);
    return { tangents: [left && right ? tangent.emit('stablehlo.add', [left, right]) : (left ?? right)] };
  },
  transpose: (input) => {
    const {
      op,
      operands: [x, y],
      linear,
      cotangents: [ct],
      builder: b,
    } = input;
    if (!ct) return [undefined, undefined];
    const d = op.attributes.dotDimensionNumbers;
    const [xs, ys] = [op.operands[0], op.operands[1]];
    const lhsFree = freeDims(xs.shape.length, d.lhsBatching, d.lhsContracting);
    const rhsFree = freeDims(ys.shape.length, d.rhsBatching, d.rhsContracting);
    const nb = d.lhsBatching.length;
    const batchDims = range(nb);
    const toLhs = () => {
      // ct [b, m, n] · y over n → [b, m, rhs contracting in rhs order]
      const ctFree = range(rhsFree.length).map((i) => nb + lhsFree.length + i);
      const dims = {
        lhsBatching: batchDims,
        rhsBatching: d.rhsBatching,
        lhsContracting: ctFree,
        rhsContracting: rhsFree,
      };
      const out = convert(b, emitDot(b, ct, convert(b, y!, ct.dtype), dims, more(input), ct.dtype), xs.dtype);
      const order = [...d.rhsContracting].sort((p, q) => p - q);
      const produced = [
        ...d.lhsBatching,
        ...lhsFree,
        ...order.map((r) => d.lhsContracting[d.rhsContracting.indexOf(r)]),
      ];
      return transpose(
        b,
        out,
        range(xs.shape.length).map((i) => produced.indexOf(i)),
      );
    };
    const toRhs = () => {
      // x · ct over m → [b, lhs contracting in lhs order, n]
      const ctFree = range(lhsFree.length).map((i) => nb + i);
      const dims = {
        lhsBatching: d.lhsBatching,
        rhsBatching: batchDims,
        lhsContracting: lhsFree,
        rhsContracting: ctFree,
      };
      const out = convert(b, emitDot(b, convert(b, x!, ct.dtype), ct, dims, more(input), ct.dtype), ys.dtype);
      const order = [...d.lhsContracting].sort((p, q) => p - q);
      const produced = [
        ...d.rhsBatching,
        ...order.map((l) => d.rhsContracting[d.lhsContracting.indexOf(l)]),
        ...rhsFree,
      ];
      return transpose(
        b,
        out,
        range(ys.shape.length).map((i) => produced.indexOf(i)),
      );
    };
    return [linear[0] ? toLhs() : undefined, linear[1] ? toRhs() : undefined];
  },
  batch: (input) => {
    const {
      op,
      operands: [x, y],
      batched,
      builder: b,
    } = input;
    const d = op.attributes.dotDimensionNumbers;
    const dtype = op.results[0].dtype;
    const up = (dims: readonly number[], by: boolean): number[] => dims.map((i) => (by ? i + 1 : i));
    if (batched[0] && batched[1]) {
      const dims = {
        lhsBatching: [0, ...up(d.lhsBatching, true)],
        rhsBatching: [0, ...up(d.rhsBatching, true)],
        lhsContracting: up(d.lhsContracting, true),
        rhsContracting: up(d.rhsContracting, true),
      };
      return { results: [emitDot(b, x, y, dims, more(input), dtype)], batched: [true] };
    }
    // One side batched: its batch is a free dimension of that side.
    const dims = {
      lhsBatching: up(d.lhsBatching, batched[0]),
      rhsBatching: up(d.rhsBatching, batched[1]),
      lhsContracting: up(d.lhsContracting, batched[0]),
      rhsContracting: up(d.rhsContracting, batched[1]),
    };
    const out = emitDot(b, x, y, dims, more(input), dtype);
    const nb = d.lhsBatching.length;
    const lhsFree = op.operands[0].shape.length - nb - d.lhsContracting.length;
    return { results: [moveDim(b, out, batched[0] ? nb : nb + lhsFree, 0)], batched: [true] };
  },
  sharding: (op) => {
    const d = op.attributes.dotDimensionNumbers;
    const [x, y] = [op.operands[0].shape, op.operands[1].shape];
    const b = new ShardingRuleBuilder(op);
    let at = 0;
    d.lhsBatching.forEach((l, i) => {
      b.factor([l, d.rhsBatching[i]], [at++], x[l]);
    });
    for (const l of freeDims(x.length, d.lhsBatching, d.lhsContracting)) b.factor([l], [at++], x[l]);
    for (const r of freeDims(y.length, d.rhsBatching, d.rhsContracting)) b.factor([undefined, r], [at++], y[r]);
    d.lhsContracting.forEach((l, i) => {
      b.factor([l, d.rhsContracting[i]], [], x[l], { kind: 'reduction' });
    });
    return b.build();
  },
  localize: (op) => op.attributes,
  cost: (op) => {
    const k = product(op.attributes.dotDimensionNumbers.lhsContracting.map((i) => op.operands[0].shape[i]));
    return productCost(op, 2 * k * numElements(op.results[0].shape));
  },
  samples: [
    sample('matrix', 'f64', [2, 3], [3, 5], [], [], [1], [0], [2, 5]),
    sample('batched', 'f64', [2, 3, 5], [2, 7, 5], [0], [0], [2], [2], [2, 3, 7]),
    sample('batching inside', 'f64', [3, 2, 5], [5, 7, 2], [1], [2], [2], [0], [2, 3, 7]),
    sample('two contracted, crossed', 'f64', [3, 2, 5], [5, 3, 7], [], [], [2, 0], [0, 1], [2, 7]),
    sample('outer', 'f64', [2], [3], [], [], [], [], [2, 3]),
    sample('inner', 'f32', [5], [5], [], [], [0], [0], []),
    sample('bf16 to f32', 'bf16', [2, 3], [3, 5], [], [], [1], [0], [2, 5], 'f32'),
    sample('i8 to i32', 'i8', [2, 3], [3, 5], [], [], [1], [0], [2, 5], 'i32'),
  ],
});
function sample(
  name: string,
  dtype: DType,
  x: number[],
  y: number[],
  lhsBatching: number[],
  rhsBatching: number[],
  lhsContracting: number[],
  rhsContracting: number[],
  result: number[],
  resultDType: DType = dtype,
) {
  return {
    name,
    operands: [
      { dtype, shape: x },
      { dtype, shape: y },
    ],
    attributes: {
      dotDimensionNumbers: { lhsBatching, rhsBatching, lhsContracting, rhsContracting },
      precisionConfig: undefined,
      algorithm: undefined,
    },
    resultTypes: [tensorType(resultDType, result)],
  };
}
