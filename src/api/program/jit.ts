import { warn } from '../../base/index.ts';
import type { LoweredProgram } from '../../program/index.ts';
import type { Engine, Executable } from '../../runtime/index.ts';
import { requirePositions, requireTransformation } from '../trace/check-arguments.ts';
import type { Mesh } from '../trace/mesh.ts';
import { currentMesh } from '../trace/mesh-scope.ts';
import { snapshot } from '../trace/plain-object.ts';
import type { SpecTree } from '../trace/spec-tree.ts';
import { Tensor } from '../trace/tensor.ts';
import { currentTrace } from '../trace/trace.ts';
import { type TreeDef, unflatten } from '../trace/tree.ts';
import { type Arguments, argumentsOf, donatedPositions } from './arguments.ts';
import { compiledProgram } from './compiled-program.ts';
import { defaultEngine } from './engine.ts';
import { execute, placedTensor, type Runnable } from './execute.ts';
import { callInside, type InnerProgram } from './nested-jit.ts';
import { type Signature, signatureOf } from './signature.ts';
import { traceProgram } from './trace-program.ts';

export interface JitOptions {
  /** Devices the program is partitioned over; default: the mesh of `withMesh` around the call, else one device. */
  readonly mesh?: Mesh | undefined;
  readonly engine?: Engine | undefined;
  /** One entry per argument. */
  readonly inShardings?: readonly SpecTree[];
  /** For the result tree. */
  readonly outShardings?: SpecTree;
  /** Arguments whose device memory the program may reuse; their tensors cannot be used afterwards. */
  readonly donateArgnums?: readonly number[];
  /**
   * Arguments of which nothing is traced, tensors and instances of classes included. Plain objects and arrays are compared by
   * content. Booleans, numbers, strings, functions and `null` are never traced and need not be listed.
   */
  readonly staticArgnums?: readonly number[];
}

/** A compiled function. Calling it returns at once; results are computed asynchronously, in order. */
export interface Jitted<A extends unknown[], R> {
  (...args: A): R;
  /** Traces and partitions for these arguments without running. */
  lower(...args: A): LoweredProgram;
  /** Compiles for these arguments without running. */
  compile(...args: A): Promise<Executable>;
  /** The result's structure and types without compiling or running: tensors without elements, good as arguments of `lower`. */
  evalShape(...args: A): R;
}

/** What serves calls of one signature. */
interface JittedProgram extends Runnable {
  /** Lowers on first use, unless the program could not be recalled without it. */
  readonly lowered: () => LoweredProgram;
  readonly resultDef: TreeDef;
}

/** Programs that one jitted function keeps; the least recently used is dropped first. */
const MAX_PROGRAMS = 256;
/** So many programs that differ in static values only are taken for a mistake. */
const MANY_STATICS = 8;

/**
 * Compiles `f`: traced once per combination of argument types, structures, placements and static values, then run as one program.
 * What you pass is what `f` sees: tensors are traced, booleans, numbers, strings, functions and `null` are part of the program.
 * Inside another traced function it is a call there, traced once per signature. Errors of the device surface when a result is awaited.
 * @example
 * const f = jit((x: Tensor) => np.add(np.multiply(x, 2), 1));
 * f(np.array([1, 2])) // => [3, 5]
 */
export function jit<A extends unknown[], R>(f: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  const known = ['mesh', 'engine', 'inShardings', 'outShardings', 'donateArgnums', 'staticArgnums'] as const;
  requireTransformation(f, options, known, 'jit');
  requirePositions(options.staticArgnums, 'staticArgnums');
  requirePositions(options.donateArgnums, 'donateArgnums');
  const { inShardings, outShardings, donateArgnums, staticArgnums } = options;
  const lists = snapshot({ inShardings, outShardings, donateArgnums, staticArgnums });
  return jitWith(f, { ...options, ...lists }, { keepsCaptures: true });
}

/** How programs of a jitted function are kept. */
export interface JitKeeping {
  /** Whether a program that closes over tensors serves later calls; else `f` is traced again, since it may now close over others. */
  readonly keepsCaptures: boolean;
}

