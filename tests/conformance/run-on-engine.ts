/*
 * StableHLO's test programs on a compiled engine: their checks are taken out and applied to what the engine computed.
 */
import type { HostArray } from '../../src/base/index.ts';
import {
  Block,
  cloneOp,
  type DenseElements,
  type EvaluationContext,
  Func,
  isAbsent,
  Module,
  Op,
  Value,
  ValueMap,
} from '../../src/ir/index.ts';
import type { Engine } from '../../src/runtime/index.ts';
import { firstDevices } from '../../src/runtime/index.ts';
import { inlineCalls } from '../../src/transform/index.ts';

/** Where a program stands still for reasons that are no fault of the op under test. */
export class Skip extends Error {}

export interface RunOptions {
  /** Feed the constants of @main as arguments, so that the compiler cannot fold the op under test away. */
  readonly constantsAsArguments: boolean;
}

const isCheck = (op: Op): boolean =>
  op.name.startsWith('check.') ||
  (op.name === 'stablehlo.custom_call' &&
    String((op.attributes as { callTargetName?: unknown }).callTargetName ?? '').startsWith('check.'));

/** Runs the program and throws what its first failing check says. */
export async function runOnEngine(module: Module, engine: Engine, options: RunOptions): Promise<void> {
  const { body } = inlineCalls(module).main;
  const parallel = body.ops.find((op) => op.name === 'interpreter.run_parallel');
  const values = parallel ? await runParallel(module, body, parallel, engine) : await runChecked(body, engine, options);
  for (const op of body.ops.filter(isCheck)) {
    const { evaluate } = op.definition;
    const own = op.operands.map((v) => values.get(v)!);
    if (!isAbsent(evaluate)) evaluate(own, op, undefined as unknown as EvaluationContext);
  }
}

type Values = Map<Value, HostArray>;

/** Values of everything the checks look at. */
async function runChecked(body: Block, engine: Engine, options: RunOptions): Promise<Values> {
  const wanted = body.ops.filter(isCheck).flatMap((c) => c.operands);
  const rest = body.ops.filter((op) => !isCheck(op)).slice(0, -1);
  const hoisted = options.constantsAsArguments ? rest.filter((op) => isFreeConstant(op, body)) : [];
  const map = new ValueMap();
  const args = hoisted.map((op, i) => {
    const arg = new Value(op.results[0].type, undefined, i);
    map.set(op.results[0], arg);
    return arg;
  });
  const ops = rest.filter((op) => !hoisted.includes(op)).map((op) => cloneOp(op, map));
  const end = new Op(body.terminator.definition, map.all(wanted), {}, []);
  const main = new Func('main', new Block(args, [...ops, end]));
  const inputs = hoisted.map((op) => (op.attributes as unknown as { value: DenseElements }).value.toHostArray());
  const [results] = await execute(engine, new Module([main]), [inputs], 1);
  return new Map(wanted.map((v, i) => [v, results[i]]));
}

/** A constant none of whose users has to see its value when it is compiled. */
function isFreeConstant(op: Op, body: Block): boolean {
  if (op.name !== 'stablehlo.constant' || op.results[0].type.kind !== 'tensor') return false;
  const inRegion = (block: Block): boolean =>
    block.ops.some((o) => o.operands.includes(op.results[0]) || o.regions.some(inRegion));
  return body.ops.every((user) => {
    if (user.regions.some(inRegion)) return false;
    return !user.operands.includes(op.results[0]) || isAbsent(user.definition.decompose);
  });
}

/** `interpreter.run_parallel` of one function on a grid of replicas × partitions. */
async function runParallel(module: Module, body: Block, op: Op, engine: Engine): Promise<Values> {
  const a = op.attributes as unknown as {
    programs: { elements: { elements: { path: string[] }[] }[] };
    infeed?: unknown;
  };
  const grid = JSON.stringify(a.programs, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  const names = [...grid.matchAll(/"([A-Za-z_]\w*)"\]?\}/g)].map((m) => m[1]);
  const numReplicas = a.programs.elements.length;
  const numDevices = a.programs.elements.reduce((n, row) => n + row.elements.length, 0);
  const func = module.func(names[0]);
  const hasQueue = a.infeed !== undefined || func?.body.ops.some((o) => o.name === 'stablehlo.outfeed');
  if (!func || new Set(names).size > 1 || hasQueue)
    throw new Skip(
      'skipped: different programs side by side, or host queues: the simulator of the reference engine only',
    );
  const before = body.ops.slice(0, body.ops.indexOf(op));
  const end = new Op(body.terminator.definition, [...op.operands], {}, []);
  const [inputs] = await execute(engine, new Module([new Func('main', new Block([], [...before, end]))]), [[]], 1);
  const perDevice = func.args.length;
  const args = Array.from({ length: numDevices }, (_, d) => inputs.slice(d * perDevice, (d + 1) * perDevice));
  const others = module.funcs.filter((f) => f !== func && f !== module.main);
  const program = new Module([func.with({ name: 'main', visibility: 'public' }), ...others]);
  const results = await execute(engine, inlineCalls(program), args, numReplicas);
  return new Map(results.flat().map((array, i) => [op.results[i], array]));
}

async function execute(
  engine: Engine,
  module: Module,
  args: readonly (readonly HostArray[])[],
  numReplicas: number,
): Promise<HostArray[][]> {
  const executable = await engine.compile(module, { devices: firstDevices(engine, args.length), numReplicas });
  const results = await executable.execute(args.map((own, d) => own.map((a) => engine.put(a, d))));
  return Promise.all(results.map((own) => Promise.all(own.map((b) => b.read()))));
}
