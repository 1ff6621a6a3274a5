import { product, range, UserError } from '../../base/index.ts';
import {
  absent,
  type BatchRule,
  type Builder,
  type Checker,
  type DimSharding,
  defineOp,
  type LinearizeRule,
  Mesh,
  type Op,
  type OpDefinition,
  type TensorSharding,
  type TransposeRule,
  type Type,
  tensorType,
  type Value,
} from '../../ir/index.ts';
import { noCost } from '../define/cost.ts';
import { inlineBlock, reshape, scale } from '../define/emit.ts';
import { batchedTypes, typesOf } from '../define/regions.ts';
import { varyingAxes } from '../devices/varying-axes.ts';
import { manualAxes, namesText, parseNames, shardings, takeShardings } from './codecs.ts';
import { dataFlowOfBody, type InOut, listText, parseBody, printBody } from './regions.ts';

export interface ManualComputation extends InOut {
  readonly manualAxes: readonly string[];
}

const RETURN = 'sdy.return';

/** The mesh, which shardings must spell out for rules that make new ones. */
function meshOf(op: Op<ManualComputation>): Mesh {
  const { inShardings, outShardings } = op.attributes;
  for (const s of [...inShardings, ...outShardings]) if (s.mesh instanceof Mesh) return s.mesh;
  throw new UserError('ops/manual-computation', 'cannot transform a manual computation whose mesh is only named', {
    advice: 'write the mesh into its shardings, or transform before writing manual computations',
  });
}

function refuseForeignCollectives(op: Op<ManualComputation>): void {
  const visit = (o: Op): void => {
    if (o.definition.traits.collective && !o.definition.traits.namedAxes)
      throw new UserError(
        'ops/manual-computation',
        `cannot differentiate a manual computation that contains ${o.name}`,
        {
          advice: 'write its body with shardMap and psum, allGather, …',
        },
      );
    for (const r of o.regions) r.ops.forEach(visit);
  };
  for (const o of op.regions[0].ops) visit(o);
}

/** Dimensions a rule adds for itself: propagation may cut them along the axes that are not manual. */
const freeDim = (a: ManualComputation, mesh: Mesh): DimSharding => ({
  axes: [],
  isClosed: mesh.axes.every((x) => a.manualAxes.includes(x.name)),
});

/** Manual axes along which all devices hold the same. */
function unmentioned(s: TensorSharding, a: ManualComputation): string[] {
  const used = new Set(s.dims.flatMap((d) => d.axes.map((x) => x.name)));
  return a.manualAxes.filter((n) => !used.has(n));
}

const create = (
  b: Builder,
  operands: readonly Value[],
  attributes: ManualComputation,
  resultTypes: readonly Type[],
  body: (inner: Builder, args: readonly Value[]) => readonly Value[],
  argTypes: readonly Type[],
): readonly Value[] =>
  b.create('sdy.manual_computation', operands, attributes, {
    regions: [b.block(argTypes, (inner, args) => [...body(inner, args)], RETURN)],
    resultTypes,
  }).results;

/**
 * Residuals that are arguments are passed again; the others leave the region as they are where devices agree on them, and
 * with a leading dimension of one element per device where they may differ.
 */
