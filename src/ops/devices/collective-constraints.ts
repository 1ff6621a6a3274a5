import { type Checker, isTensor, type Op, typeEquals, typeText } from '../../ir/index.ts';
import {
  checkCombiner,
  checkCount,
  checkDistinct,
  checkInRange,
  checkNotNegative,
  checkShape,
} from '../define/constraints.ts';
import { type ChannelHandle, type Grouping, type ReplicaGroups, reductionGrouping } from './device-groups.ts';

/** Everything a collective may have; each op fills in its own part. */
interface Fields {
  readonly replicaGroups?: ReplicaGroups;
  readonly channelHandle?: ChannelHandle | undefined;
  readonly useGlobalDeviceIds?: boolean;
  readonly allGatherDim?: number;
  readonly scatterDimension?: number;
  readonly splitDimension?: number;
  readonly concatDimension?: number;
  readonly splitCount?: number;
  readonly sourceTargetPairs?: readonly (readonly number[])[];
  readonly hasDynamicRoot?: boolean;
}

/**
 * Constraints of the collectives that can be known without the number of devices: groups hold each id once, and ids stay below
 * the number of ids (which is what "as many as devices" comes to for groups that name them all).
 */
export function checkCollective(op: Op<object>, c: Checker): void {
  const a = op.attributes as Fields;
  switch (op.name) {
    case 'stablehlo.all_gather': {
      const d = a.allGatherDim!;
      for (const s of shapes(op)) checkInRange(c, 'C1', 'all_gather_dim', [d], s.length);
      checkGroups(c, a.replicaGroups!, 'C2', 'C4');
      checkChannel(c, 'C5', a);
      checkScaled(op, c, 'C6', 'C6', d, factorOf(a), false);
      return;
    }
    case 'stablehlo.all_reduce':
      checkGroups(c, a.replicaGroups!, 'C1', 'C3');
      checkChannel(c, 'C4', a);
      checkComputation(op, c, 'C5');
      checkScaled(op, c, 'C6', 'C7', -1, { size: 1, exact: true }, false);
      return;
    case 'stablehlo.reduce_scatter': {
      const d = a.scatterDimension!;
      for (const s of shapes(op)) checkInRange(c, 'C2', 'scatter_dimension', [d], s.length);
      checkGroups(c, a.replicaGroups!, 'C3', 'C5');
      checkChannel(c, 'C6', a);
      checkComputation(op, c, 'C7');
      const factor = factorOf(a);
      for (const s of shapes(op))
        c.check(
          'C1',
          factor.size === 0 || s[d] < 0 || s[d] % factor.size === 0,
          () => `dimension ${d} of size ${s[d]} should divide into ${factor.size} pieces`,
        );
      checkScaled(op, c, 'C8', 'C9', d, factor, true);
      return;
    }
    case 'stablehlo.all_to_all':
      checkAllToAll(op, a, c);
      return;
    case 'stablehlo.collective_permute':
      checkPairs(a.sourceTargetPairs!, c);
      checkSameTypes(op, c, 'C5');
      return;
    case 'stablehlo.collective_broadcast':
      checkGroups(c, a.replicaGroups!, 'C1', 'C2', false);
      checkBroadcast(op, a, c);
      return;
    case 'stablehlo.collective_reduce':
      checkGroups(c, a.replicaGroups!, 'C1', 'C2', false);
      checkReduceResults(op, a, c);
      checkComputation(op, c, 'C4', op.results.length);
      return;
    default:
      return;
  }
}

const shapes = (op: Op<object>): (readonly number[])[] =>
  op.operands.flatMap((v) => (isTensor(v.type) ? [v.type.shape] : []));

/** Lists of groups that have passed: large meshes share them between collectives. */
const fine = { complete: new WeakSet<ReplicaGroups>(), partial: new WeakSet<ReplicaGroups>() };

/** -1 fills the rows of uneven groups. */
function checkGroups(c: Checker, groups: ReplicaGroups, unique: string, range: string, complete = true): void {
  const passed = complete ? fine.complete : fine.partial;
  if (passed.has(groups)) return;
  const all = groups.flat();
  const ids = all.filter((i) => i !== -1);
  checkDistinct(c, unique, 'replica_groups', ids);
  if (complete) checkInRange(c, range, 'replica_groups', ids, all.length);
  else checkNotNegative(c, range, 'replica_groups', ids);
  passed.add(groups);
}

function checkChannel(c: Checker, label: string, a: Fields): void {
  const id = a.channelHandle?.handle ?? 0;
  c.check(label, !a.useGlobalDeviceIds || id > 0, () => `use_global_device_ids needs a channel id above 0, got ${id}`);
}

function checkComputation(op: Op<object>, c: Checker, label: string, n = op.operands.length): void {
  for (const v of op.operands.slice(0, n)) if (isTensor(v.type)) checkCombiner(c, label, op.regions[0], [v.type.dtype]);
}

