import {
  Builder,
  type Mesh,
  Module,
  type Op,
  type Registry,
  type TensorSharding,
  type Value,
} from '../../../ir/index.ts';
import { meshesOf, type Rewriter, rewriteModule, Shardings } from '../../../partition/index.ts';
import { type Layout, layoutKey, shardingOfLayout } from './layouts.ts';
import type { ProgramGraph } from './program-graph.ts';

const MESH = 'mesh';

/** The module with the mesh declared; it is left as it is where one of that form is there. */
export function withMesh(module: Module, mesh: Mesh, registry: Registry): { module: Module; meshName: string } {
  const [known] = [...meshesOf(module)].filter(([, m]) => !m.isMaximal);
  if (known) return { module, meshName: known[0] };
  const symbol = new Builder(registry).create('sdy.mesh', [], { symName: MESH, mesh });
  return {
    module: new Module([...module.funcs], { ...module, symbols: [symbol, ...module.symbols] }),
    meshName: MESH,
  };
}

/**
 * The program with the shardings of a choice: on arguments, results of ops and values that flow through regions, and constraints where
 * an op reads a value otherwise than it was made. The partitioner has nothing left to decide.
 */
export function annotate(graph: ProgramGraph, choice: ArrayLike<number>, registry: Registry): Module {
  const { nodes, uses, mesh } = graph;
  const { module, meshName } = withMesh(graph.module, mesh, registry);
  const shardings = new Shardings(module);
  const sharding = (layout: Layout): TensorSharding => shardingOfLayout(layout, mesh, meshName);
  const scattered = new Map<Op, Layout>();
  nodes.forEach(({ kind, op, values, strategies }, i) => {
    const { computed, results } = strategies[choice[i]];
    values.forEach((v, r) => {
      shardings.set(v, sharding(computed[r]));
    });
    if (kind === 'op' && op && layoutKey(computed[0] ?? []) !== layoutKey(results[0] ?? []))
      scattered.set(op, results[0]);
  });
  // How each operand of an op must lie.
  const wanted = new Map<Op, Map<number, Layout>>();
  for (const { from, result, to, operand } of uses) {
    const { kind, op, strategies } = nodes[to];
    const layout = strategies[choice[to]].operands[operand];
    const made = nodes[from].strategies[choice[from]].results[result];
    if (kind !== 'op' || !op || layoutKey(layout) === layoutKey(made)) continue;
    const operands = wanted.get(op) ?? new Map<number, Layout>();
    wanted.set(op, operands.set(operand, layout));
  }
  nodes.forEach(({ kind, name, strategies }, i) => {
    if (kind === 'result')
      shardings.setFuncResult(module.main, Number(name.split(' ')[1]), sharding(strategies[choice[i]].results[0]));
  });
  for (const { value, to } of uses)
    if (nodes[to].kind === 'argument')
      module.main.body.yielded.forEach((v, r) => {
        if (v === value) shardings.setFuncResult(module.main, r, sharding(nodes[to].strategies[choice[to]].results[0]));
      });
  const constrained = new WeakMap<Rewriter, Map<string, Value>>();
  const constrain = (value: Value, layout: Layout, rewriter: Rewriter): Value => {
    const known = constrained.get(rewriter) ?? new Map<string, Value>();
    constrained.set(rewriter, known);
    const key = `${value.id} ${layoutKey(layout)}`;
    const made = known.get(key) ?? rewriter.emit('sdy.sharding_constraint', [value], { sharding: sharding(layout) });
    known.set(key, made);
    return made;
  };
  return rewriteModule(
    module,
    registry,
    (op, rewriter) => {
      const layouts = wanted.get(op);
      const operands = op.operands.map((v, k) => {
        const layout = layouts?.get(k);
        const value = rewriter.get(v);
        return layout ? constrain(value, layout, rewriter) : value;
      });
      rewriter.copy(op, { ...shardings.changes(op), operands });
      const layout = scattered.get(op);
      if (layout) rewriter.map.set(op.results[0], constrain(rewriter.get(op.results[0]), layout, rewriter));
    },
    (f) => shardings.funcAttributes(f),
  );
}