const linearize: LinearizeRule<ManualComputation> = ({ op, operands, tangents, primal, tangent, context }) => {
  refuseForeignCollectives(op);
  const mesh = meshOf(op);
  const a = op.attributes;
  const [body] = op.regions;
  const lin = context.block(
    body,
    tangents.map((t) => t !== undefined),
    RETURN,
  );
  const numResults = op.results.length;
  const residuals = lin.primal.yielded.slice(numResults);
  const argOf = (v: Value): number => lin.primal.args.indexOf(v);
  const leaving = residuals.filter((v) => argOf(v) < 0);
  const varying = varyingAxes(lin.primal, a.inShardings, a.manualAxes);
  const leavingAxes = leaving.map((v) => a.manualAxes.filter((name) => varying(v).has(name)));
  const stackedShape = (v: Value, lead: number): readonly number[] =>
    leavingAxes[leaving.indexOf(v)].length === 0 ? v.shape : [lead, ...v.shape];
  const leavingShardings = leaving.map((v, k): TensorSharding => {
    const perDevice: DimSharding = { axes: leavingAxes[k].map((name) => ({ name })), isClosed: true };
    const own = v.shape.map(() => freeDim(a, mesh));
    return { mesh, dims: leavingAxes[k].length === 0 ? own : [perDevice, ...own], replicated: [], unreduced: [] };
  });
  const numCopies = (k: number): number => product(leavingAxes[k].map((n) => mesh.axisSize(n)));
  const results = create(
    primal,
    operands,
    { ...a, outShardings: [...a.outShardings, ...leavingShardings] },
    [...typesOf(op.results), ...leaving.map((v, k) => tensorType(v.dtype, stackedShape(v, numCopies(k))))],
    (inner, args) => {
      const out = inlineBlock(inner, lin.primal, args);
      const extra = leaving.map((v) => reshape(inner, out[numResults + residuals.indexOf(v)], stackedShape(v, 1)));
      return [...out.slice(0, numResults), ...extra];
    },
    typesOf(body.args),
  );
  const own = results.slice(0, numResults);
  if (!lin.activeYields.some(Boolean)) return { results: own, tangents: own.map(() => undefined) };

  const passed = residuals.map((v) => {
    const arg = argOf(v);
    if (arg >= 0) return { value: operands[arg], sharding: a.inShardings[arg], type: v.type };
    const k = leaving.indexOf(v);
    return {
      value: results[numResults + k],
      sharding: leavingShardings[k],
      type: tensorType(v.dtype, stackedShape(v, 1)),
    };
  });
  const active = range(tangents.length).filter((i) => tangents[i] !== undefined);
  const activeResults = range(numResults).filter((i) => lin.activeYields[i]);
  const linear = create(
    tangent,
    [...passed.map((p) => p.value), ...active.map((i) => tangents[i]!)],
    {
      ...a,
      inShardings: [...passed.map((p) => p.sharding), ...active.map((i) => a.inShardings[i])],
      outShardings: activeResults.map((i) => a.outShardings[i]),
    },
    activeResults.map((i) => op.results[i].type),
    (inner, args) =>
      inlineBlock(
        inner,
        lin.linear,
        args.map((v, i) => (i < residuals.length ? reshape(inner, v, residuals[i].shape) : v)),
      ),
    [...passed.map((p) => p.type), ...active.map((i) => body.args[i].type)],
  );
  return {
    results: own,
    tangents: own.map((_, i) => (lin.activeYields[i] ? linear[activeResults.indexOf(i)] : undefined)),
  };
};

/**
 * A result that devices agree on is the mean of their copies, so each copy's cotangent is a share of the result's; an operand
 * that devices share gets the sum of what they say. Source: JAX, transpose of shard_map(check_vma=False).
 */
const transpose: TransposeRule<ManualComputation> = ({ op, operands, linear, cotangents, builder: b, context }) => {
  const mesh = meshOf(op);
  const a = op.attributes;
  const [body] = op.regions;
  const activeYields = cotangents.map((c) => c !== undefined);
  const block = context.block(body, linear, activeYields, RETURN);
  const fixed = range(operands.length).filter((i) => !linear[i]);
  const wanted = range(operands.length).filter((i) => linear[i]);
  const active = range(cotangents.length).filter((i) => activeYields[i]);
  const sizeOf = (names: readonly string[]): number => product(names.map((n) => mesh.axisSize(n)));
  const shares = active.map((i) => {
    const copies = sizeOf(unmentioned(a.outShardings[i], a));
    return copies === 1 ? cotangents[i]! : scale(b, cotangents[i]!, 1 / copies);
  });
  const results = create(
    b,
    [...fixed.map((i) => operands[i]!), ...shares],
    {
      ...a,
      inShardings: [...fixed.map((i) => a.inShardings[i]), ...active.map((i) => a.outShardings[i])],
      outShardings: wanted.map((i) => a.inShardings[i]),
    },
    wanted.map((i) => op.operands[i].type),
    (inner, args) =>
      inlineBlock(inner, block, args).map((ct, k) =>
        sumOver(inner, ct, unmentioned(a.inShardings[wanted[k]], a), mesh),
      ),
    typesOf(block.args),
  );
  return operands.map((_, i) => (linear[i] ? results[wanted.indexOf(i)] : undefined));
};

