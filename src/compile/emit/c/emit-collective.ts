import type { Collective, CollectiveStep } from '../../kernels/kernel-ir.ts';
import { dtypeNumber, reductionNames } from './abi.ts';

/* Collectives as calls of native/run/collectives.c. */

/** The table of groups, `$` for its name. */
export function groupsText(step: CollectiveStep): string {
  const { groups, barriers } = step;
  const size = Math.max(...groups.map((g) => g.length));
  const rows = groups.flatMap((g) => [...g, ...new Array<number>(size - g.length).fill(-1)]);
  return `static const int $_t[] = {${rows}}, $_b[] = {${barriers}};\nstatic const struct esp_groups $ = {${groups.length}, ${size}, $_t, $_b};`;
}

/** C expression of the error code. */
export function callText(c: Collective, groups: string, src: string, dst: string): string {
  switch (c.op) {
    case 'all_reduce':
      return `lib->all_reduce(dev, ${groups}, ${reductionNames[c.reduction]}, ${dtypeNumber(c.dtype)}, ${src}, ${dst}, ${c.elements}ll)`;
    case 'all_gather':
      return `lib->all_gather(dev, ${groups}, ${c.outer}ll, ${c.innerBytes}ll, ${src}, ${dst})`;
    case 'reduce_scatter':
      return `lib->reduce_scatter(dev, ${groups}, ${reductionNames[c.reduction]}, ${dtypeNumber(c.dtype)}, ${c.outer}ll, ${c.inner}ll, ${src}, ${dst})`;
    case 'all_to_all': {
      const list = (values: readonly number[]): string => values.join(', ');
      const box = `const struct esp_box box = {${c.boxSizes.length}, {${list(c.boxSizes)}}, {${list(c.fromStrides)}}, {${list(c.toStrides)}}};`;
      return `({ ${box} lib->all_to_all(dev, ${groups}, &box, ${c.fromStep}ll, ${c.toStep}ll, ${src}, ${dst}); })`;
    }
    case 'permute': {
      const pairs = c.pairs.flat();
      return `({ static const int st[] = {${pairs.length > 0 ? pairs : '-1'}}; lib->permute(dev, ${groups}, ${c.pairs.length}, st, ${c.bytes}ll, ${src}, ${dst}); })`;
    }
    case 'broadcast': {
      const call = `lib->broadcast(dev, ${groups}, ${c.bytes}ll, ${src}, ${dst})`;
      const isLeft = c.left.map((d) => `dev->id == ${d}`).join(' || ');
      return isLeft ? `((${isLeft}) ? (memset(${dst}, 0, ${c.bytes}ll), 0) : ${call})` : call;
    }
  }
}
