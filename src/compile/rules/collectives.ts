import { dtypeInfo, EspalierError, numElements, range, rowMajorStrides } from '../../base/index.ts';
import type { Op } from '../../ir/index.ts';
import { dtypeNumber } from '../c/c-types.ts';
import type { Combiner, EmitScope } from '../kernel-ir.ts';
import type { KernelTable, Lowering } from '../lowering.ts';
import { combinerOf } from './reduce.ts';

/*
 * Collectives as calls of native/collectives.c. A module runs on one replica with one partition per device, so ids in
 * groups are device ids wherever partitions take part.
 */

interface CollectiveAttributes {
  readonly replicaGroups?: readonly (readonly number[])[];
  readonly channelHandle?: { readonly handle: number } | undefined;
  readonly useGlobalDeviceIds?: boolean;
}

/** Device groups of an op; devices in no group are alone. */
function groupsOf(op: Op, n: number, exchange: boolean): number[][] {
  const a = op.attributes as CollectiveAttributes;
  const given = (a.replicaGroups ?? []).map((g) => g.filter((i) => i >= 0)).filter((g) => g.length > 0);
  const channel = (a.channelHandle?.handle ?? 0) > 0;
  let rows: number[][];
  if (a.useGlobalDeviceIds || (exchange && channel)) rows = given.length > 0 ? given : [range(n)];
  else if (channel)
    rows = [range(n)]; // every partition of each group of replicas, of which there is one
  else rows = []; // replicas only: each device is alone
  const seen = new Set(rows.flat());
  return [
    ...rows,
    ...range(n)
      .filter((d) => !seen.has(d))
      .map((d) => [d]),
  ];
}

/** C name of the table of groups, defined on first use. */
function table(scope: EmitScope, groups: readonly (readonly number[])[], barriers: readonly number[]): string {
  const size = Math.max(...groups.map((g) => g.length));
  const rows = groups.flatMap((g) => [...g, ...new Array<number>(size - g.length).fill(-1)]);
  return scope.define(
    'groups',
    `static const int $_t[] = {${rows}}, $_b[] = {${barriers}};\nstatic const struct esp_groups $ = {${groups.length}, ${size}, $_t, $_b};`,
  );
}

const reductions: Readonly<Record<Combiner, string>> = {
  add: 'ESP_SUM',
  multiply: 'ESP_MUL',
  maximum: 'ESP_MAX',
  minimum: 'ESP_MIN',
  and: 'ESP_AND',
  or: 'ESP_OR',
  xor: 'ESP_XOR',
};

function reductionOf(op: Op): string {
  const combiner = combinerOf(op.regions[0]);
  if (!combiner)
    throw new EspalierError('runtime/unsupported', `the cpu engine cannot run ${op.name} with this body`, {
      expected: Object.keys(reductions).join(', '),
      advice: 'use all_gather and a local reduction',
      fields: { op: op.name },
    });
  return reductions[combiner];
}

interface Call {
  /** C statement that sets `rc`. */
  readonly text: (src: string, dst: string, groups: string) => string;
  readonly inPlace?: boolean;
  readonly exchange?: boolean;
  /** Groups other than the op's own. */
  readonly groups?: readonly (readonly number[])[];
}

/** One call per operand. */
function collective(
  make: (op: Op, i: number, lowering: Lowering, groups: readonly (readonly number[])[]) => Call,
  exchange = false,
) {
  return {
    lower: (op: Op, lowering: Lowering): void => {
      const groups = groupsOf(op, lowering.numDevices, exchange);
      op.operands.forEach((v, i) => {
        const call = make(op, i, lowering, groups);
        const used = call.groups ?? groups;
        const barriers = used.map((g) => lowering.barrier(g));
        const result = lowering.bufferFor(op.results[i]);
        lowering.push({
          kind: 'native',
          note: op.name.replace('stablehlo.', ''),
          reads: [lowering.require(v)],
          writes: [result],
          ...(call.inPlace ? { inPlace: [[0, 0]] as const } : {}),
          emit: ([src], [dst], scope) =>
            `if ((rc = ${call.text(src, dst, `&${table(scope, used, barriers)}`)})) return rc;`,
        });
        lowering.setStorage(op.results[i], { buffer: result, offset: 0 });
      });
    },
  };
}

const bytes = (op: Op, i: number): number => dtypeInfo(op.operands[i].dtype).bytes;

