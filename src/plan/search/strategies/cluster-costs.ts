import type { Mesh, Op } from '../../../ir/index.ts';
import { peakFlops } from '../../cluster/chip.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { joinGroups, placeMesh } from '../../cluster/placement.ts';
import { collectiveTimeUs } from '../../costs/collective-time.ts';
import { rooflineOf } from '../../costs/op-time.ts';
import type { ShardingCosts } from './costs.ts';

/** Names of types in descriptions of chips, by those of tensors. */
const productTypes: Readonly<Record<string, string>> = { f32: 'fp32', f16: 'fp16', bf16: 'bf16', i8: 'int8' };

/** Rate of products of a tensor type: that of float32, or else of the narrowest floats, where the chip does not name it. */
function productFlopsPerSec(op: Op, cluster: Cluster): number {
  const { chip } = cluster;
  const type = op.operands[0]?.type;
  const name = type?.kind === 'tensor' ? productTypes[type.dtype] : undefined;
  const known = [name, 'fp32', 'bf16', 'fp16'].find((n) => n !== undefined && n in chip.peakTflops);
  return peakFlops(chip, known ?? Object.keys(chip.peakTflops)[0]);
}

/**
 * Seconds on a cluster, a mesh's last axis along its fastest links: ops by the roofline of the chip, collectives by its links or what was
 * measured. What is fused is written, not read: elementwise ops count the bytes of their results. Throws `plan/mesh` where it does not fit.
 */
export function clusterCosts(cluster: Cluster, mesh: Mesh): ShardingCosts {
  const groups = placeMesh(cluster, mesh.axes);
  const { matmul, memory, floorUs } = rooflineOf(cluster.chip);
  const joined = new Map<string, ReturnType<typeof joinGroups>>();
  return {
    unit: 's',
    compute: (op, { productFlops, bytes }) => {
      const bytesPerSec = cluster.chip.hbmGBPerSec * 1e9 * memory;
      if (productFlops > 0)
        return (
          floorUs * 1e-6 + Math.max(productFlops / (productFlopsPerSec(op, cluster) * matmul), bytes / bytesPerSec)
        );
      const { elementwise, view, broadcast } = op.definition.traits;
      const isFused = elementwise || view || broadcast;
      return (isFused ? bytes / (1 + op.operands.length) : bytes) / bytesPerSec;
    },
    collective: ({ kind, axes, bytesPerDevice }) => {
      const key = axes.join();
      const group = joined.get(key) ?? joinGroups([...axes].reverse().map((a) => groups.get(mesh.axes[a].name)!));
      joined.set(key, group);
      switch (kind) {
        case 'collective_broadcast':
        case 'collective_reduce':
          return collectiveTimeUs(cluster, 'collective_permute', bytesPerDevice, group) * 1e-6;
        default:
          return collectiveTimeUs(cluster, kind, bytesPerDevice, group) * 1e-6;
      }
    },
  };
}
