import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UserError } from '../../../base/index.ts';
import { checkProblem, type EnergyProblem } from './problem.ts';

/** Costs of this much mean "never" in instance files. */
const FORBIDDEN = 1e18;

interface InstanceFile {
  readonly problem: {
    readonly name?: string;
    readonly nodes: {
      readonly intervals: readonly (readonly [start: number, end: number])[];
      readonly costs: readonly (readonly number[])[];
      readonly usages: readonly (readonly number[])[];
    };
    readonly edges: { readonly nodes: readonly (readonly number[])[]; readonly costs: readonly (readonly number[])[] };
    readonly usage_limit?: number;
  };
}

/**
 * Reads an instance of the ASPLOS 2025 contest on intra-operator parallelism: `nodes` with half-open `intervals`, `costs` and `usages`,
 * `edges` with `nodes` and row-major `costs`, and `usage_limit`. Throws `plan/instance` for other files.
 * Source: the public repository google/iopddl, `iopddl.h`.
 */
export function readInstance(path: string): EnergyProblem {
  let file: InstanceFile;
  try {
    const bytes = readFileSync(path);
    file = JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw new UserError('plan/instance', `${path} could not be read: ${(error as Error).message}`, {
      expected: 'a JSON file with { "problem": { "nodes": …, "edges": …, "usage_limit": … } }',
    });
  }
  return problemOfInstance(file, path);
}

/** The problem in the parsed JSON of an instance. */
export function problemOfInstance(file: unknown, path = 'instance'): EnergyProblem {
  const problem = (file as Partial<InstanceFile> | null)?.problem;
  const { intervals, costs, usages } = problem?.nodes ?? {};
  const edges = problem?.edges;
  if (![intervals, costs, usages, edges?.nodes, edges?.costs].every(Array.isArray))
    throw new UserError('plan/instance', `${path} is no instance`, {
      expected: 'problem.nodes with intervals, costs and usages; problem.edges with nodes and costs',
      given: problem ? Object.keys(problem).join(', ') : 'no key "problem"',
    });
  if (
    intervals!.length !== costs!.length ||
    usages!.length !== costs!.length ||
    edges!.nodes.length !== edges!.costs.length
  )
    throw new UserError('plan/instance', `${path}: its lists do not have one length`, {
      expected: 'as many intervals and usages as costs of nodes, as many nodes as costs of edges',
      given: `${intervals!.length}, ${usages!.length}, ${costs!.length}; ${edges!.nodes.length}, ${edges!.costs.length}`,
    });
  const wide = edges!.nodes.find((n) => n.length !== 2);
  if (wide) throw new UserError('plan/instance', `${path}: an edge joins two nodes`, { given: `${wide.length} nodes` });
  const cost = (c: number): number => (c >= FORBIDDEN ? Infinity : c);
  const read: EnergyProblem = {
    name: problem!.name ?? path,
    nodes: costs!.map((list, i) => {
      const [start, end] = intervals![i];
      const memory =
        end > start && usages![i].some((u) => u > 0) ? [{ start, end, usages: Float64Array.from(usages![i]) }] : [];
      return { costs: Float64Array.from(list, cost), memory };
    }),
    edges: edges!.costs.map((list, i) => ({
      a: edges!.nodes[i][0],
      b: edges!.nodes[i][1],
      costs: Float64Array.from(list, cost),
    })),
    memoryLimit: problem!.usage_limit ?? Infinity,
  };
  checkProblem(read);
  return read;
}
