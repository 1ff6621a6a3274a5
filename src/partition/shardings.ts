import { EspalierError } from '../base/index.ts';
import {
  type Attr,
  type AttrDict,
  type AxisRef,
  type DimSharding,
  type Func,
  fullyOpen,
  isCanonicalSharding,
  type Mesh,
  type Module,
  type Op,
  type Registry,
  readShardings,
  SHARDING_ATTRIBUTE,
  shardingAttr,
  shardingPerValueAttr,
  type TensorSharding,
  type Value,
} from '../ir/index.ts';
import { EDGE, MANUAL, NAMED, Program } from './program.ts';
import { rewriteModule } from './rewrite.ts';

/** The meshes a module declares, by name. */
export function meshesOf(module: Module): Map<string, Mesh> {
  const meshes = new Map<string, Mesh>();
  for (const op of module.symbols)
    if (op.name === 'sdy.mesh') {
      const a = op.attributes as { symName: string; mesh: Mesh };
      meshes.set(a.symName, a.mesh);
    }
  return meshes;
}

/** Rank of a value's tensor type; 0 for tokens. */
export const rankOf = (v: Value): number => (v.type.kind === 'tensor' ? v.type.shape.length : 0);

interface OwnSharding {
  readonly sharding?: TensorSharding;
  readonly outSharding?: TensorSharding;
  readonly inShardings?: readonly TensorSharding[];
  readonly outShardings?: readonly TensorSharding[];
  readonly manualAxes?: readonly string[];
}

/** Shardings of all values of one module, read from its attributes, changed in memory, written back by `attach`. */
export class Shardings {
  readonly program: Program;
  readonly meshes: ReadonlyMap<string, Mesh>;
  readonly #byValue = new Map<Value, TensorSharding>();
  /** Whole shardings of a manual computation's operands and results, manual axes included. */
  readonly #manual = new Map<Op, { in: readonly TensorSharding[]; out: readonly TensorSharding[] }>();
  readonly #funcResults = new Map<Func, (TensorSharding | undefined)[]>();

