import { UserError } from '../../base/index.ts';
import {
  Block,
  cloneOp,
  type Mesh,
  type Module,
  type Op,
  parseModule,
  type TensorType,
  typeText,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';

/**
 * A program with the shardings of a plan that was made for another trace of it. What is computed is `program`'s: learning rates and seeds
 * differ from run to run, and with them arithmetic of scalars; everything that has dimensions must be the same, and lies as the plan says.
 * Throws `plan/other-program` where it is not.
 */
export function followPlan(sdy: string, program: Module): Module {
  const planned = parseModule(sdy, registry);
  const body = following(planned.main.body, program.main.body, new ValueMap(), new ValueMap());
  return planned.with({ funcs: planned.funcs.map((f) => (f === planned.main ? f.with({ body }) : f)) });
}

/** Throws `plan/mesh` for a plan's program (Shardy's text) that is for another mesh than the plan names. */
export function requireMeshOf(sdy: string, mesh: Readonly<Record<string, number>>): void {
  const axesText = (axes: readonly (readonly [name: string, size: number])[]): string =>
    axes.map((a) => a.join('=')).join(',') || 'no axes';
  const own = axesText(Object.entries(mesh));
  for (const { name, attributes } of parseModule(sdy, registry).symbols) {
    if (name !== 'sdy.mesh') continue;
    const written = axesText((attributes as { mesh: Mesh }).mesh.axes.map((a) => [a.name, a.size]));
    if (written !== own)
      throw new UserError('plan/mesh', 'the mesh of the plan is not that of its program', {
        expected: written,
        given: own,
      });
  }
}

/** `own` with what Shardy's ops and attributes say in `planned`. The maps lead from values of either to those that are made. */
function following(planned: Block, own: Block, ofPlanned: ValueMap, ofOwn: ValueMap): Block {
  if (planned.args.length !== own.args.length) throw otherProgram(undefined, undefined);
  const args = own.args.map((a, i) => new Value(a.type, undefined, i));
  ofPlanned.setAll(planned.args, args);
  ofOwn.setAll(own.args, args);
  const ops: Op[] = [];
  let next = 0;
  /** The next op of `own` that has dimensions, behind the scalars before it. */
  const nextOwn = (): Op | undefined => {
    while (next < own.ops.length && isScalar(own.ops[next])) ops.push(cloneOp(own.ops[next++], ofOwn));
    return own.ops[next++];
  };
  for (const p of planned.ops) {
    if (isScalar(p)) continue;
    if (p.name.startsWith('sdy.')) {
      ops.push(cloneOp(p, ofPlanned));
      continue;
    }
    const o = nextOwn();
    if (!o || o.name !== p.name || typesOf(o) !== typesOf(p)) throw otherProgram(p, o);
    const operands = o.operands.map((v, i) => (isScalarValue(v) ? ofOwn.get(v) : ofPlanned.get(p.operands[i])));
    const regions = o.regions.map((r, i) => following(p.regions[i], r, new ValueMap(ofPlanned), new ValueMap(ofOwn)));
    const made = cloneOp(o, ofOwn, { operands, regions, discardable: p.discardable });
    ofPlanned.setAll(p.results, made.results);
    ops.push(made);
  }
  const more = nextOwn();
  if (more) throw otherProgram(undefined, more);
  return new Block(args, ops);
}

const isScalarValue = (v: Value): boolean => v.type.kind === 'tensor' && (v.type as TensorType).shape.length === 0;

/** Whether an op computes with numbers alone: what they are is the run's. */
const isScalar = (op: Op): boolean =>
  op.results.length > 0 && op.regions.length === 0 && [...op.operands, ...op.results].every(isScalarValue);

const typesOf = (op: Op): string => [...op.operands, ...op.results].map((v) => typeText(v.type)).join();

const otherProgram = (planned: Op | undefined, own: Op | undefined): UserError => {
  const text = (op: Op | undefined): string => (op ? `${op.name} of ${typesOf(op)}` : 'nothing more');
  return new UserError('plan/other-program', 'the plan is for another program', {
    expected: text(planned),
    given: text(own),
    advice: 'make a new plan with this version and these options: optimizer and weight decay change the program',
  });
};
