/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { Mesh, blockUntilReady, defaultBackend, deviceCount, deviceGet, deviceSet, devices, fwdAndBwd, makeMesh, np, type Tensor } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "blockUntilReady",
    expected: "3",
    run: async () => {
      return (await blockUntilReady({ a: np.add(1, 2) })).a;
    },
  },
  {
    name: "defaultBackend",
    expected: "true",
    run: async () => {
      return ['cpu', 'reference', 'xla'].includes(defaultBackend());
    },
  },
  {
    name: "deviceCount",
    expected: "true",
    run: async () => {
      return deviceCount() >= 1;
    },
  },
  {
    name: "deviceGet",
    expected: "[1, 2]",
    run: async () => {
      return (await deviceGet({ a: np.array([1, 2]) })).a.toNumbers();
    },
  },
  {
    name: "deviceSet",
    expected: "[2, 3]",
    run: async () => {
      return new Mesh({ data: 2 }, deviceSet().slice(2, 4)).devices?.ids;
    },
  },
  {
    name: "devices",
    expected: "0",
    run: async () => {
      return devices()[0].id;
    },
  },
  {
    name: "fwdAndBwd",
    expected: "[6]",
    run: async () => {
      const [forward, backward] = fwdAndBwd((x: Tensor) => np.square(x));
      const [, residuals] = forward(np.array(3));
      return backward(residuals, np.array(1));
    },
  },
  {
    name: "makeMesh",
    expected: "{ data: 2, model: 4 }",
    run: async () => {
      return makeMesh([2, 4], ['data', 'model']).axes;
    },
  },
];
