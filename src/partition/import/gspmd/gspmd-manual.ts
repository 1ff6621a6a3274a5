/*
 * Manual regions of GSPMD: what lies between `@SPMDFullToShardShape` and `@SPMDShardToFullShape` works on shards.
 */
import { EspalierError } from '../../../base/index.ts';
import { Block, buildOp, cloneOp, type Op, type TensorSharding, Value, ValueMap } from '../../../ir/index.ts';
import { MANUAL } from '../../program.ts';
import { Rewriter } from '../../rewrite.ts';
import { gspmdText } from './gspmd-sharding.ts';
import type { Reader } from './import-gspmd.ts';

const targetOf = (op: Op): string | undefined => (op.attributes as { callTargetName?: string }).callTargetName;
const isEntry = (op: Op): boolean => targetOf(op) === 'SPMDFullToShardShape';
const isExit = (op: Op): boolean => targetOf(op) === 'SPMDShardToFullShape';

interface Region {
  readonly entries: Op[];
  readonly exits: Op[];
  /** What runs on shards, in order, without entries and exits. */
  readonly inside: Op[];
}

export interface ManualRegions {
  /** Handles an op of a region; false for others. */
  readonly visit: (op: Op, rewriter: Rewriter) => boolean;
}

/** Imports one op that is no border of a region. */
type Convert = (op: Op, rewriter: Rewriter, reader: Reader) => void;

/** Finds the manual regions of a block: ops that depend on the same entries, up to the exits. */
export function manualRegions(block: Block, reader: Reader, convert: Convert): ManualRegions {
  const regionOf = new Map<Op, Region>();
  const made = new Map<Value, Region>();
  const join = (a: Region, b: Region): Region => {
    if (a === b) return a;
    for (const list of ['entries', 'exits', 'inside'] as const) a[list].push(...b[list]);
    for (const [op, r] of regionOf) if (r === b) regionOf.set(op, a);
    for (const [v, r] of made) if (r === b) made.set(v, a);
    return a;
  };
  const position = new Map(block.ops.map((op, i) => [op, i]));
  for (const op of block.ops) {
    const known = op.operands.flatMap((v) => made.get(v) ?? []);
    if (!isEntry(op) && known.length === 0) continue;
    let region: Region = isEntry(op) ? { entries: [], exits: [], inside: [] } : known[0];
    for (const other of known) region = join(region, other);
    region[isEntry(op) ? 'entries' : isExit(op) ? 'exits' : 'inside'].push(op);
    regionOf.set(op, region);
    if (!isExit(op)) for (const r of op.results) made.set(r, region);
  }
  const inOrder = (ops: Op[]): Op[] => ops.sort((a, b) => position.get(a)! - position.get(b)!);
  for (const r of new Set(regionOf.values())) for (const list of [r.entries, r.exits, r.inside]) inOrder(list);
  return {
    visit: (op, rewriter) => {
      const region = regionOf.get(op);
      if (!region) return false;
      // The last op of a region: everything that flows in is there.
      const last = Math.max(...[...region.entries, ...region.exits, ...region.inside].map((o) => position.get(o)!));
      if (position.get(op) === last) emitRegion(region, rewriter, reader, convert);
      return true;
    },
  };
}

function emitRegion(region: Region, rewriter: Rewriter, reader: Reader, convert: Convert): void {
  const { entries, exits } = region;
  const [first] = entries;
  const manualAxes = reader.manualAxes(gspmdText(first.discardable) ?? '{manual}');
  const inShardings = entries.map((op) => {
    // What enters is cut as its producer (`@Sharding`) says.
    const text = gspmdText(op.operands[0].op?.discardable ?? {});
    return text === undefined ? undefined : reader.shardings(text, [op.operands[0]])[0];
  });
  const outShardings = exits.map((op) => reader.shardings(gspmdText(op.discardable) ?? '', op.results)[0]);
  const missing = [...inShardings, ...outShardings].includes(undefined);
  if (missing || exits.length === 0)
    throw new EspalierError('partition/gspmd-manual', 'a manual region without shardings at its borders', {
      expected: '@Sharding before @SPMDFullToShardShape, mhlo.sharding on @SPMDShardToFullShape',
    });
  const map = new ValueMap();
  const args = entries.map((op, i) => new Value(op.results[0].type, undefined, i));
  entries.forEach((op, i) => {
    map.set(op.results[0], args[i]);
  });
  const inner = new Rewriter(map, rewriter.registry, (op, within) => convert(op, within, reader));
  for (const op of region.inside) {
    for (const v of op.operands) if (!map.find(v)) bring(v, inner, rewriter);
    convert(op, inner, reader);
  }
  const yielded = exits.map((op) => inner.get(op.operands[0]));
  inner.create('sdy.return', yielded);
  const attributes = { inShardings: inShardings as TensorSharding[], outShardings, manualAxes };
  const op = buildOp(
    rewriter.registry.get(MANUAL),
    entries.map((e) => rewriter.get(e.operands[0])),
    attributes,
    { regions: [new Block(args, inner.ops)], resultTypes: exits.map((e) => e.results[0].type) },
  );
  rewriter.append(op);
  exits.forEach((e, i) => {
    rewriter.map.set(e.results[0], op.results[i]);
  });
}

/** Copies what a region takes from outside and every device can compute: constants and what depends on nothing else. */
function bring(v: Value, inner: Rewriter, rewriter: Rewriter): void {
  if (inner.map.find(v)) return;
  if (!v.op)
    throw new EspalierError('partition/gspmd-manual', 'a manual region uses a value from outside', {
      expected: 'values that enter by @SPMDFullToShardShape, or constants',
    });
  for (const operand of v.op.operands) bring(operand, inner, rewriter);
  inner.append(cloneOp(v.op, inner.map));
}
