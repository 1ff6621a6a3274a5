import { UserError, warn } from '../../base/index.ts';
import type { TensorSharding, TensorType } from '../../ir/index.ts';
import type { LoweredProgram } from '../../program/index.ts';
import type { Engine, Executable } from '../../runtime/index.ts';
import { requirePositions, requireTransformation } from '../trace/check-arguments.ts';
import { type Mesh, specToSharding } from '../trace/mesh.ts';
import { currentMesh, withProgram } from '../trace/mesh-scope.ts';
import { type SpecTree, specsOf } from '../trace/spec-tree.ts';
import { Tensor } from '../trace/tensor.ts';
import { currentTrace, traceFunction } from '../trace/trace.ts';
import { flatten, leafCount, type TreeDef, unflatten } from '../trace/tree.ts';
import { type Arguments, flattenArguments, resultTensor } from './arguments.ts';
import { type Boundary, buildModule } from './build-module.ts';
import { compiledProgram } from './compiled-program.ts';
import { defaultEngine } from './engine.ts';
import { execute, placedTensor, type Runnable } from './execute.ts';
import { followed, liesOn } from './followed.ts';
import { callInside, type InnerProgram } from './nested-jit.ts';
import { type Signature, signatureOf } from './signature.ts';

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

interface Program extends Runnable {
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
  return jitWith(f, options, { keepsCaptures: true });
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
  const programByKey = new Map<string, Program>();
  const innerPrograms = new WeakMap<object, Map<string, InnerProgram>>();
  const staticsSeen = new Map<string, number>();
  const lowerArgs = (args: A): { program: Program; tensors: readonly Tensor[] } => {
    const mesh = options.mesh ?? currentMesh();
    const engine = options.engine ?? mesh?.devices?.engine ?? defaultEngine();
    const signature = signatureOf(f.name, args, { engine, mesh, staticArgnums: options.staticArgnums });
    const { key, tensors } = signature;
    let program = programByKey.get(key);
    if (!program || (program.captures.length > 0 && !keeping.keepsCaptures)) {
      const flat = { ...argumentsOf(f.name, args, options), tensors };
      if (!program) warnOfManyStatics(f.name, flat.treedef, signature, staticsSeen);
      program = buildProgram(f, flat, { ...options, mesh }, engine);
    } else if (programByKey.size > 1) programByKey.delete(key);
    else return { program, tensors };
    programByKey.set(key, program);
    if (programByKey.size > MAX_PROGRAMS) programByKey.delete(programByKey.keys().next().value!);
    return { program, tensors };
  };
  const call = (...args: A): R => {
    if (currentTrace()) return callInside(f, argumentsOf(f.name, args, options), options, innerPrograms) as R;
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

/** The list of arguments taken apart; those of static positions stay whole. */
function argumentsOf(name: string, args: readonly unknown[], { staticArgnums }: JitOptions): Arguments {
  const flat = flattenArguments(
    args.map((arg, i) => (staticArgnums?.includes(i) ? null : arg)),
    `an argument of ${name || 'the function'}`,
  );
  const { treedef } = flat;
  if (!staticArgnums?.length || treedef.kind !== 'array') return flat;
  const children = treedef.children.map(
    (c, i): TreeDef => (staticArgnums.includes(i) ? { kind: 'static', value: args[i] } : c),
  );
  return { ...flat, treedef: { kind: 'array', children } };
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

/** Spec → sharding for tensors of a mesh; `placed` ones without a spec stay as they lie. */
function argumentShardings(
  flat: Arguments,
  { inShardings }: JitOptions,
  mesh: Mesh,
  engine: Engine,
): (TensorSharding | undefined)[] {
  if (inShardings && flat.treedef.kind === 'array' && inShardings.length > flat.treedef.children.length)
    throw new UserError('api/sharding', 'inShardings has more entries than there are arguments', {
      expected: `at most ${flat.treedef.children.length}`,
      given: `${inShardings.length}`,
    });
  const specs = specsOf(inShardings, flat.treedef, 'inShardings');
  return flat.tensors.map((t, i) => {
    const own = specs[i];
    return own ? specToSharding(own, t.ndim, mesh) : placedSharding(t, mesh, engine);
  });
}

function placedSharding({ source }: Tensor, mesh: Mesh, engine: Engine): TensorSharding | undefined {
  if (source.kind !== 'placed' || !liesOn(source.placed.layout, mesh, engine)) return undefined;
  return source.placed.layout.sharding;
}

function buildProgram(f: (...args: never[]) => unknown, flat: Arguments, options: JitOptions, engine: Engine): Program {
  let { mesh } = options;
  let resultDef: TreeDef | undefined;
  let resultPaths: string[] = [];
  const name = f.name || 'the jitted function';
  if (mesh) argumentShardings(flat, options, mesh, engine); // before `f` runs: a wrong spec is the caller's, whatever `f` does
  const traced = traceFunction(
    f.name || 'main',
    flat.tensors.map((t) => t.type),
    (inner) =>
      withProgram({ mesh, engine }, (scope) => {
        const out = flatten((f as (...a: unknown[]) => unknown)(...(unflatten(flat.treedef, inner) as unknown[])));
        mesh = scope.mesh;
        resultDef = out.treedef;
        resultPaths = out.paths;
        return out.leaves.map((l) => resultTensor(l, name));
      }),
  );
  const { captures } = traced;
  const on = mesh ? { mesh, devices: mesh.devicesOn(engine) } : followed([...flat.tensors, ...captures], engine);
  mesh = on.mesh;
  const own = mesh;
  const argShardings = own && argumentShardings(flat, options, own, engine);
  const argBoundaries: Boundary[] = [
    ...boundaryNames(flat).map((argName, i) => ({ name: argName, sharding: argShardings?.[i] })),
    ...captures.map((t) => ({ name: '', sharding: own && placedSharding(t, own, engine) })),
  ];
  const resultSpecs = own ? specsOf(options.outShardings, resultDef!, 'outShardings') : [];
  const resultBoundaries: Boundary[] = traced.func.resultTypes.map((type, i) => {
    const spec = resultSpecs[i];
    const rank = (type as TensorType).shape.length;
    return { name: resultPaths[i], sharding: spec && own ? specToSharding(spec, rank, own) : undefined };
  });
  const module = buildModule(traced.func, argBoundaries, resultBoundaries, own);
  const donated = donatedPositions(flat.treedef, options);
  const program = compiledProgram(module, on.devices, own, donated);
  return {
    lowered: program.lowered,
    get compiled() {
      return program.compiled;
    },
    executable: program.executable,
    // Captured tensors are constants of the program: they move to the devices once.
    captures: captures.map((t, i) => placedTensor(t, program.argLayouts[flat.tensors.length + i])),
    resultDef: resultDef!,
    resultTypes: module.main.results.map((r) => r.tensor),
    donated,
    argLayouts: program.argLayouts,
    resultLayouts: program.resultLayouts,
  };
}

/** Names of tensors in a program: of one argument their path in it, else `args[0].w`. */
function boundaryNames({ treedef, paths }: Arguments): string[] {
  const isOne = treedef.kind === 'array' && treedef.children.length === 1;
  return paths.map((path) => (isOne ? path.slice('[0]'.length).replace(/^\./, '') : `args${path}`));
}

/** Flat positions of the arguments that are donated. */
function donatedPositions(treedef: TreeDef, { donateArgnums }: JitOptions): number[] {
  if (!donateArgnums?.length || treedef.kind !== 'array') return [];
  let next = 0;
  return treedef.children.flatMap((child, i) => {
    const first = next;
    next += leafCount(child);
    return donateArgnums.includes(i) ? Array.from({ length: next - first }, (_, k) => first + k) : [];
  });
}
