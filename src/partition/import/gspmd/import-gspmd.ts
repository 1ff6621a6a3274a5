/*
 * import-gspmd: turns GSPMD's annotations into Shardy's, so that programs written for XLA's older partitioner can be read.
 *
 * Before: `mhlo.sharding` on arguments, results and ops; `@Sharding`, `@SPMDFullToShardShape`, `@SPMDShardToFullShape` calls.
 * After: one `sdy.mesh` whose axes are the common parts of all tile assignments; `sdy.sharding`, `sdy.sharding_constraint` and
 *   `sdy.manual_computation` instead.
 *
 *   %0 = custom_call @Sharding(%a) {mhlo.sharding = "{devices=[2,1]<=[2]}"}
 *   =>  sdy.mesh @mesh = <["axis_0"=2]> ; %0 = sdy.sharding_constraint %a <@mesh, [{"axis_0"}, {}]>
 */
import { EspalierError } from '../../../base/index.ts';
import {
  type AttrDict,
  type AxisRef,
  Builder,
  type DimSharding,
  Mesh,
  type Module,
  type Op,
  SHARDING_ATTRIBUTE,
  shardingAttr,
  type TensorSharding,
  type Value,
} from '../../../ir/index.ts';
import type { Pass, PassContext } from '../../../transform/index.ts';
import { type Rewriter, rewriteModule } from '../../rewrite.ts';
import { withShardings } from '../../shardings.ts';
import { manualRegions } from './gspmd-manual.ts';
import {
  type Digit,
  digitsOf,
  digitsPerDim,
  GSPMD_ATTRIBUTE,
  type GspmdSharding,
  gspmdText,
  parseGspmd,
} from './gspmd-sharding.ts';

const MESH = 'mesh';

export function importGspmd(module: Module, { registry }: PassContext): Module {
  const texts = new Set<string>();
  const visit = (op: Op): void => {
    const text = gspmdText(op.discardable);
    if (text) texts.add(text);
    for (const r of op.regions) for (const inner of r.ops) visit(inner);
  };
  for (const f of module.funcs) {
    for (const op of f.body.ops) visit(op);
    for (const d of [...f.argAttributes, ...f.resultAttributes]) {
      const text = gspmdText(d);
      if (text) texts.add(text);
    }
  }
  if (texts.size === 0) return module;
  const reader = new Reader([...texts]);
  const manual = module.funcs.map((f) => manualRegions(f.body, reader, convert));
  const imported = rewriteModule(
    module,
    registry,
    (op, rewriter) => {
      if (manual.some((regions) => regions.visit(op, rewriter))) return;
      convert(op, rewriter, reader);
    },
    (f) => ({
      argAttributes: f.argAttributes.map((d, i) => converted(d, f.args[i], reader)),
      resultAttributes: f.resultAttributes.map((d, i) => converted(d, f.results[i], reader)),
    }),
  );
  const b = new Builder(registry);
  const declarations = [
    b.create('sdy.mesh', [], { symName: MESH, mesh: reader.mesh }),
    ...[...reader.maximal].map((device) =>
      b.create('sdy.mesh', [], { symName: maximalName(device), mesh: new Mesh([], [device]) }),
    ),
  ];
  return imported.with({ symbols: [...declarations, ...imported.symbols] });
}

export const importGspmdPass: Pass = {
  name: 'import-gspmd',
  doc: "Read GSPMD's annotations as Shardy's.",
  run: importGspmd,
};

const maximalName = (device: number): string => `maximal_mesh_${device}`;

function without(d: AttrDict): AttrDict {
  const { [GSPMD_ATTRIBUTE]: _, ...rest } = d;
  return rest;
}

function converted(d: AttrDict, v: Value, reader: Reader): AttrDict {
  const text = gspmdText(d);
  const sharding = text === undefined ? undefined : reader.shardings(text, [v])[0];
  const rest = without(d);
  return sharding ? { ...rest, [SHARDING_ATTRIBUTE]: shardingAttr(sharding) } : rest;
}

/** One op outside manual regions. */
function convert(op: Op, rewriter: Rewriter, reader: Reader): void {
  const text = gspmdText(op.discardable);
  const target = (op.attributes as { callTargetName?: string }).callTargetName;
  if (op.name === 'stablehlo.custom_call' && target === 'Sharding') {
    const [sharding] = text === undefined ? [] : reader.shardings(text, op.results, unspecifiedDims(op));
    const x = rewriter.get(op.operands[0]);
    rewriter.map.set(op.results[0], sharding ? rewriter.emit('sdy.sharding_constraint', [x], { sharding }) : x);
    return;
  }
  if (text === undefined) {
    rewriter.copy(op);
    return;
  }
  const discardable = withShardings(without(op.discardable), op.results, reader.shardings(text, op.results));
  rewriter.copy(op, { discardable });
}

