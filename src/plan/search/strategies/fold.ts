import type { EnergyEdge, EnergyNode, EnergyProblem } from '../energy/index.ts';
import { layoutKey } from './layouts.ts';
import type { ProgramGraph } from './program-graph.ts';

/*
 * Repeated layers choose alike: nodes with the same strategies whose surroundings look the same as far as some steps share one
 * choice. Near the ends of a stack of layers the surroundings differ, so that its first and last layers stay free.
 * The colours are those of Weisfeiler and Leman, "The reduction of a graph to canonical form" (1968).
 */

/** Steps along which surroundings must be the same: further than one block of a layer reaches. */
const STEPS = 10;

/** Class of each node; nodes of one class have the same strategies. */
export function foldClasses({ nodes, uses }: ProgramGraph, steps = STEPS): Int32Array {
  let names = new Map<string, number>();
  const colourOf = (text: string): number => {
    const colour = names.get(text) ?? names.size;
    names.set(text, colour);
    return colour;
  };
  // Strategies first: lists of them are shared by nodes that are alike, and long.
  const lists = new Map<object, number>();
  let colours = Int32Array.from(nodes, ({ kind, name, strategies, rounds, values }) => {
    let list = lists.get(strategies);
    if (list === undefined) {
      const text = strategies
        .map((s) =>
          [...s.operands, [], ...s.results].map(layoutKey).concat(`${s.computeCost} ${s.collectiveCost}`).join(' '),
        )
        .join('\n');
      list = colourOf(text);
      lists.set(strategies, list);
    }
    return colourOf(
      `${kind === 'op' ? name : kind} ${list} ${rounds} ${values.map((v) => JSON.stringify(v.type)).join()}`,
    );
  });
  const around: { text: string; other: number }[][] = nodes.map(() => []);
  for (const { from, result, to, operand } of uses) {
    around[to].push({ text: `<${operand}.${result}`, other: from });
    around[from].push({ text: `>${operand}.${result}`, other: to });
  }
  for (let step = 0; step < steps; step++) {
    names = new Map();
    const next = Int32Array.from(colours, (own, i) =>
      colourOf(
        `${own}:${around[i]
          .map(({ text, other }) => `${text} ${colours[other]}`)
          .sort()
          .join()}`,
      ),
    );
    const isStable = new Set(next).size === new Set(colours).size;
    colours = next;
    if (isStable) break;
  }
  return colours;
}

/** One node per class, with the costs and the memory of all its members. */
export function foldProblem(problem: EnergyProblem, classes: Int32Array): EnergyProblem {
  const numClasses = classes.reduce((n, c) => Math.max(n, c + 1), 0);
  const nodes: { costs: Float64Array; memory: EnergyNode['memory'][number][] }[] = [];
  problem.nodes.forEach(({ costs, memory }, i) => {
    const known = nodes[classes[i]];
    if (!known) nodes[classes[i]] = { costs: costs.slice(), memory: [...memory] };
    else {
      costs.forEach((c, s) => {
        known.costs[s] += c;
      });
      known.memory.push(...memory);
    }
  });
  const edges = new Map<number, EnergyEdge>();
  for (const { a, b, costs } of problem.edges) {
    const [x, y] = [classes[a], classes[b]];
    const known = edges.get(x * numClasses + y);
    if (known)
      costs.forEach((c, k) => {
        known.costs[k] += c;
      });
    else edges.set(x * numClasses + y, { a: x, b: y, costs: costs.slice() });
  }
  return { ...problem, nodes, edges: [...edges.values()] };
}