/** `jit` for this room. */
export function jitWith<A extends unknown[], R>(
  f: (...args: A) => R,
  options: JitOptions,
  keeping: JitKeeping,
): Jitted<A, R> {
  const programByKey = new Map<string, JittedProgram>();
  const innerPrograms = new WeakMap<object, Map<string, InnerProgram>>();
  const staticsSeen = new Map<string, number>();
  const lowerArgs = (args: A): { program: JittedProgram; tensors: readonly Tensor[] } => {
    const mesh = options.mesh ?? currentMesh();
    const engine = options.engine ?? mesh?.devices?.engine ?? defaultEngine();
    const signature = signatureOf(f.name, args, { engine, mesh, staticArgnums: options.staticArgnums });
    const { key, tensors } = signature;
    let program = programByKey.get(key);
    if (!program || (program.captures.length > 0 && !keeping.keepsCaptures)) {
      const flat = { ...argumentsOf(f.name, args, options.staticArgnums), tensors };
      if (!program) warnOfManyStatics(f.name, flat.treedef, signature, staticsSeen);
      program = buildProgram(f, flat, { ...options, mesh }, engine);
    } else if (programByKey.size > 1) programByKey.delete(key);
    else return { program, tensors };
    programByKey.set(key, program);
    if (programByKey.size > MAX_PROGRAMS) programByKey.delete(programByKey.keys().next().value!);
    return { program, tensors };
  };
  const call = (...args: A): R => {
    if (currentTrace())
      return callInside(f, argumentsOf(f.name, args, options.staticArgnums), options, innerPrograms) as R;
    const { program, tensors } = lowerArgs(args);
    const results = execute(program, tensors);
    return (program.resultDef.kind === 'leaf' ? results[0] : unflatten(program.resultDef, results)) as R;
  };
  return Object.assign(call, {
    lower: (...args: A) => lowerArgs(args).program.lowered(),
    compile: (...args: A) => lowerArgs(args).program.executable(),
    evalShape: (...args: A) => {
      const { program } = lowerArgs(args);
      return unflatten(
        program.resultDef,
        program.resultTypes.map((t) => new Tensor(t, { kind: 'abstract' })),
      ) as R;
    },
  });
}

/** A number that changes from call to call compiles a program each time. */
function warnOfManyStatics(name: string, treedef: TreeDef, { tensors }: Signature, seen: Map<string, number>): void {
  const numbers: string[] = [];
  const blank = (d: TreeDef): string => {
    if (d.kind === 'static') {
      if (typeof d.value === 'number') numbers.push(`${d.value}`);
      return '_';
    }
    return d.kind === 'array' || d.kind === 'object' ? `(${d.children.map(blank).join()})` : d.kind;
  };
  const key = `${blank(treedef)};${tensors.map((t) => `${t.dtype}[${t.shape.join()}]`).join()}`;
  const count = (seen.get(key) ?? 0) + 1;
  if (seen.size < MAX_PROGRAMS || seen.has(key)) seen.set(key, count);
  if (count !== MANY_STATICS || numbers.length === 0) return;
  warn(
    `${name || 'a jitted function'} has been compiled for ${count} different values of its plain arguments (now ${numbers.join(', ')}): ` +
      'a number given to jit is part of the program. Pass np.array(n) where it changes from call to call.',
  );
}

/** Arguments → trace → program, which is lowered, compiled and run later. */
function buildProgram(
  f: (...args: never[]) => unknown,
  flat: Arguments,
  options: JitOptions,
  engine: Engine,
): JittedProgram {
  const { module, devices, mesh, captures, resultDef } = traceProgram(f, flat, options, engine);
  const donated = donatedPositions(flat.treedef, options.donateArgnums);
  const program = compiledProgram(module, devices, mesh, donated);
  return {
    lowered: program.lowered,
    get compiled() {
      return program.compiled;
    },
    executable: program.executable,
    // Captured tensors are constants of the program: they move to the devices once.
    captures: captures.map((t, i) => placedTensor(t, program.argLayouts[flat.tensors.length + i])),
    resultDef,
    resultTypes: module.main.results.map((r) => r.tensor),
    donated,
    devices,
    argLayouts: program.argLayouts,
    resultLayouts: program.resultLayouts,
  };
}
