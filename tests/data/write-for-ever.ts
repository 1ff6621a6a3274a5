import { HostArray } from '../../src/base/index.ts';
import { type TensorSource, writeTensorFolder } from '../../src/data/index.ts';

/* Writes models into a folder, one over the other, until it is killed: of one file, of two, and of four. */

const [dir] = process.argv.slice(2);
for (let version = 0; ; version++) {
  const source: TensorSource = {
    dtype: 'f32',
    shape: [5000],
    read: () => HostArray.full('f32', [5000], version),
  };
  const tensors = ['a', 'b', 'c', 'd'].map((name) => [name, source] as const);
  await writeTensorFolder(dir, tensors, { maxShardBytes: [100_000, 45_000, 20_000][version % 3] });
  if (version === 0) process.stdout.write('begun');
}
