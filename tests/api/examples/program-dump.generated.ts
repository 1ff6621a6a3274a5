/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { jit, np, setDumpSink, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "setDumpSink",
    expected: "['0-traced.mlir', '1-optimized.mlir']",
    run: async () => {
      const files: string[] = [];
      setDumpSink((_program, file) => files.push(file));
      await jit((x: Tensor) => np.tanh(x))(np.array(1)).data();
      setDumpSink(undefined);
      return files.slice(0, 2);
    },
  },
];
