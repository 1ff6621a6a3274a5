import { EspalierError } from '../../base/index.ts';
import {
  Builder,
  type CreateOptions,
  cloneOp,
  Func,
  Module,
  type Op,
  printModule,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import {
  createEngine,
  type DeviceBuffer,
  type DeviceSet,
  type Engine,
  type Executable,
  firstDevices,
  type LocalShards,
} from '../../runtime/index.ts';
import { type Boundary, buildModule } from '../program/build-module.ts';
import { compiledProgram } from '../program/compiled-program.ts';
import { defaultEngine } from '../program/engine.ts';
import { execute, type Runnable } from '../program/execute.ts';
import { followed, liesOn } from '../program/followed.ts';
import { type PendingOp, Tensor } from './tensor.ts';

/*
 * Ops outside any traced function. They are recorded, and when a result is needed (read, or given to a compiled function) what it
 * depends on becomes one program that is compiled like any other and kept by its text. So a chain of library calls costs one
 * compilation the first time and none later, and values do not depend on where a chain is read.
 */

/** A chain that nobody reads is computed from time to time, so that it stays short. */
const MAX_CHAIN = 200;

/** Records an op. Type errors are thrown here; errors of the computation surface where its result is awaited. */
export function recordEagerly(
  name: string,
  operands: readonly Tensor[],
  attributes: object,
  options: CreateOptions,
): Tensor[] {
  const args = operands.map((t, i) => new Value(t.type, undefined, i));
  const op = new Builder(registry).create(name, args, attributes, options) as Op;
  let length = 1;
  for (const t of operands) {
    if (!t.pending) continue;
    t.pending.uses++;
    length = Math.max(length, t.pending.length + 1);
  }
  const pending: PendingOp = { op, args, operands, length, uses: 0, results: [], force: () => compute(pending) };
  for (const t of operands) if (!t.pending && t.source.kind === 'placed') t.source.placed.addReader(pending);
  const results = op.results.map((r) => new Tensor(r.tensor, { kind: 'pending', op: pending }));
  pending.results = results;
  if (length > MAX_CHAIN) compute(pending);
  return results;
}

/** Ops that `root` depends on and that have not been computed, in order. */
function chainOf(root: PendingOp): PendingOp[] {
  const order: PendingOp[] = [];
  const seen = new Set<PendingOp>();
  const stack: (readonly [PendingOp, boolean])[] = [[root, false]];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [op, isDone] = top;
    if (isDone) order.push(op);
    if (isDone || seen.has(op)) continue;
    seen.add(op);
    stack.push([op, true]);
    for (const t of op.operands) if (t.pending && !seen.has(t.pending)) stack.push([t.pending, false]);
  }
  return order;
}

/** Starts the computation of an op and all before it; values that ops outside this chain also use are kept. */
function compute(root: PendingOp): void {
  const chain = chainOf(root);
  const usesInside = new Map<PendingOp, number>();
  for (const c of chain)
    for (const t of c.operands) if (t.pending) usesInside.set(t.pending, (usesInside.get(t.pending) ?? 0) + 1);
  const inputs: Tensor[] = [];
  const map = new ValueMap();
  const values = new Map<Tensor, Value>();
  const builder = new Builder(registry);
  for (const c of chain) {
    c.operands.forEach((t, i) => {
      let v = values.get(t);
      if (!v) {
        v = new Value(t.type, undefined, inputs.length);
        values.set(t, v);
        inputs.push(t);
      }
      map.setAll([c.args[i]], [v]);
    });
    const copy = cloneOp(c.op, map);
    builder.append(copy);
    c.results.forEach((t, i) => {
      values.set(t, copy.results[i]);
    });
  }
  const kept = chain.filter((c) => c === root || c.uses > (usesInside.get(c) ?? 0));
  const outputs = kept.flatMap((c) => c.results);
  const args = inputs.map((t) => values.get(t)!);
  const block = builder.finish(
    args,
    outputs.map((t) => values.get(t)!),
    'func.return',
  );
  const program = eagerProgram(new Func('main', block), inputs);
  const results = execute(program, inputs);
  outputs.forEach((t, i) => {
    t.settle(results[i].source);
  });
}

const programsByEngine = new WeakMap<Engine, Map<string, Runnable>>();
/** Programs of recorded ops that are kept with what is known of them; all others are found by their text where they are compiled. */
const MAX_PROGRAMS = 512;

/** The program of a chain: it runs where its operands are, and sharded ones stay sharded. */
function eagerProgram(func: Func, inputs: readonly Tensor[]): Runnable {
  const engine = defaultEngine();
  const { devices, mesh } = followed(inputs, engine);
  const boundaries = inputs.map(({ source }): Boundary => {
    const isThere = source.kind === 'placed' && mesh !== undefined && liesOn(source.placed.layout, mesh, engine);
    return { name: '', sharding: isThere ? source.placed.layout.sharding : undefined };
  });
  const results = func.resultTypes.map((): Boundary => ({ name: '', sharding: undefined }));
  const module = mesh ? buildModule(func, boundaries, results, mesh) : new Module([func]);
  const key = `${devices.key};${printModule(module)}`;
  let byText = programsByEngine.get(engine);
  if (!byText) {
    byText = new Map();
    programsByEngine.set(engine, byText);
  }
  const known = byText.get(key);
  if (known) return known;
  const compiled = compiledProgram(module, devices, mesh, [], orByReference);
  const program: Runnable = {
    get compiled() {
      return compiled.compiled;
    },
    executable: compiled.executable,
    captures: [],
    resultTypes: module.main.results.map((r) => r.tensor),
    donated: [],
    devices,
    argLayouts: compiled.argLayouts,
    resultLayouts: compiled.resultLayouts,
  };
  byText.set(key, program);
  if (byText.size > MAX_PROGRAMS) byText.delete(byText.keys().next().value!);
  return program;
}

/** Compiles for the engine; what that has no kernels for the reference engine computes. */
async function orByReference(compile: (on: DeviceSet) => Promise<Executable>, devices: DeviceSet): Promise<Executable> {
  try {
    return await compile(devices);
  } catch (error) {
    if (!(error instanceof EspalierError) || error.code !== 'runtime/unsupported' || !devices.isWhole) throw error;
    reference ??= createEngine('reference');
    return elsewhere(await compile(firstDevices(reference, devices.size)), devices);
  }
}

let reference: Engine | undefined;

/** A program that runs on another engine, for buffers of these devices. */
function elsewhere(program: Executable, here: DeviceSet): Executable {
  const moved = async (buffers: LocalShards, to: DeviceSet): Promise<DeviceBuffer[][]> =>
    Promise.all(buffers.map((own, k) => Promise.all(own.map(async (b) => to.engine.put(await b.read(), to.ids[k])))));
  return {
    argTypes: program.argTypes,
    resultTypes: program.resultTypes,
    devices: here,
    stats: program.stats,
    execute: async (args) => moved(await program.execute(await moved(args, program.devices)), here),
    executeNow: () => undefined,
  };
}