export const collectiveRules = {
  'stablehlo.all_reduce': collective((op, i) => ({
    inPlace: true,
    text: (src, dst, g) =>
      `lib->all_reduce(dev, ${g}, ${reductionOf(op)}, ${dtypeNumber(op.operands[i].dtype)}, ${src}, ${dst}, ${numElements(op.results[i].shape)}ll)`,
  })),
  'stablehlo.all_gather': collective((op, i) => {
    const { allGatherDim: d } = op.attributes as { allGatherDim: number };
    const { shape } = op.operands[i];
    const outer = numElements(shape.slice(0, d));
    const inner = numElements(shape.slice(d)) * bytes(op, i);
    return { text: (src, dst, g) => `lib->all_gather(dev, ${g}, ${outer}ll, ${inner}ll, ${src}, ${dst})` };
  }),
  'stablehlo.reduce_scatter': collective((op, i) => {
    const { scatterDimension: d } = op.attributes as { scatterDimension: number };
    const { shape } = op.results[i];
    const outer = numElements(shape.slice(0, d));
    const inner = numElements(shape.slice(d));
    return {
      text: (src, dst, g) =>
        `lib->reduce_scatter(dev, ${g}, ${reductionOf(op)}, ${dtypeNumber(op.operands[i].dtype)}, ${outer}ll, ${inner}ll, ${src}, ${dst})`,
    };
  }),
  'stablehlo.all_to_all': collective((op, i, _lowering, groups) => {
    const a = op.attributes as { splitDimension: number; concatDimension: number };
    const n = groups[0].length;
    const w = bytes(op, i);
    const from = op.operands[i].shape;
    const box = from.map((s, d) => (d === a.splitDimension ? s / n : s));
    const fromStrides = rowMajorStrides(from);
    const toStrides = rowMajorStrides(op.results[i].shape);
    const last = box.length - 1;
    const sizes = box.map((s, d) => (d === last ? s * w : s));
    const list = (values: readonly number[]): string => values.join(', ');
    const struct =
      `const struct esp_box box = {${box.length}, {${list(sizes)}}, {${list(fromStrides.map((s) => s * w))}}, ` +
      `{${list(toStrides.map((s) => s * w))}}};`;
    const fromStep = box[a.splitDimension] * fromStrides[a.splitDimension] * w;
    const toStep = box[a.concatDimension] * toStrides[a.concatDimension] * w;
    return {
      text: (src, dst, g) =>
        `({ ${struct} lib->all_to_all(dev, ${g}, &box, ${fromStep}ll, ${toStep}ll, ${src}, ${dst}); })`,
    };
  }, true),
  'stablehlo.collective_permute': collective((op, i, lowering) => {
    const { sourceTargetPairs, channelHandle } = op.attributes as {
      sourceTargetPairs: readonly (readonly number[])[];
      channelHandle?: { readonly handle: number };
    };
    // Without a channel the ids are replicas, of which there is one.
    const alone = (channelHandle?.handle ?? 0) === 0;
    const n = numElements(op.operands[i].shape) * bytes(op, i);
    const all = range(lowering.numDevices);
    if (alone) {
      const keeps = sourceTargetPairs.some(([s, t]) => s === 0 && t === 0);
      return {
        groups: all.map((d) => [d]),
        text: (src, dst) => `({ ${keeps ? `memcpy(${dst}, ${src}, ${n}ll)` : `memset(${dst}, 0, ${n}ll)`}; 0; })`,
      };
    }
    const pairs = sourceTargetPairs.flat();
    return {
      groups: [all],
      text: (src, dst, g) =>
        `({ static const int st[] = {${pairs.length > 0 ? pairs : '-1'}}; lib->permute(dev, ${g}, ${pairs.length / 2}, st, ${n}ll, ${src}, ${dst}); })`,
    };
  }, true),
  'stablehlo.collective_broadcast': collective((op, i, lowering) => {
    const n = numElements(op.operands[i].shape) * bytes(op, i);
    const a = op.attributes as CollectiveAttributes;
    const named = new Set((a.replicaGroups ?? []).flat());
    const isPartitioned = (a.channelHandle?.handle ?? 0) > 0 && named.size > 0;
    // Devices of no group get zeros.
    const left = isPartitioned ? range(lowering.numDevices).filter((d) => !named.has(d)) : [];
    const isLeft = left.map((d) => `dev->id == ${d}`).join(' || ');
    return {
      text: (src, dst, g) => {
        const call = `lib->broadcast(dev, ${g}, ${n}ll, ${src}, ${dst})`;
        return isLeft ? `((${isLeft}) ? (memset(${dst}, 0, ${n}ll), 0) : ${call})` : call;
      },
    };
  }, true),
  'stablehlo.partition_id': { lower: (op, lowering) => lowerId(op, lowering, '(uint32_t)dev->id') },
  'stablehlo.replica_id': { lower: (op, lowering) => lowerId(op, lowering, '0u') },
} as const satisfies KernelTable;

function lowerId(op: Op, lowering: Lowering, value: string): void {
  const result = lowering.bufferFor(op.result);
  lowering.push({
    kind: 'native',
    note: op.name,
    reads: [],
    writes: [result],
    emit: (_reads, [to]) => `*(uint32_t *)${to} = ${value};`,
  });
  lowering.setStorage(op.result, { buffer: result, offset: 0 });
}
