import { HostArray } from '../../../src/base/index.ts';
import {
  type Block,
  Builder,
  Func,
  type Mesh,
  Module,
  shardingAttr,
  type TensorSharding,
  tensorType,
  type Value,
} from '../../../src/ir/index.ts';
import * as O from '../../../src/ops/index.ts';
import type { PartitionOptions } from '../../../src/partition/index.ts';
import { Choices } from './choices.ts';
import { alike, type Draft, type Emitter, elementwiseEmitters, shapeEmitters, tame } from './emitters.ts';
import { indexingEmitters, reductionEmitters, regionEmitters, windowEmitters } from './heavy-emitters.ts';
import { randomMesh, randomSharding } from './meshes.ts';

export interface RandomProgram {
  readonly module: Module;
  readonly mesh: Mesh;
  readonly args: HostArray[];
  /** Largest difference relative to the largest value; without it results must be equal. */
  readonly tolerance?: number;
  readonly options?: PartitionOptions;
}

/** What users may ask of the partitioner, sometimes. */
export function randomOptions(c: Choices): PartitionOptions {
  return {
    ...(c.chance(0.25) ? { combineBytes: c.pick([100, 1e6]) } : {}),
    ...(c.chance(0.25) ? { collectiveMatmulBytes: 0 } : {}),
  };
}

/** Families of emitters; one is chosen first, so that rich families do not crowd out others. */
const families: readonly Readonly<Record<string, Emitter>>[] = [
  elementwiseEmitters,
  shapeEmitters,
  shapeEmitters,
  reductionEmitters,
  windowEmitters,
  indexingEmitters,
];

/** A random program of a few ops, with random shardings on arguments, results and some values in between. */
export function randomProgram(seed: number, numOps: number): RandomProgram {
  const c = new Choices(seed);
  const mesh = randomMesh(c);
  const sizes = c.pick([
    [4, 8],
    [2, 4, 6],
    [3, 4, 5, 12],
    [1, 2, 7],
  ]);
  const argTypes = Array.from({ length: 2 + c.int(2) }, () =>
    tensorType(
      'f32',
      Array.from({ length: 1 + c.int(3) }, () => c.pick(sizes)),
    ),
  );
  const hasPriorities = c.chance(0.3);
  const callee = c.chance(0.2) ? helper(c, argTypes[0]) : undefined;
  const group = { next: 0 };
  const b = new Builder(O.registry);
  const block = b.block(
    argTypes,
    (inner, args) => {
      const values: Value[] = [...args];
      for (let i = 0; i < numOps; i++) {
        const d: Draft = { c, b: inner, values };
        const v = emit(d, callee);
        if (!v) continue;
        values.push(v);
        if (c.chance(0.2))
          values.push(
            inner.emit('sdy.sharding_constraint', [v], {
              sharding: withUnreduced(c, randomSharding(c, v.shape.length, mesh, hasPriorities), mesh),
            }),
          );
        if (c.chance(0.08)) {
          const other = alike({ ...d, values }, v);
          const groupId = group.next++;
          for (const member of new Set([v, other])) inner.create('sdy.sharding_group', [member], { groupId });
        }
      }
      const made = values.slice(args.length);
      return made.length > 0 ? made.slice(-3) : values.slice(-1);
    },
    'func.return',
  );
  const annotate = (v: Value): object =>
    c.chance(0.6) ? { 'sdy.sharding': shardingAttr(randomSharding(c, v.shape.length, mesh, hasPriorities)) } : {};
  const func = new Func('main', block, {
    argAttributes: block.args.map((a) => annotate(a) as never),
    resultAttributes: block.yielded.map((r) => annotate(r) as never),
  });
  const declaration = new Builder(O.registry).create('sdy.mesh', [], { symName: 'mesh', mesh });
  const args = argTypes.map((t) => {
    const n = t.shape.reduce((p, q) => p * q, 1);
    return HostArray.from(
      'f32',
      t.shape,
      Array.from({ length: n }, () => c.between(-6, 6)),
    );
  });
  return {
    module: new Module([func, ...(callee ? [callee] : [])], { symbols: [declaration] }),
    mesh,
    args,
    options: randomOptions(c),
  };
}

