import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UserError } from '../../../base/index.ts';
import { NumberListReader } from './number-lists.ts';
import { checkProblem, type EnergyProblem } from './problem.ts';

/** Costs of this much mean "never" in instance files. */
const FORBIDDEN = 1e18;

/**
 * Reads an instance of the ASPLOS 2025 contest on intra-operator parallelism (`.json`, `.json.gz`). Throws `plan/instance` for other
 * files.
 */
export function readInstance(path: string): EnergyProblem {
  let bytes: Uint8Array;
  try {
    const file = readFileSync(path);
    bytes = path.endsWith('.gz') ? gunzipSync(file) : file;
  } catch (cause) {
    throw new UserError('plan/instance', `${path} could not be read: ${(cause as Error).message}`, {
      expected: 'a JSON file with { "problem": { "nodes": …, "edges": …, "usage_limit": … } }',
      cause,
    });
  }
  return problemOfInstance(bytes, path);
}

/**
 * The problem in the JSON of an instance: `nodes` with half-open `intervals`, `costs` and `usages`, `edges` with `nodes` and row-major
 * `costs`, and `usage_limit`. Throws `plan/instance`, `plan/energy`.
 * Source: the public repository google/iopddl, `iopddl.h`.
 */
export function problemOfInstance(json: Uint8Array, path = 'instance'): EnergyProblem {
  const reader = new NumberListReader(json, path);
  let name = path;
  let memoryLimit = Infinity;
  const lists = new Map<string, Float64Array[]>();
  const readLists = (of: string): void =>
    reader.object((key) => {
      if (expectedLists.includes(`${of}.${key}`))
        lists.set(
          `${of}.${key}`,
          reader.list(() => reader.numbers()),
        );
      else reader.skip();
    });
  reader.object((top) => {
    if (top !== 'problem') reader.skip();
    else
      reader.object((key) => {
        if (key === 'nodes' || key === 'edges') readLists(key);
        else if (key === 'name') name = reader.string();
        else if (key === 'usage_limit') memoryLimit = reader.number();
        else reader.skip();
      });
  });
  reader.end();
  const missing = expectedLists.filter((l) => !lists.has(l));
  if (missing.length > 0)
    throw new UserError('plan/instance', `${path} is no instance`, {
      expected: `problem with ${expectedLists.join(', ')}`,
      given: `none of ${missing.join(', ')}`,
    });
  const [intervals, costs, usages, ends, tables] = expectedLists.map((l) => lists.get(l)!);
  if (intervals.length !== costs.length || usages.length !== costs.length || ends.length !== tables.length)
    throw new UserError('plan/instance', `${path}: its lists do not have one length`, {
      expected: 'as many intervals and usages as costs of nodes, as many nodes as costs of edges',
      given: `${intervals.length}, ${usages.length}, ${costs.length}; ${ends.length}, ${tables.length}`,
    });
  const wide = [...ends, ...intervals].find((n) => n.length !== 2);
  if (wide)
    throw new UserError('plan/instance', `${path}: an edge joins two nodes, an interval has two ends`, {
      given: `${wide.length} numbers`,
    });
  for (const list of [...costs, ...tables])
    for (let i = 0; i < list.length; i++) if (list[i] >= FORBIDDEN) list[i] = Infinity;
  const problem: EnergyProblem = {
    name,
    nodes: costs.map((own, i) => {
      const [start, end] = intervals[i];
      const isUsed = end > start && usages[i].some((u) => u > 0);
      return { costs: own, memory: isUsed ? [{ start, end, usages: usages[i] }] : [] };
    }),
    edges: tables.map((own, i) => ({ a: ends[i][0], b: ends[i][1], costs: own })),
    memoryLimit,
  };
  checkProblem(problem);
  return problem;
}

const expectedLists: readonly string[] = [
  'nodes.intervals',
  'nodes.costs',
  'nodes.usages',
  'edges.nodes',
  'edges.costs',
];
