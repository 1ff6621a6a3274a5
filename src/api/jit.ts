import { UserError } from '../base/index.ts';
import { type TensorSharding, type TensorType, typeText } from '../ir/index.ts';
import type { DeviceBuffer, Engine, Executable } from '../runtime/index.ts';
import { defaultEngine } from './engine.ts';
import { compileCached, programKey, recallProgram } from './executables.ts';
import { asTensor, type TensorLike } from './lax/core.ts';
import {
  type Boundary,
  buildModule,
  compileLowered,
  type LoweredProgram,
  lowerModule,
  readShardings,
  writeShardings,
} from './lower.ts';
import { type Mesh, PartitionSpec, specToSharding, withMesh } from './mesh.ts';
import { type Layout, layoutKey, Placed, place } from './placement.ts';
import { isPlainObject } from './plain-object.ts';
import { type SpecTree, specAt } from './spec-tree.ts';
import { Tensor } from './tensor.ts';
import { currentTrace, traceFunction } from './trace.ts';
import { flatten, type TreeDef, unflatten } from './tree.ts';

export interface JitOptions {
  /** Devices the program is partitioned over; default one device. */
  readonly mesh?: Mesh | undefined;
  readonly engine?: Engine | undefined;
  /** One entry per argument. */
  readonly inShardings?: readonly SpecTree[];
  /** For the result tree. */
  readonly outShardings?: SpecTree;
  /** Arguments whose device memory the program may reuse; their tensors cannot be used afterwards. */
  readonly donateArgnums?: readonly number[];
  /** Arguments that are plain JavaScript values; a new value means a new compilation. */
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

interface Program {
  /** Lowers on first use, unless the program could not be recalled without it. */
  readonly lowered: () => LoweredProgram;
  /** Once it is there. */
  compiled: Executable | undefined;
  /** Compiles on first use. */
  readonly executable: () => Promise<Executable>;
  readonly captures: readonly Tensor[];
  readonly resultDef: TreeDef;
  readonly resultTypes: readonly TensorType[];
  /** Flat positions of donated arguments. */
  readonly donated: readonly number[];
  readonly argLayouts: readonly Layout[];
  readonly resultLayouts: readonly Layout[];
}

/**
 * Compiles `f`: traced once per combination of argument types, structures and placements, then run as one program.
 * Errors of the device surface when a result is awaited.
 * @example
 * const f = jit((x: Tensor) => np.add(np.multiply(x, 2), 1));
 * f(np.array([1, 2])) // => [3, 5]
 */
export function jit<A extends unknown[], R>(f: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  const programByKey = new Map<string, Program>();
  const lowerArgs = (args: A): { program: Program; tensors: readonly Tensor[]; engine: Engine } => {
    const engine = options.engine ?? defaultEngine();
    const { key, tensors } = signature(f.name, args, options, engine);
    let program = programByKey.get(key);
    if (!program) {
      program = buildProgram(f, args, flattenArgs(args, tensors, options), options, engine);
      programByKey.set(key, program);
    }
    return { program, tensors, engine };
  };
  const call = (...args: A): R => {
    if (currentTrace()) return withMesh(options.mesh, () => f(...args));
    const { program, tensors, engine } = lowerArgs(args);
    const results = run(program, tensors, engine);
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

const typeKeys = new WeakMap<TensorType, string>();
function typeKey(type: TensorType): string {
  let key = typeKeys.get(type);
  if (key === undefined) {
    key = typeText(type);
    typeKeys.set(type, key);
  }
  return key;
}

/** A text equal for calls that one program serves, and the tensors among the arguments. Every call passes here. */
function signature(
  name: string,
  args: readonly unknown[],
  options: JitOptions,
  engine: Engine,
): { readonly key: string; readonly tensors: readonly Tensor[] } {
  const tensors: Tensor[] = [];
  let key = staticKey(engine);
  const leaf = (t: Tensor): void => {
    tensors.push(t);
    key += typeKey(t.type);
    if (options.mesh && placedSharding(t, options.mesh) && t.source.kind === 'placed')
      key += layoutKey(t.source.placed.layout);
    key += ';';
  };
  const visit = (node: unknown, argnum: number, arg: unknown): void => {
    if (node instanceof Tensor) leaf(node);
    else if (node === null || node === undefined) key += `${node};`;
    else if (Array.isArray(node)) {
      key += '[';
      for (const child of node) visit(child, argnum, arg);
      key += ']';
    } else if (isPlainObject(node)) {
      key += '{';
      for (const k of Object.keys(node).sort()) {
        key += `${JSON.stringify(k)}:`;
        visit(node[k], argnum, arg);
      }
      key += '}';
    } else leaf(leafTensor(node, name, argnum, arg));
  };
  args.forEach((arg, i) => {
    if (options.staticArgnums?.includes(i)) key += `static ${staticKey(arg)};`;
    else visit(arg, i, arg);
  });
  return { key, tensors };
}

/** What a new program needs to know of its arguments. */
interface FlatArgs {
  readonly tensors: readonly Tensor[];
  readonly names: readonly string[];
  readonly defs: readonly (TreeDef | undefined)[];
  readonly specs: readonly (TensorSharding | undefined)[];
}

function flattenArgs(args: readonly unknown[], tensors: readonly Tensor[], options: JitOptions): FlatArgs {
  const names: string[] = [];
  const specs: (TensorSharding | undefined)[] = [];
  const defs = args.map((arg, i) => {
    if (options.staticArgnums?.includes(i)) return undefined;
    const { treedef, paths } = flatten(arg);
    const spec = options.inShardings?.[i];
    for (const path of paths) {
      const t = tensors[names.length];
      names.push(args.length === 1 ? path : path === '' ? `args[${i}]` : `args[${i}].${path}`);
      const { mesh } = options;
      specs.push(mesh ? (specFor(spec, path, t, mesh) ?? placedSharding(t, mesh)) : undefined);
    }
    return treedef;
  });
  return { tensors, names, defs, specs };
}

function leafTensor(leaf: unknown, name: string, argnum: number, arg: unknown): Tensor {
  try {
    return asTensor(leaf as TensorLike);
  } catch (error) {
    const { leaves, paths } = flatten(arg);
    const path = paths[leaves.indexOf(leaf)];
    const where = `argument ${argnum}${path ? ` (${path})` : ''} of ${name || 'the function'} is no tensor`;
    const { given, advice } = error as UserError;
    throw new UserError('api/jit-argument', where, {
      ...(given ? { given } : {}),
      advice: advice ?? 'pass plain JavaScript values in staticArgnums positions',
      cause: error,
    });
  }
}

const identityByObject = new WeakMap<object, number>();
let nextIdentity = 0;
function staticKey(x: unknown): string {
  if ((typeof x !== 'object' && typeof x !== 'function') || x === null) return `${typeof x}:${String(x)}`;
  let id = identityByObject.get(x);
  if (id === undefined) {
    id = nextIdentity++;
    identityByObject.set(x, id);
  }
  return `#${id}`;
}

function specFor(spec: SpecTree, path: string, t: Tensor, mesh: Mesh): TensorSharding | undefined {
  const own = specAt(spec, path);
  return own && specToSharding(own, t.ndim, mesh);
}

function placedSharding(t: Tensor, mesh: Mesh): TensorSharding | undefined {
  if (t.source.kind !== 'placed' || !t.source.placed.layout.mesh?.equals(mesh.ir)) return undefined;
  return t.source.placed.layout.sharding;
}

function buildProgram(
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  flat: FlatArgs,
  options: JitOptions,
  engine: Engine,
): Program {
  let { mesh } = options;
  let resultDef: TreeDef | undefined;
  let resultPaths: string[] = [];
  const traced = traceFunction(
    f.name || 'main',
    flat.tensors.map((t) => t.type),
    (inner) =>
      withMesh(mesh, (scope) => {
        const rebuilt = regroup(flat.defs, args, inner);
        const out = flatten((f as (...a: unknown[]) => unknown)(...rebuilt));
        mesh = scope.mesh;
        resultDef = out.treedef;
        resultPaths = out.paths;
        return out.leaves.map((l) => {
          if (l instanceof Promise)
            throw new UserError('api/async', `${f.name || 'the jitted function'} returned a Promise`, {
              advice: 'traced functions must not be async; await the results outside',
            });
          return asTensor(l as TensorLike);
        });
      }),
  );
  const argBoundaries: Boundary[] = [
    ...flat.names.map((name, i) => ({ name, sharding: flat.specs[i] })),
    ...traced.captures.map((t) => ({ name: '', sharding: mesh ? placedSharding(t, mesh) : undefined })),
  ];
  const resultTensors = traced.func.resultTypes;
  const resultBoundaries: Boundary[] = resultTensors.map((type, i) => ({
    name: resultPaths[i],
    sharding: mesh
      ? specFor(options.outShardings, resultPaths[i], new Tensor(type as Tensor['type'], { kind: 'abstract' }), mesh)
      : undefined,
  }));
  const module = buildModule(traced.func, argBoundaries, resultBoundaries, mesh);
  const donated = donatedPositions(args, options);
  const key = programKey(module, mesh?.size ?? 1, donated);
  const recalled = recallProgram(engine, key);
  let known: LoweredProgram | undefined;
  const lowered = (): LoweredProgram => {
    known ??= lowerModule(module, mesh);
    return known;
  };
  const { inShardings, outShardings } = recalled ? readShardings(recalled.note) : lowered();
  const layout = (sharding: TensorSharding | undefined): Layout => ({
    mesh: mesh && mesh.size > 1 ? mesh.ir : undefined,
    sharding,
  });
  const argLayouts = inShardings.map(layout);
  let executable: Promise<Executable> | undefined;
  const program: Program = {
    lowered,
    compiled: undefined,
    executable: () => {
      if (!executable) {
        const keep = { key: key.text, note: writeShardings({ inShardings, outShardings }) };
        executable = compileCached(engine, key, recalled, () => compileLowered(engine, lowered(), mesh, donated, keep));
        executable.then(
          (e) => {
            program.compiled = e;
          },
          () => undefined, // reported where a result is awaited
        );
      }
      return executable;
    },
    // Captured tensors are constants of the program: they move to the devices once.
    captures: traced.captures.map((t, i) => placedTensor(t, argLayouts[flat.tensors.length + i], engine)),
    resultDef: resultDef!,
    resultTypes: module.main.results.map((r) => r.tensor),
    donated,
    argLayouts,
    resultLayouts: outShardings.map(layout),
  };
  return program;
}

/** Argument trees from flat leaves; static arguments pass through. */
function regroup(
  defs: readonly (TreeDef | undefined)[],
  args: readonly unknown[],
  leaves: readonly Tensor[],
): unknown[] {
  let next = 0;
  return defs.map((def, i) => {
    if (def === undefined) return args[i];
    const count = countLeaves(def);
    next += count;
    return unflatten(def, leaves.slice(next - count, next));
  });
}

const countLeaves = (def: TreeDef): number =>
  def.kind === 'leaf' ? 1 : def.kind === 'none' ? 0 : def.children.reduce((n, c) => n + countLeaves(c), 0);

/** Flat positions of the arguments that are donated. */
function donatedPositions(args: readonly unknown[], options: JitOptions): number[] {
  if (!options.donateArgnums?.length) return [];
  const out: number[] = [];
  let next = 0;
  args.forEach((arg, i) => {
    if (options.staticArgnums?.includes(i)) return;
    const count = flatten(arg).leaves.length;
    if (options.donateArgnums!.includes(i)) for (let k = 0; k < count; k++) out.push(next + k);
    next += count;
  });
  return out;
}

function run(program: Program, tensors: readonly Tensor[], engine: Engine): Tensor[] {
  const { donated, resultTypes, resultLayouts } = program;
  const all = program.captures.length > 0 ? [...tensors, ...program.captures] : tensors;
  const given = new Set(donated);
  const placed = all.map((t, i) => ensurePlaced(t, program.argLayouts[i], engine, !given.has(i)));
  const result = (i: number, buffers: readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>): Tensor => {
    const type = resultTypes[i];
    return new Tensor(type, { kind: 'placed', placed: new Placed(engine, resultLayouts[i], type, buffers) });
  };
  const readers = donated.flatMap((i) => readersOf(all[i]));
  const markDonated = (): void => {
    for (const i of donated) {
      const { source } = all[i];
      if (source.kind === 'placed') source.placed.markDonated();
    }
  };
  let failed: { readonly cause: unknown } | undefined;
  try {
    const now = readers.length === 0 ? runNow(program, placed) : undefined;
    if (now) {
      markDonated();
      return resultTypes.map((_, i) =>
        result(
          i,
          now.map((own) => own[i]),
        ),
      );
    }
  } catch (cause) {
    failed = { cause };
  }
  const finished = (async () => {
    if (failed) throw failed.cause;
    if (readers.length > 0) await Promise.allSettled(readers);
    const executable = program.compiled ?? (await program.executable());
    const buffers: (readonly DeviceBuffer[])[] = [];
    for (const p of placed) {
      const own = p instanceof Placed ? p : await p;
      buffers.push(own.known ?? (await own.buffers));
    }
    return executable.execute(perDevice(executable, buffers));
  })();
  finished.catch(() => undefined); // reported where a result is awaited
  markDonated();
  return resultTypes.map((_, i) =>
    result(
      i,
      finished.then((results) => results.map((r) => r[i])),
    ),
  );
}

const perDevice = (executable: Executable, buffers: readonly (readonly DeviceBuffer[])[]): DeviceBuffer[][] =>
  Array.from({ length: executable.numDevices }, (_, d) => buffers.map((b) => b[d]));

/** Results at once, where everything the program needs is there and the engine does not make anybody wait; else undefined. */
function runNow(program: Program, placed: readonly (Placed | Promise<Placed>)[]): DeviceBuffer[][] | undefined {
  const { compiled } = program;
  if (!compiled?.executeNow) return undefined;
  const buffers: (readonly DeviceBuffer[])[] = [];
  for (const p of placed) {
    const known = p instanceof Placed ? p.known : undefined;
    if (!known) return undefined;
    buffers.push(known);
  }
  return compiled.executeNow(perDevice(compiled, buffers));
}

/** Computations of recorded ops that read a tensor: they come before a program that overwrites it. */
function readersOf(t: Tensor): Promise<unknown>[] {
  if (t.source.kind !== 'placed') return [];
  return t.source.placed.readers.flatMap((ref) => ref.deref()?.results.map((r) => r.toHost()) ?? []);
}

/**
 * The tensor's buffers if they already lie as wanted; otherwise moved through the host. With `stays`, a tensor of the host lives
 * on the devices from now on, so that the next call finds it there.
 */
function ensurePlaced(t: Tensor, layout: Layout, engine: Engine, stays = false): Placed | Promise<Placed> {
  const { source } = t;
  if (source.kind === 'placed') {
    const { placed } = source;
    placed.requireLive();
    if (placed.engine === engine && layoutKey(placed.layout) === layoutKey(layout)) return placed;
  }
  return t.toHost().then((array) => {
    const placed = place(engine, array, layout);
    if (stays && t.source === source && source.kind === 'host') t.settle({ kind: 'placed', placed });
    return placed;
  });
}

/** The tensor moved to a layout, as a tensor. */
function placedTensor(t: Tensor, layout: Layout, engine: Engine): Tensor {
  const buffers = Promise.resolve(ensurePlaced(t, layout, engine)).then((p) => p.buffers);
  return new Tensor(t.type, { kind: 'placed', placed: new Placed(engine, layout, t.type, buffers) });
}

/**
 * Puts a concrete tensor on the mesh as the spec says; without a mesh, on the first device.
 * @example devicePut([1, 2, 3]) // => [1, 2, 3]
 */
export function devicePut(
  x: TensorLike,
  mesh?: Mesh | undefined,
  spec: PartitionSpec = new PartitionSpec([]),
  engine: Engine = defaultEngine(),
): Tensor {
  const t = asTensor(x);
  const split = mesh !== undefined && mesh.size > 1;
  return placedTensor(
    t,
    { mesh: split ? mesh.ir : undefined, sharding: split ? specToSharding(spec, t.ndim, mesh) : undefined },
    engine,
  );
}

/** Runs a function of tensors right away, compiled; used by transformations called outside any trace. */
export function runConcrete<A extends readonly unknown[], R>(f: (args: A) => R, args: A): R {
  return jit((a: A) => f(a))(args);
}