/** Sometimes with partial sums along axes that nothing else uses. */
function withUnreduced(c: Choices, s: TensorSharding, mesh: Mesh): TensorSharding {
  if (!c.chance(0.15)) return s;
  const used = new Set([...s.dims.flatMap((d) => d.axes), ...s.replicated].map((a) => a.name));
  const free = mesh.axes.filter((a) => !used.has(a.name) && c.chance(0.7));
  return { ...s, unreduced: free.map(({ name }) => ({ name })) };
}

/** A function that others call. */
function helper(c: Choices, type: Value['type']): Func {
  const b = new Builder(O.registry);
  const block: Block = b.block([type], (inner, [x]) => [likeThis({ c, b: inner, values: [x] }, x)], 'func.return');
  return new Func('helper', block, { visibility: 'private' } as never);
}

function emit(d: Draft, callee: Func | undefined): Value | undefined {
  if (callee && d.c.chance(0.2)) {
    const [type] = callee.body.args.map((a) => a.type);
    const fits = d.values.filter(
      (v) => String((v.type as { shape: unknown }).shape) === String((type as { shape: unknown }).shape),
    );
    const options = { resultTypes: [type] };
    const [name, attributes] = d.c.chance(0.7)
      ? ['func.call', { callee: callee.name }]
      : ['stablehlo.composite', { name: 'tests.helper', decomposition: callee.name }];
    return d.b.create(name, [d.c.pick(fits)], attributes, options).results[0];
  }
  if (d.c.chance(0.1)) return d.c.pick(Object.values(regionEmitters))(d, likeThis);
  return d.c.pick(Object.values(d.c.pick(families)))(d);
}

/** A few ops that end in a value shaped like the given one. */
function likeThis(d: Draft, like: Value): Value {
  const values = [...d.values];
  for (let i = 0; i < 2; i++) {
    const v = d.c.pick(Object.values(d.c.pick(families)))({ ...d, values });
    if (v) values.push(v);
  }
  const last = values[values.length - 1];
  const first = O.reduceWith(d.b, 'stablehlo.maximum', last, -9, [...last.shape.keys()]);
  const same = alike({ ...d, values }, like);
  return tame(d.b, O.add(d.b, same, O.broadcastScalar(d.b, first, like.shape)));
}

/** How often each op occurs in a module. */
export function opCounts(module: Module): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (block: Block): void => {
    for (const op of block.ops) {
      counts.set(op.name, (counts.get(op.name) ?? 0) + 1);
      op.regions.forEach(visit);
    }
  };
  for (const f of module.funcs) visit(f.body);
  return counts;
}

/** A program of one op on arguments, with random shardings on them and the results. */
export function oneOp(
  c: Choices,
  mesh: Mesh,
  args: HostArray[],
  emitOp: (b: Builder, values: Value[]) => readonly Value[],
): RandomProgram {
  const b = new Builder(O.registry);
  const types = args.map((a) => tensorType(a.dtype, a.shape));
  const block = b.block(types, (inner, values) => emitOp(inner, values), 'func.return');
  const annotate = (v: Value): object =>
    c.chance(0.75) ? { 'sdy.sharding': shardingAttr(randomSharding(c, v.shape.length, mesh)) } : {};
  const func = new Func('main', block, {
    argAttributes: block.args.map((a) => annotate(a) as never),
    resultAttributes: block.yielded.map((r) => annotate(r) as never),
  });
  const declaration = new Builder(O.registry).create('sdy.mesh', [], { symName: 'mesh', mesh });
  return { module: new Module([func], { symbols: [declaration] }), mesh, args, options: randomOptions(c) };
}
