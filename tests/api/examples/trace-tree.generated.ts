/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { tree } from '../../../src/index.ts';
import type { GeneratedExample } from './example.ts';

export const examples: readonly GeneratedExample[] = [
  {
    name: "tree.all",
    expected: "false",
    run: async () => {
      return tree.all({ a: true, b: [true, false] });
    },
  },
  {
    name: "tree.broadcast",
    expected: "{ a: [1, 1], b: 2 }",
    run: async () => {
      return tree.broadcast({ a: 1, b: 2 }, { a: [0, 0], b: 0 });
    },
  },
  {
    name: "tree.entries",
    expected: "[['layers[0]', 2], ['layers[1]', 3], ['w', 1]]",
    run: async () => {
      return tree.entries({ w: 1, layers: [2, 3] });
    },
  },
  {
    name: "tree.flatten",
    expected: "[1, 2]",
    run: async () => {
      return tree.flatten({ b: 2, a: [1] }).leaves;
    },
  },
  {
    name: "tree.joinPath",
    expected: "['layers[0]', 'state[\"w.q\"]']",
    run: async () => {
      return [tree.joinPath('layers', 0), tree.joinPath('state', 'w.q')];
    },
  },
  {
    name: "tree.leafCount",
    expected: "2",
    run: async () => {
      return tree.leafCount(tree.structure({ a: 1, b: [2, null] }));
    },
  },
  {
    name: "tree.leaves",
    expected: "[1, 2]",
    run: async () => {
      return tree.leaves({ b: 2, a: [1] });
    },
  },
  {
    name: "tree.map",
    expected: "{ a: 11, b: [22] }",
    run: async () => {
      return tree.map((x: number, y: number) => x + y, { a: 1, b: [2] }, { a: 10, b: [20] });
    },
  },
  {
    name: "tree.mapWithPath",
    expected: "{ a: 'a=1', b: ['b[0]=2'] }",
    run: async () => {
      return tree.mapWithPath((path: string, x: number) => `${path}=${x}`, { a: 1, b: [2] });
    },
  },
  {
    name: "tree.matchPrefix",
    expected: "[1, 1, undefined]",
    run: async () => {
      return tree.matchPrefix({ a: 1 }, tree.structure({ a: [0, 0], b: 0 }), (x) => typeof x === 'number', 'axes');
    },
  },
  {
    name: "tree.reduce",
    expected: "6",
    run: async () => {
      return tree.reduce((sum: number, x: number) => sum + x, { a: 1, b: [2, 3] }, 0);
    },
  },
  {
    name: "tree.reduceAssociative",
    expected: "6",
    run: async () => {
      return tree.reduceAssociative((a: number, b: number) => a + b, { a: 1, b: [2, 3] });
    },
  },
  {
    name: "tree.structure",
    expected: "'{a: *, b: [*]}'",
    run: async () => {
      return tree.treedefText(tree.structure({ a: 1, b: [2] }));
    },
  },
  {
    name: "tree.transpose",
    expected: "{ a: [1, 2] }",
    run: async () => {
      return tree.transpose(tree.structure([0, 0]), tree.structure({ a: 0 }), [{ a: 1 }, { a: 2 }]);
    },
  },
  {
    name: "tree.treedefText",
    expected: "'[*, {a: *}]'",
    run: async () => {
      return tree.treedefText(tree.structure([1, { a: 2 }]));
    },
  },
  {
    name: "tree.unflatten",
    expected: "{ a: 1, b: 2 }",
    run: async () => {
      return tree.unflatten(tree.structure({ a: 0, b: 0 }), [1, 2]);
    },
  },
  {
    name: "tree.unflattenEach",
    expected: "[['a', 'b'], 'c']",
    run: async () => {
      return tree.unflattenEach([tree.flatten([1, 2]), tree.flatten(3)], ['a', 'b', 'c']);
    },
  },
];
