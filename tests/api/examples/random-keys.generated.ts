/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { np, random } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "random.bernoulli",
    expected: "[false, false, true, true]",
    run: async () => {
      return random.bernoulli(random.key(0), 0.5, [4]);
    },
  },
  {
    name: "random.bits",
    expected: "[4070199207, 4202968722]",
    run: async () => {
      return random.bits(random.key(0), [2]);
    },
  },
  {
    name: "random.categorical",
    expected: "[1, 0]",
    run: async () => {
      return random.categorical(random.key(0), np.array([[0, 9], [9, 0]]));
    },
  },
  {
    name: "random.erfInv",
    expected: "[0.47694]",
    run: async () => {
      return random.erfInv(np.array([0.5]));
    },
  },
  {
    name: "random.foldIn",
    expected: "[2716826189, 292468403]",
    run: async () => {
      return random.foldIn(random.key(0), 7);
    },
  },
  {
    name: "random.gumbel",
    expected: "[2.9234, 3.8326]",
    run: async () => {
      return random.gumbel(random.key(0), [2]);
    },
  },
  {
    name: "random.key",
    expected: "[0, 42]",
    run: async () => {
      return random.key(42);
    },
  },
  {
    name: "random.normal",
    expected: "[1.6226, 2.0253, -0.43359]",
    run: async () => {
      return random.normal(random.key(0), [3]);
    },
  },
  {
    name: "random.randint",
    expected: "[9, 0, 2, 3]",
    run: async () => {
      return random.randint(random.key(0), [4], 0, 10);
    },
  },
  {
    name: "random.split",
    expected: "[[1797259609, 2579123966], [928981903, 3453687069]]",
    run: async () => {
      return random.split(random.key(0));
    },
  },
  {
    name: "random.splitKeys",
    expected: "[928981903, 3453687069]",
    run: async () => {
      return random.splitKeys(random.key(0))[1];
    },
  },
  {
    name: "random.threefry2x32",
    expected: "[[1797259609], [2579123966]]",
    run: async () => {
      return random.threefry2x32(random.key(0), np.zeros([1], 'u32'), np.zeros([1], 'u32'));
    },
  },
  {
    name: "random.truncatedNormal",
    expected: "[0.86186, 0.94129]",
    run: async () => {
      return random.truncatedNormal(random.key(0), -1, 1, [2]);
    },
  },
  {
    name: "random.uniform",
    expected: "[0.94767, 0.97858, 0.33229]",
    run: async () => {
      return random.uniform(random.key(0), [3]);
    },
  },
];