  constructor(module: Module) {
    this.program = Program.of(module);
    this.meshes = meshesOf(module);
    for (const f of module.funcs) {
      f.args.forEach((a, i) => {
        const attr = f.argAttributes[i]?.[SHARDING_ATTRIBUTE];
        if (attr) this.#byValue.set(a, readShardings(attr)[0]);
      });
      this.#funcResults.set(
        f,
        f.results.map((_, i) => {
          const attr = f.resultAttributes[i]?.[SHARDING_ATTRIBUTE];
          return attr ? readShardings(attr)[0] : undefined;
        }),
      );
    }
    for (const op of this.program.ops) this.#read(op);
  }

  get module(): Module {
    return this.program.module;
  }

  #read(op: Op): void {
    const own = op.attributes as OwnSharding;
    if (op.name === MANUAL || op.name === NAMED) {
      const manual = own.manualAxes ?? [];
      if (op.name === MANUAL) this.#manual.set(op, { in: own.inShardings ?? [], out: own.outShardings ?? [] });
      op.regions[0].args.forEach((a, i) => {
        const s = own.inShardings?.[i];
        if (s) this.#init(a, withoutManualAxes(s, manual));
      });
      op.results.forEach((r, i) => {
        const s = own.outShardings?.[i];
        if (s) this.#init(r, s);
      });
      return;
    }
    const placed = own.outSharding ?? (op.definition.traits.placement ? own.sharding : undefined);
    if (placed) this.#byValue.set(op.results[0], placed);
    else {
      const attr = op.discardable[SHARDING_ATTRIBUTE];
      if (attr) {
        const list = readShardings(attr);
        op.results.forEach((r, i) => {
          if (list[i]) this.#init(r, list[i]);
        });
      }
    }
  }

  /** An owner's own attribute counts only where no data-flow edge has a sharding. */
  #init(v: Value, sharding: TensorSharding): void {
    this.#byValue.set(v, sharding);
    const holder = this.program.shardable(v);
    const edge = holder?.op?.name === EDGE ? (holder.op.attributes as OwnSharding) : undefined;
    if (holder && holder !== v && edge && !edge.sharding) this.#byValue.set(holder, sharding);
  }

  get(v: Value): TensorSharding | undefined {
    const holder = this.program.shardable(v);
    return holder && this.#byValue.get(holder);
  }

  /** Ignored for values that cannot be sharded. */
  set(v: Value, sharding: TensorSharding): void {
    const holder = this.program.shardable(v);
    if (holder) this.#byValue.set(holder, sharding);
  }

  delete(v: Value): void {
    const holder = this.program.shardable(v);
    if (holder) this.#byValue.delete(holder);
  }

  getFuncResult(f: Func, i: number): TensorSharding | undefined {
    return this.#funcResults.get(f)?.[i];
  }
  setFuncResult(f: Func, i: number, sharding: TensorSharding | undefined): void {
    this.#funcResults.get(f)![i] = sharding;
  }

  meshOf(s: TensorSharding): Mesh {
    if (typeof s.mesh !== 'string') return s.mesh;
    const mesh = this.meshes.get(s.mesh);
    if (!mesh)
      throw new EspalierError('partition/unknown-mesh', `there is no mesh @${s.mesh}`, {
        expected: [...this.meshes.keys()].map((k) => `@${k}`).join(', ') || 'a module with an sdy.mesh',
      });
    return mesh;
  }

  /**
   * The one mesh that all present shardings use: same axes and device order (or only the same axes with `ignoreDeviceIds`);
   * undefined when there is none or several. Meshes without devices are ignored.
   */
  commonMesh(
    shardings: readonly (TensorSharding | undefined)[],
    ignoreDeviceIds = false,
  ): { mesh: Mesh; name: string | Mesh } | undefined {
    let found: { mesh: Mesh; name: string | Mesh } | undefined;
    for (const s of shardings) {
      if (!s) continue;
      const mesh = this.meshOf(s);
      if (!found || isEmptyMesh(found.mesh)) {
        found = { mesh, name: s.mesh };
        continue;
      }
      if (isEmptyMesh(mesh)) continue;
      if (ignoreDeviceIds ? !mesh.hasSameAxes(found.mesh) : !mesh.equals(found.mesh)) return undefined;
      if (ignoreDeviceIds && !mesh.deviceIds) found = { mesh, name: s.mesh };
    }
    return found;
  }

  /** The module with all shardings written into its attributes. */
  attach(registry: Registry): Module {
    return rewriteModule(
      this.module,
      registry,
      (op, rewriter) => rewriter.copy(op, this.changes(op)),
      (f) => this.funcAttributes(f),
    );
  }

  /** Argument and result dictionaries of a function with their shardings. */
  funcAttributes(f: Func): { argAttributes: AttrDict[]; resultAttributes: AttrDict[] } {
    return {
      argAttributes: f.argAttributes.map((d, i) => withAttribute(d, this.#byValue.get(f.args[i]))),
      resultAttributes: f.resultAttributes.map((d, i) => withAttribute(d, this.#funcResults.get(f)?.[i])),
    };
  }

  /** Applies a function to every sharding of the module. */
  transform(change: (s: TensorSharding, v: Value | undefined) => TensorSharding): void {
    for (const [v, s] of this.#byValue) this.#byValue.set(v, change(s, v));
    for (const [op, lists] of this.#manual) {
      const all = (list: readonly TensorSharding[]): TensorSharding[] => list.map((s) => change(s, undefined));
      this.#manual.set(op, { in: all(lists.in), out: all(lists.out) });
    }
    for (const [f, list] of this.#funcResults)
      this.#funcResults.set(
        f,
        list.map((s, i) => s && change(s, f.results[i])),
      );
  }

  /** Attributes of an op with the shardings of its values. */
  changes(op: Op, forSinking = false): { attributes?: object; discardable?: AttrDict } {
    const own = op.attributes as OwnSharding;
    if (op.name === MANUAL) {
      const lists = this.#manual.get(op)!;
      // Until they are sunk, data-flow edges hold what has been found out.
      const held = (v: Value): boolean => !forSinking && this.program.shardable(v) !== v;
      return {
        attributes: {
          ...own,
          inShardings: op.regions[0].args.map((a, i) =>
            held(a) ? lists.in[i] : withFreeAxes(lists.in[i], this.get(a), own.manualAxes!),
          ),
          outShardings: op.results.map((r, i) => (held(r) ? lists.out[i] : (this.get(r) ?? lists.out[i]))),
        },
      };
    }
    if (op.name === NAMED) {
      return {
        attributes: {
          ...own,
          inShardings: this.#complete(op.regions[0].args),
          outShardings: this.#complete(op.results),
        },
      };
    }
    if (own.outSharding) return { attributes: { ...own, outSharding: this.#byValue.get(op.results[0]) } };
    if (op.definition.traits.placement && 'sharding' in own)
      return { attributes: { ...own, sharding: this.#byValue.get(op.results[0]) } };
    if (op.results.length === 0) return {};
    const shardings = op.results.map((r) => this.#byValue.get(r));
    return { discardable: withShardings(op.discardable, op.results, shardings) };
  }

  /** Like `changes`, for an op whose results' shardings are held by data-flow edges. */
  ownerChanges(op: Op): { attributes?: object; discardable?: AttrDict } {
    if (op.name === MANUAL || op.name === NAMED) return this.changes(op, true);
    const shardings = op.results.map((r) => this.get(r));
    return { discardable: withShardings(op.discardable, op.results, shardings) };
  }

  #complete(values: readonly Value[]): readonly TensorSharding[] | undefined {
    const list = values.map((v) => this.get(v));
    const some = list.find((s) => s !== undefined);
    return some && list.map((s, i) => s ?? fullyOpen(some.mesh, rankOf(values[i])));
  }
}

const isEmptyMesh = (m: Mesh): boolean => m.axes.length === 0 && !m.isMaximal;

/** A dictionary with `sdy.sharding = #sdy.sharding<…>`, or without the entry. */
export function withAttribute(dictionary: AttrDict, sharding: TensorSharding | undefined): AttrDict {
  if (isWritten(dictionary, sharding ? [sharding] : [])) return dictionary;
  const { [SHARDING_ATTRIBUTE]: _, ...rest } = dictionary;
  return sharding ? { ...rest, [SHARDING_ATTRIBUTE]: shardingAttr(sharding) } : rest;
}

/** A dictionary with `sdy.sharding = #sdy.sharding_per_value<[…]>`; missing ones are open; without the entry when all miss. */
export function withShardings(
  dictionary: AttrDict,
  values: readonly Value[],
  shardings: readonly (TensorSharding | undefined)[],
): AttrDict {
  const some = shardings.find((s) => s !== undefined);
  if (isWritten(dictionary, some ? shardings : [])) return dictionary;
  const { [SHARDING_ATTRIBUTE]: _, ...rest } = dictionary;
  if (!some) return rest;
  const attr: Attr = shardingPerValueAttr(shardings.map((s, i) => s ?? fullyOpen(some.mesh, rankOf(values[i]))));
  return { ...rest, [SHARDING_ATTRIBUTE]: attr };
}

/** Whether a dictionary says just these shardings already. */
function isWritten(dictionary: AttrDict, shardings: readonly (TensorSharding | undefined)[]): boolean {
  const attr = dictionary[SHARDING_ATTRIBUTE];
  if (!attr) return shardings.length === 0;
  if (!isCanonicalSharding(attr)) return false;
  const written = readShardings(attr);
  return written.length === shardings.length && written.every((s, i) => s === shardings[i]);
}

/** Drops the manual axes from a sharding: what the body of a manual computation sees. */
export function withoutManualAxes(s: TensorSharding, manual: readonly string[]): TensorSharding {
  const keep = (axes: readonly AxisRef[]): AxisRef[] => axes.filter((a) => !manual.includes(a.name));
  return {
    ...s,
    dims: s.dims.map((d) => ({ ...d, axes: keep(d.axes) })),
    replicated: keep(s.replicated),
    unreduced: keep(s.unreduced),
  };
}

/** Puts the manual axes of `outer` in front of the free axes of `inner`. */
export function withFreeAxes(
  outer: TensorSharding,
  inner: TensorSharding | undefined,
  manual: readonly string[],
): TensorSharding {
  if (!inner) return outer;
  const front = (axes: readonly AxisRef[]): AxisRef[] => axes.filter((a) => manual.includes(a.name));
  return {
    ...outer,
    dims: inner.dims.map((d, i): DimSharding => ({ ...d, axes: [...front(outer.dims[i].axes), ...d.axes] })),
    replicated: [...outer.replicated.filter((a) => manual.includes(a.name)), ...inner.replicated],
  };
}
