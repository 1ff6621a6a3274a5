import { EspalierError, type HostArray, InternalError, sameShape } from '../../base/index.ts';
import {
  type Block,
  type DecomposeRule,
  type Evaluation,
  type EvaluationContext,
  isAbsent,
  locationText,
  type Module,
  type Op,
  type Rendezvous,
  typeText,
  type Value,
} from '../../ir/index.ts';
import { expansionOf, registry } from '../../ops/index.ts';
import { flattenTuples } from '../../transform/index.ts';

/*
 * The reference semantics: every op is evaluated by its own `evaluate` facet. A device is a generator that yields when a
 * collective must wait for others; the scheduler resumes a group once all its members wait for one another.
 */

/** Values that die with each op of a block, so that memory is released as a program runs. */
const lastUses = new WeakMap<Block, readonly (readonly Value[])[]>();

function deadAfter(block: Block): readonly (readonly Value[])[] {
  let plan = lastUses.get(block);
  if (!plan) {
    const last = new Map<Value, number>();
    const note = (b: Block, at: number): void => {
      for (const op of b.ops) {
        for (const v of op.operands) last.set(v, at);
        for (const r of op.regions) note(r, at);
      }
    };
    const own = new Set<Value>(block.args);
    block.ops.forEach((op, i) => {
      for (const r of op.results) {
        own.add(r);
        last.set(r, i);
      }
      for (const v of op.operands) last.set(v, i);
      for (const r of op.regions) note(r, i);
    });
    const lists: Value[][] = block.ops.map(() => []);
    for (const [v, i] of last) if (own.has(v)) lists[i].push(v);
    lastUses.set(block, lists);
    plan = lists;
  }
  return plan;
}

const expansions = new WeakMap<Op, Block>();

/** The decomposition of an op that is defined by it. */
function expanded(op: Op): Block {
  let block = expansions.get(op);
  if (!block) {
    block = expansionOf(op, op.definition.decompose as DecomposeRule<never>, registry);
    expansions.set(op, block);
  }
  return block;
}

/** What the devices of one run share. */
class Devices {
  readonly numReplicas: number;
  readonly numPartitions: number;
  readonly infeed: string[];
  readonly channels = new Map<number, (readonly HostArray[])[]>();

  constructor(numReplicas: number, numPartitions: number, infeed: readonly string[] = []) {
    this.numReplicas = numReplicas;
    this.numPartitions = numPartitions;
    this.infeed = [...infeed];
  }
}

/** One device's view: the values of the block being run and of the enclosing ones. */
class Frame implements EvaluationContext {
  readonly #env = new Map<Value, HostArray>();
  readonly #parent: Frame | undefined;
  readonly #module: Module;
  readonly #devices: Devices;
  readonly replicaId: number;
  readonly partitionId: number;

  constructor(module: Module, devices: Devices, replicaId: number, partitionId: number, parent?: Frame) {
    this.#module = module;
    this.#devices = devices;
    this.replicaId = replicaId;
    this.partitionId = partitionId;
    this.#parent = parent;
  }

  get numReplicas(): number {
    return this.#devices.numReplicas;
  }
  get numPartitions(): number {
    return this.#devices.numPartitions;
  }

  nextInfeed(): string | undefined {
    return this.#devices.infeed.shift();
  }
  channel(handle: number): (readonly HostArray[])[] {
    const { channels } = this.#devices;
    let messages = channels.get(handle);
    if (!messages) {
      messages = [];
      channels.set(handle, messages);
    }
    return messages;
  }

