import { describe, expect, it } from 'vitest';
import { refineMeshes } from '../../src/api/program/refine-mesh.ts';
import { type AxisRef, fullyClosed, Mesh, shardIndices, shardingOf } from '../../src/ir/index.ts';

const mesh = (...sizes: number[]): Mesh => new Mesh(sizes.map((size, i) => ({ name: 'xyz'[i], size })));
const [x, y, z] = ['x', 'y', 'z'].map((name): AxisRef => ({ name }));
/** `x:(pre)size` */
const part = (pre: number, size: number): AxisRef => ({ name: 'x', sub: { pre, size } });
type Cut = readonly (readonly AxisRef[])[];

describe('two shardings on one mesh of common parts', () => {
  it.each<[string, Mesh, Cut, Mesh, Cut, number[]]>([
    ['[4] and [2, 2]', mesh(4), [[x], []], mesh(2, 2), [[y], [x]], [2, 2]],
    ['[2, 4] and [4, 2]', mesh(2, 4), [[y], [x]], mesh(4, 2), [[x], [y]], [2, 2, 2]],
    ['[8] and [2, 2, 2]', mesh(8), [[x]], mesh(2, 2, 2), [[z, x]], [2, 2, 2]],
    ['[6] and [2, 3]', mesh(6), [[x]], mesh(2, 3), [[y]], [2, 3]],
    [
      'parts of one axis on a mesh of that axis alone',
      mesh(4),
      [[part(1, 2)], [part(2, 2)]],
      mesh(4),
      [[x], []],
      [2, 2],
    ],
    ['the middle of an axis', mesh(8), [[part(2, 2)]], mesh(8), [[]], [2, 2, 2]],
    ['one device and one device', mesh(), [[]], mesh(1), [[x]], []],
  ])('%s', (_, fromMesh, fromCut, toMesh, toCut, sizes) => {
    const [from, to] = [fromCut, toCut].map((cut) =>
      shardingOf(
        'mesh',
        cut.map((axes) => [...axes]),
      ),
    );
    const refined = refineMeshes({ mesh: fromMesh, sharding: from }, { mesh: toMesh, sharding: to })!;
    expect(refined.mesh.axes.map((a) => a.size)).toEqual(sizes);
    // Every device has the same piece as before.
    for (let device = 0; device < fromMesh.size; device++) {
      expect(shardIndices(refined.from, refined.mesh, device)).toEqual(shardIndices(from, fromMesh, device));
      expect(shardIndices(refined.to, refined.mesh, device)).toEqual(shardIndices(to, toMesh, device));
    }
  });
  it('are none where axes cut each other', () => {
    const whole = fullyClosed('mesh', 1);
    expect(refineMeshes({ mesh: mesh(2, 3), sharding: whole }, { mesh: mesh(3, 2), sharding: whole })).toBeUndefined();
  });
});
