/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { HostArray, compileModule, lowerImported, np, runModule, trace, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "compileModule",
    expected: "1",
    run: async () => {
      const { module } = trace((x: Tensor) => np.multiply(x, 2))(np.ones([2]));
      return (await compileModule(module)).devices.size;
    },
  },
  {
    name: "lowerImported",
    expected: "1",
    run: async () => {
      const { module } = trace((x: Tensor) => np.sin(x))(np.ones([2]));
      return lowerImported(module).lowered.perDevice.main.argTypes.length;
    },
  },
  {
    name: "runModule",
    expected: "[2, 4]",
    run: async () => {
      const { module } = trace((x: Tensor) => np.multiply(x, 2))(np.ones([2]));
      return (await runModule(module, [HostArray.from('f32', [2], [1, 2])]))[0].toNumbers();
    },
  },
];
