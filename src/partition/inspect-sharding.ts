import { range } from '../base/index.ts';
import {
  axesSize,
  axesText,
  bytesOf,
  isReplicated,
  localShape,
  locationText,
  type Mesh,
  type Module,
  type Op,
  shardIndices,
  type TensorSharding,
  type TensorType,
  type Value,
} from '../ir/index.ts';
import { Shardings } from './shardings.ts';

/** Where a tensor of the program lives. */
export interface TensorRecord {
  /** `argument 0`, `result 1`, or the op that makes it. */
  readonly what: string;
  /** The user's name of an argument or result: `params.layers.wq`. */
  readonly name: string;
  readonly type: TensorType;
  /** Undefined: a whole copy on every device. */
  readonly sharding: TensorSharding | undefined;
  readonly localShape: readonly number[];
  readonly bytesPerDevice: number;
  readonly location: string | undefined;
}

/** Every tensor of a module after propagation: arguments, what ops make (regions included), results. */
export function inspectTensors(sharded: Module): TensorRecord[] {
  const shardings = new Shardings(sharded);
  const out: TensorRecord[] = [];
  const add = (what: string, name: string, v: Value, s: TensorSharding | undefined, location?: string): void => {
    if (v.type.kind !== 'tensor') return;
    const whole = s === undefined || isReplicated(s);
    const local = whole ? v.type.shape : localShape(v.type.shape, s, shardings.meshOf(s));
    const bytesPerDevice = bytesOf({ ...v.type, shape: local });
    out.push({
      what,
      name,
      type: v.type,
      sharding: whole ? undefined : s,
      localShape: local,
      bytesPerDevice,
      location,
    });
  };
  const nameIn = (attributes: Readonly<Record<string, unknown>> | undefined, key: string): string => {
    const attr = attributes?.[key] as { kind?: string; value?: unknown } | undefined;
    return attr?.kind === 'string' ? String(attr.value) : '';
  };
  const { main } = sharded;
  main.args.forEach((a, i) => {
    add(`argument ${i}`, nameIn(main.argAttributes[i], 'jax.arg_info'), a, shardings.get(a));
  });
  const visit = (op: Op): void => {
    if (!op.definition.traits.constant)
      for (const r of op.results) add(op.name, '', r, shardings.get(r), locationText(op.location));
    // Combiners of reductions work on scalars.
    if (op.definition.traits.controlFlow) for (const region of op.regions) region.ops.forEach(visit);
  };
  main.body.ops.forEach(visit);
  main.results.forEach((r, i) => {
    add(`result ${i}`, nameIn(main.resultAttributes[i], 'jax.result_info'), r, shardings.getFuncResult(main, i));
  });
  return out;
}

/** How a dimension is cut, in the API's words: `P("data", null, ["x", "y"])`. */
export function specText(sharding: TensorSharding | undefined, rank: number): string {
  const entries = range(rank).map((d) => {
    const axes = sharding?.dims[d].axes ?? [];
    if (axes.length === 0) return 'null';
    return axes.length === 1 ? axesText(axes).slice(1, -1) : `[${axesText(axes).slice(1, -1)}]`;
  });
  while (entries.at(-1) === 'null') entries.pop();
  return `P(${entries.join(', ')})`;
}

/**
 * A picture of a tensor cut over devices: its (first two) cut dimensions as rows and columns, the devices that hold each part
 * inside. A tensor cut nowhere is one box.
 */
export function shardingPicture(shape: readonly number[], sharding: TensorSharding | undefined, mesh: Mesh): string {
  const cut = sharding ? range(shape.length).filter((d) => sharding.dims[d].axes.length > 0) : [];
  const isRow = cut.length > 1 || (cut.length === 1 && cut[0] < shape.length - 1);
  const [rowDim, columnDim] = isRow ? cut : [undefined, cut[0]];
  const parts = (d: number | undefined): number =>
    d === undefined || !sharding ? 1 : axesSize(sharding.dims[d].axes, mesh);
  const cells = range(parts(rowDim)).map(() => range(parts(columnDim)).map((): number[] => []));
  for (const device of range(mesh.size)) {
    const index = sharding ? shardIndices(sharding, mesh, device) : [];
    const at = (d: number | undefined): number => (d === undefined ? 0 : index[d]);
    cells[at(rowDim)][at(columnDim)].push(device);
  }
  const texts = cells.map((row) => row.map(rangesText));
  const width = Math.max(...texts.flat().map((t) => t.length)) + 2;
  const rule = (left: string, middle: string, right: string): string =>
    left + texts[0].map(() => '─'.repeat(width)).join(middle) + right;
  const line = (row: readonly string[]): string => `│${row.map((t) => ` ${t}`.padEnd(width)).join('│')}│`;
  return [rule('┌', '┬', '┐'), texts.map(line).join(`\n${rule('├', '┼', '┤')}\n`), rule('└', '┴', '┘')].join('\n');
}

/** `0-3,8` */
function rangesText(devices: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const d of devices) {
    const last = runs.at(-1);
    if (last && last[1] === d - 1) last[1] = d;
    else runs.push([d, d]);
  }
  const shown = runs.length > 4 ? [...runs.slice(0, 3), undefined] : runs;
  return shown.map((r) => (r === undefined ? '…' : r[0] === r[1] ? `${r[0]}` : `${r[0]}-${r[1]}`)).join(',');
}