  #lookup(v: Value): HostArray {
    for (let f: Frame | undefined = this; f; f = f.#parent) {
      const found = f.#env.get(v);
      if (found) return found;
    }
    throw new InternalError(`value of ${v.op?.name ?? 'a block argument'} is not there`);
  }

  /** One op by itself; `values` holds its operands and what its regions capture. */
  evaluateAlone(op: Op, values: ReadonlyMap<Value, HostArray>): HostArray[] {
    for (const [v, array] of values) this.#env.set(v, array);
    const inputs = op.operands.map((v) => this.#lookup(v));
    const output = this.#evaluate(op, inputs);
    const results = Array.isArray(output) ? output : complete(output);
    checkResults(op, results);
    return results;
  }

  *run(block: Block, args: readonly HostArray[]): Evaluation {
    const frame = new Frame(this.#module, this.#devices, this.replicaId, this.partitionId, this);
    return yield* frame.#body(block, args);
  }

  *#body(block: Block, args: readonly HostArray[]): Evaluation {
    if (args.length !== block.args.length)
      throw new InternalError(`block takes ${block.args.length} values, got ${args.length}`);
    block.args.forEach((a, i) => {
      this.#env.set(a, args[i]);
    });
    const dead = deadAfter(block);
    const last = block.ops.length - 1;
    for (let i = 0; i < last; i++) {
      const op = block.ops[i];
      const inputs = op.operands.map((v) => this.#lookup(v));
      const output = this.#evaluate(op, inputs);
      const results = Array.isArray(output) ? output : yield* output;
      checkResults(op, results);
      op.results.forEach((r, k) => {
        this.#env.set(r, results[k]);
      });
      for (const v of dead[i]) this.#env.delete(v);
    }
    return block.yielded.map((v) => this.#lookup(v));
  }

  #evaluate(op: Op, inputs: readonly HostArray[]): HostArray[] | Evaluation {
    const { evaluate, decompose } = op.definition;
    if (isAbsent(evaluate) && !isAbsent(decompose)) return this.run(expanded(op), inputs);
    if (isAbsent(evaluate))
      throw new EspalierError('runtime/unsupported', `the reference engine cannot run ${op.name}: ${evaluate.absent}`, {
        fields: { op: op.name, location: locationText(op.location) },
      });
    try {
      return evaluate(inputs, op, this);
    } catch (error) {
      if (error instanceof EspalierError) throw error;
      const where = locationText(op.location);
      throw new InternalError(`${op.name}${where ? ` at ${where}` : ''} failed: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  runNow(block: Block, args: readonly HostArray[]): HostArray[] {
    return complete(this.run(block, args));
  }

  *call(callee: string, args: readonly HostArray[]): Evaluation {
    const func = this.#module.func(callee);
    if (!func)
      throw new EspalierError('runtime/unknown-function', `the program calls @${callee}, which does not exist`);
    const frame = new Frame(this.#module, this.#devices, this.replicaId, this.partitionId);
    return yield* frame.#body(func.body, args);
  }

  runParallel(
    programs: readonly (readonly string[])[],
    args: readonly HostArray[],
    infeed?: readonly string[],
  ): HostArray[] {
    const devices = new Devices(programs.length, programs[0]?.length ?? 0, infeed);
    let at = 0;
    const evaluations = programs.flatMap((row, replica) =>
      row.map((name, partition) => {
        const count = this.#module.func(name)?.args.length ?? 0;
        const own = args.slice(at, at + count);
        at += count;
        return new Frame(this.#module, devices, replica, partition).call(name, own);
      }),
    );
    return schedule(evaluations).flat();
  }
}

/** The end of an evaluation that waits for nobody. */
function complete(evaluation: Evaluation): HostArray[] {
  const step = evaluation.next(undefined as never);
  if (!step.done)
    throw new EspalierError('runtime/collective-in-reducer', 'a collective cannot run inside a reducer or comparator');
  return step.value;
}

function checkResults(op: Op, results: readonly HostArray[]): void {
  if (results.length !== op.results.length)
    throw new InternalError(`${op.name} evaluated to ${results.length} results instead of ${op.results.length}`);
  op.results.forEach((r, i) => {
    const t = r.type;
    if (t.kind !== 'tensor') return;
    const given = results[i];
    const fits = given.dtype === t.dtype && (sameShape(given.shape, t.shape) || t.shape.some((d) => d < 0));
    if (!fits)
      throw new InternalError(`${op.name} evaluated to ${given.dtype}[${given.shape}] instead of ${typeText(t)}`);
  });
}

/** Runs devices until all are done. Throws `runtime/deadlock` when those left wait for someone who never comes. */
export function schedule(devices: readonly Evaluation[]): HostArray[][] {
  const done = new Array<HostArray[] | undefined>(devices.length).fill(undefined);
  const waiting = new Array<Rendezvous['rendezvous'] | undefined>(devices.length).fill(undefined);
  const advance = (id: number, answer?: readonly (readonly HostArray[])[]): void => {
    const step = answer === undefined ? devices[id].next(undefined as never) : devices[id].next(answer);
    if (step.done) done[id] = step.value;
    else waiting[id] = step.value.rendezvous;
  };
  devices.forEach((_, id) => {
    advance(id);
  });
  for (;;) {
    let progressed = false;
    for (let id = 0; id < devices.length; id++) {
      const group = waiting[id]?.participants;
      if (!group) continue;
      const ready = group.every((other) => {
        const theirs = waiting[other]?.participants;
        if (waiting[other]?.ready?.() === false) return false;
        return theirs !== undefined && theirs.length === group.length && theirs.every((x, i) => x === group[i]);
      });
      if (!ready) continue;
      const answer = group.map((other) => waiting[other]!.operands);
      for (const other of group) waiting[other] = undefined;
      for (const other of group) advance(other, answer);
      progressed = true;
    }
    if (progressed) continue;
    if (done.every((d) => d !== undefined)) return done as HostArray[][];
    const report = waiting.flatMap((w, id) =>
      w ? [`device ${id} waits in ${w.label ?? 'a collective'} for [${w.participants}]`] : [],
    );
    const finished = done.flatMap((d, id) => (d ? [id] : []));
    throw new EspalierError('runtime/deadlock', 'the devices wait for one another forever', {
      given: `${report.join('; ')}${finished.length > 0 ? `; finished: [${finished}]` : ''}`,
      advice:
        'all members of a group must reach the same collective; look for a conditional that differs between devices',
    });
  }
}

export interface EvaluateOptions {
  /** Devices the program runs on (partitions); default one. */
  readonly numDevices?: number;
  /** Replicas × partitions instead. */
  readonly numReplicas?: number;
}

/** Runs @main on every device with that device's arguments; results by device. */
export function evaluateOnDevices(
  given: Module,
  args: readonly (readonly HostArray[])[],
  options: EvaluateOptions = {},
): HostArray[][] {
  const module = flattenTuples(given);
  const numReplicas = options.numReplicas ?? 1;
  const numPartitions = (options.numDevices ?? args.length) / numReplicas;
  const devices = new Devices(numReplicas, numPartitions);
  const name = module.main.name;
  return schedule(
    args.map((own, id) =>
      new Frame(module, devices, Math.floor(id / numPartitions), id % numPartitions).call(name, own),
    ),
  );
}

/** Runs @main on one device, or with equal arguments on several (results of device 0). For tests and constant folding. */
export function evaluateModule(module: Module, args: readonly HostArray[], options: EvaluateOptions = {}): HostArray[] {
  const n = options.numDevices ?? 1;
  return evaluateOnDevices(
    module,
    Array.from({ length: n }, () => args),
    options,
  )[0];
}

/** Runs one op without other devices, for engines that have no kernel for it; `values` holds operands and captured values. */
export function evaluateOp(
  module: Module,
  op: Op,
  values: ReadonlyMap<Value, HostArray>,
  device: number,
  numDevices: number,
): HostArray[] {
  return new Frame(module, new Devices(1, numDevices), 0, device).evaluateAlone(op, values);
}
