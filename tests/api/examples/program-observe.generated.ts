/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { compilationCount, jit, np, setDumpSink, stagesText, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "compilationCount",
    expected: "true",
    run: async () => {
      const before = compilationCount();
      jit((x: Tensor) => np.multiply(x, 3))(np.array(2));
      return compilationCount() - before <= 1;
    },
  },
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
  {
    name: "stagesText",
    expected: "['traced', 'optimized']",
    run: async () => {
      return [...stagesText(jit((x: Tensor) => np.sin(x)).lower(np.ones([2]))).keys()];
    },
  },
];