/** Members per group; not exact when every partition takes part too. Zero when the groups are left open. */
function factorOf(a: Fields): { size: number; exact: boolean } {
  const size = a.replicaGroups?.[0]?.length ?? 0;
  const grouping: Grouping = reductionGrouping({
    channelHandle: a.channelHandle,
    useGlobalDeviceIds: a.useGlobalDeviceIds ?? false,
  });
  return { size, exact: size > 0 && grouping !== 'replicaAndPartition' };
}

/** One result per operand, equal but for dimension `d`, which grows (or shrinks) by a factor; element type of the body. */
function checkScaled(
  op: Op<object>,
  c: Checker,
  shapeLabel: string,
  dtypeLabel: string,
  d: number,
  factor: { size: number; exact: boolean },
  shrinks: boolean,
): void {
  checkCount(c, shapeLabel, 'results', op.results.length, op.operands.length);
  op.results.forEach((r, i) => {
    const given = r.shape;
    const own = op.operands[i].shape;
    const expected = own.map((n, k) => {
      if (k !== d || n < 0) return n;
      if (!factor.exact) return given[k] ?? n;
      return shrinks ? n / factor.size : n * factor.size;
    });
    checkShape(c, shapeLabel, `result ${i}`, given, expected);
    const dtype = op.regions[0]?.yielded[0]?.dtype ?? op.operands[i].dtype;
    c.check(dtypeLabel, r.dtype === dtype, () => `result ${i} should have element type ${dtype}, got ${r.dtype}`);
  });
}

function checkSameTypes(op: Op<object>, c: Checker, label: string, n = op.operands.length): void {
  checkCount(c, label, 'results', op.results.length, n);
  op.results.forEach((r, i) => {
    const expected = op.operands[i].type;
    c.check(
      label,
      typeEquals(r.type, expected),
      () => `result ${i} should have type ${typeText(expected)}, got ${typeText(r.type)}`,
    );
  });
}

function checkAllToAll(op: Op<object>, a: Fields, c: Checker): void {
  const [s, t, n] = [a.splitDimension!, a.concatDimension!, a.splitCount!];
  for (const shape of shapes(op)) checkInRange(c, 'C1', 'split_dimension', [s], shape.length);
  for (const shape of shapes(op)) checkInRange(c, 'C3', 'concat_dimension', [t], shape.length);
  c.check('C4', n > 0, () => `split_count should be positive, got ${n}`);
  for (const shape of shapes(op))
    c.check(
      'C2',
      shape[s] < 0 || shape[s] % n === 0,
      () => `dimension ${s} of size ${shape[s]} should divide into ${n} pieces`,
    );
  checkGroups(c, a.replicaGroups!, 'C5', 'C7');
  const size = a.replicaGroups?.[0]?.length ?? 0;
  c.check('C8', size === 0 || size === n, () => `groups should have split_count = ${n} members, got ${size}`);
  checkCount(c, 'C9', 'results', op.results.length, op.operands.length);
  op.results.forEach((r, i) => {
    const expected = op.operands[i].shape.map((m, d) => {
      if (m < 0 || s === t) return m;
      return d === s ? m / n : d === t ? m * n : m;
    });
    checkShape(c, 'C9', `result ${i}`, r.shape, expected);
    const { dtype } = op.operands[i];
    c.check('C9', r.dtype === dtype, () => `result ${i} should have element type ${dtype}, got ${r.dtype}`);
  });
}

export function checkPairs(pairs: readonly (readonly number[])[], c: Checker): void {
  const bad = pairs.findIndex((p) => p.length !== 2);
  c.check('C1', bad < 0, () => `source_target_pairs should have 2 columns, got ${pairs[bad].length}`);
  const column = (k: number): number[] => pairs.map((p) => p[k]);
  checkDistinct(c, 'C2', 'sources', column(0));
  checkDistinct(c, 'C3', 'targets', column(1));
  checkNotNegative(c, 'C4', 'source_target_pairs', pairs.flat());
}

function checkReduceResults(op: Op<object>, a: Fields, c: Checker): void {
  const n = op.operands.length - (a.hasDynamicRoot ? 1 : 0);
  checkCount(c, 'C3', 'results', op.results.length, n);
  for (const [i, r] of op.results.entries()) checkShape(c, 'C3', `result ${i}`, r.shape, op.operands[i].shape);
  if (a.hasDynamicRoot) checkShape(c, 'C3', 'the roots', op.operands[n].shape, [n]);
}

function checkBroadcast(op: Op<object>, a: Fields, c: Checker): void {
  const extra = a.hasDynamicRoot ? 1 : 0;
  const n = op.operands.length - extra;
  const label = extra ? 'C4' : 'C3';
  c.check(label, n >= 1, () => `takes at least ${1 + extra} operands, got ${op.operands.length}`);
  checkCount(c, 'C5', 'results', op.results.length, n);
  if (extra) {
    const root = op.operands[n].type;
    const fits = isTensor(root) && root.dtype === 'i32' && root.shape.length === 1 && root.shape[0] === n;
    c.check('C4', fits, () => `the roots should have type tensor<${n}xi32>, got ${typeText(root)}`);
  }
  checkSameTypes(op, c, label, n);
}