function sumOver(b: Builder, x: Value, names: readonly string[], mesh: Mesh): Value {
  const axes = names.filter((n) => mesh.axisSize(n) > 1);
  if (axes.length === 0) return x;
  return b.emit('espalier.named_all_reduce', [x], { ...meshAxes(axes, mesh), reduction: 'sum' });
}

/** Where axes are on a mesh, as collectives over named axes want it. */
export function meshAxes(axes: readonly string[], mesh: Mesh) {
  return {
    axes,
    sizes: axes.map((n) => mesh.axisSize(n)),
    strides: axes.map((n) => product(mesh.axes.slice(mesh.axisIndex(n) + 1).map((x) => x.size))),
    numDevices: mesh.size,
  };
}

const batch: BatchRule<ManualComputation> = ({ op, operands, batched, batchSize, builder: b, context }) => {
  const a = op.attributes;
  const mesh = meshOf(op);
  const { block, batchedYields } = context.block(op.regions[0], batched, RETURN);
  const deeper = (s: TensorSharding, i: number, flags: readonly boolean[]): TensorSharding =>
    flags[i] ? { ...s, dims: [freeDim(a, mesh), ...s.dims] } : s;
  const results = b.create(
    op.name,
    operands,
    {
      ...a,
      inShardings: a.inShardings.map((s, i) => deeper(s, i, batched)),
      outShardings: a.outShardings.map((s, i) => deeper(s, i, batchedYields)),
    },
    { regions: [block], resultTypes: batchedTypes(typesOf(op.results), batchedYields, batchSize) },
  ).results;
  return { results, batched: batchedYields };
};

/** A region written for one device along the manual axes, with explicit collectives. */
export const manualComputation: OpDefinition = defineOp<ManualComputation>({
  name: 'sdy.manual_computation',
  doc: 'Runs a region in the local view of the manual axes, with collectives written by hand.',
  spec: 'Shardy dialect, manual_computation',
  operands: [{ name: 'tensors', variadic: true }],
  attributes: { inShardings: shardings, outShardings: shardings, manualAxes },
  numRegions: 1,
  traits: { isolated: true, controlFlow: true, placement: true, dataFlow: dataFlowOfBody },
  inferTypes: 'explicit',
  verify: (op, checker: Checker) => {
    checker.check('C1', op.attributes.inShardings.length === op.operands.length, 'one in_sharding per operand');
    checker.check('C2', op.attributes.outShardings.length === op.results.length, 'one out_sharding per result');
    checker.check('C3', op.regions[0].args.length === op.operands.length, 'one block argument per operand');
    checker.check('C4', op.regions[0].yielded.length === op.results.length, 'one yielded value per result');
  },
  syntax: {
    print: (op, p) => {
      const a = op.attributes;
      p.write(
        `(${p.values(op.operands)}) in_shardings=${listText(a.inShardings)} out_shardings=${listText(a.outShardings)}`,
      );
      p.write(` manual_axes=${namesText(a.manualAxes)}`);
      printBody(op as never, p);
    },
    parse: (p) => {
      const operands = p.list('(', ')', () => p.operand());
      p.expect('in_shardings');
      p.expect('=');
      const inShardings = takeShardings(p);
      p.expect('out_shardings');
      p.expect('=');
      const outShardings = takeShardings(p);
      p.expect('manual_axes');
      p.expect('=');
      const names = parseNames(p.rawBracketed());
      return parseBody(p, operands, { inShardings, outShardings, manualAxes: names } as ManualComputation);
    },
  },
  evaluate: absent('needs one device per point of the mesh; partition the module first'),
  decompose: absent('the partitioner inlines it'),
  linearize,
  transpose,
  batch,
  sharding: () => ({ noRule: 'shardings are its attributes' }),
  localize: (op) => op.attributes,
  cost: noCost,
  samples: [],
});