/** Dimensions that `@Sharding` leaves open: `backend_config = "unspecified_dims=[0,1]"`. */
function unspecifiedDims(op: Op): number[] {
  const { backendConfig } = op.attributes as { backendConfig?: { kind: string; value?: unknown } };
  const text = backendConfig?.kind === 'string' ? String(backendConfig.value) : '';
  const list = /unspecified_dims=\[([\d, ]*)\]/.exec(text)?.[1] ?? '';
  return list.split(',').filter(Boolean).map(Number);
}

/** Reads shardings over one mesh that suits them all. Throws `partition/gspmd-mesh` when there is none. */
export class Reader {
  readonly mesh: Mesh;
  /** Devices that hold whole tensors alone. */
  readonly maximal = new Set<number>();
  /** Order of the devices when no sharding counts through digits of their numbers. */
  readonly #order: readonly number[] | undefined;
  /** Products of axis sizes from the minor side: where axes begin. */
  readonly #bounds: readonly number[];

  constructor(texts: readonly string[]) {
    const all = texts.flatMap((t) => parseGspmd(t));
    const tiled = all.filter((s) => s.kind === 'tiled');
    const numDevices = Math.max(1, ...tiled.map((s) => s.devices.length));
    const odd = tiled.find((s) => !digitsOf(s.devices));
    this.#order = odd?.devices;
    const bounds = new Set([1, numDevices]);
    for (const s of tiled)
      for (const d of this.#digits(s).flat()) {
        bounds.add(d.stride);
        bounds.add(d.stride * d.size);
      }
    this.#bounds = [...bounds].sort((a, b) => a - b);
    if (this.#bounds.some((b, i) => i > 0 && b % this.#bounds[i - 1] !== 0))
      throw new EspalierError('partition/gspmd-mesh', 'the tile assignments have no mesh in common', {
        given: texts.join(' '),
        expected: 'tile sizes that divide one another',
      });
    for (const s of all) if (s.kind === 'maximal') this.maximal.add(s.device);
    const sizes = this.#bounds.slice(1).map((b, i) => b / this.#bounds[i]);
    const axes = sizes.reverse().map((size, i) => ({ name: `axis_${i}`, size }));
    this.mesh = new Mesh(axes, this.#order);
  }

  /** Digits per tensor dimension and subgroup of a tile assignment. */
  #digits(s: GspmdSharding & { kind: 'tiled' }): Digit[][] {
    const place = this.#order && new Map(this.#order.map((device, i) => [device, i]));
    const devices = place ? s.devices.map((d) => place.get(d) ?? -1) : s.devices;
    const digits = digitsOf(devices);
    const perDim = digits && digitsPerDim(digits, s.tiles);
    if (!perDim)
      throw new EspalierError('partition/gspmd-mesh', 'the devices are in an order that no common mesh has', {
        given: s.devices.join(),
        advice: 'write all shardings over one device order',
      });
    return perDim;
  }

  /** The axes of a digit, major to minor. */
  #axes(d: Digit): AxisRef[] {
    const n = this.#bounds.length - 1;
    const from = this.#bounds.indexOf(d.stride);
    const to = this.#bounds.indexOf(d.stride * d.size);
    return Array.from({ length: to - from }, (_, i) => ({ name: `axis_${n - to + i}` }));
  }

  /** One sharding per value; undefined where it says nothing. */
  shardings(text: string, values: readonly Value[], open: readonly number[] = []): (TensorSharding | undefined)[] {
    const list = parseGspmd(text);
    return values.map((v, i) => this.#sharding(list[list.length === 1 ? 0 : i], v, open));
  }

  #sharding(s: GspmdSharding | undefined, v: Value, open: readonly number[]): TensorSharding | undefined {
    if (!s || s.kind === 'manual' || v.type.kind !== 'tensor') return undefined;
    const none = { replicated: [], unreduced: [] };
    if (s.kind === 'maximal') return { mesh: maximalName(s.device), dims: [], ...none };
    const perDim = s.kind === 'tiled' ? this.#digits(s) : [];
    const dims = v.type.shape.map((_, d): DimSharding => {
      const axes = (perDim[d] ?? []).flatMap((digit) => this.#axes(digit));
      return { axes, isClosed: !open.includes(d) };
    });
    return { mesh: MESH, dims, ...none };
  }

  /** Axes that a sharding leaves to the program: all, those of its manual subgroups, or none. */
  manualAxes(text: string): string[] {
    const [s] = parseGspmd(text);
    if (s.kind === 'manual') return this.mesh.axes.map((a) => a.name);
    if (s.kind !== 'tiled') return [];
    const perDim = this.#digits(s);
    const rank = s.tiles.length - s.subgroups.length;
    const names = s.subgroups.flatMap((kind, i) =>
      kind === 'manual' ? perDim[rank + i].flatMap((d) => this.#axes(d).map((a) => a.name)) : [],
    );
    return this.mesh.axes.map((a) => a.name).filter((n) => names.includes(n));
  }
}
