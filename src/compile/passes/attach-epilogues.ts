import { dtypeInfo } from '../../base/index.ts';
import { accessesOfStage, conflict, ExprRewriter, effectsOf } from '../kernels/accesses.ts';
import {
  type Affine,
  addScaled,
  affineEquals,
  boundsOf,
  coefficientOf,
  loopVar,
  type RuntimeIndex,
  shifted,
  substitute,
  symbol,
  type Term,
  termIndex,
} from '../kernels/affine.ts';
import { align } from '../kernels/align.ts';
import { collapseLoops } from '../kernels/collapse.ts';
import type {
  Epilogue,
  GemmStep,
  LoopStep,
  Nest,
  Step,
  StepBlock,
  SymbolSource,
  UpdateStep,
} from '../kernels/kernel-ir.ts';
import { mapBlocks } from '../kernels/walk.ts';
import type { KernelPass } from './kernel-pass.ts';
import { projectLoops } from './tiles/tile-members.ts';

/*
 * Joins products with the loops that follow them: loops that touch each element of the result alone run on every block of it
 * as soon as the product has finished the block, and so do loops that work row by row (a residual and the norm after it) where
 * blocks are whole rows. What they share stays in the cache, and the result may lie where the loops' own goes.
 * Precondition: every buffer is written before it is read. Postcondition: same results.
 * Example: `c = a·b; d = maximum(c, 0)` becomes `c = a·b, by blocks { d = maximum(c, 0) }`.
 */
export const attachEpiloguesPass: KernelPass = {
  name: 'attach-epilogues',
  doc: 'Joins products with the loops that follow them, which run on blocks of the result as they are finished.',
  // Products of native/gemm call back for every finished block; those of wasm do not.
  targets: ['c'],
  run: (program) => ({ ...program, body: attachInBlock(program.body) }),
};

/** How many steps behind a product its loops are looked for. */
const reach = 16;
/** Smaller products are done before their loops have been set up; those of few rows read B in place, not by blocks. */
const fewestFlops = 4e6;
const fewestRows = 17;
/**
 * Products of more rows than the first number work by blocks of rows anyhow (native/gemm/gemm.c, WHOLE_ROWS); a block holds whole rows
 * of up to the second number of columns (NC).
 */
const fewRows = 800;
const mostColumns = 2048;

function attachInBlock(block: StepBlock): StepBlock {
  let steps: readonly Step[] = block.steps.map((s) => mapBlocks(s, attachInBlock));
  for (let i = 0; i < steps.length; i++) steps = attachTo(steps, i) ?? steps;
  return { steps };
}

type Target = UpdateStep['targets'][number];
/** A step as what it updates in place, and what it does. */
function opened(s: Step): { targets: readonly Target[]; write: Step } {
  return s.kind === 'update' ? { targets: s.targets, write: s.write } : { targets: [], write: s };
}

/** The steps with the first loops that read the product at `at` joined to it; undefined when they do not fit. */
function attachTo(steps: readonly Step[], at: number): Step[] | undefined {
  const product = opened(steps[at]);
  const g = product.write;
  if (g.kind !== 'gemm' || !isBlocked(g)) return undefined;
  const result = g.c.storage.buffer;
  const last = Math.min(steps.length, at + 1 + reach);
  for (let j = at + 1; j < last; j++) {
    const loops = opened(steps[j]);
    if (loops.write.kind !== 'loops') continue;
    const theirs = effectsOf(loops.write);
    if (!theirs.reads.has(result) || theirs.writes.has(result)) continue;
    const epilogue = epilogueOf(g, loops.write);
    if (!epilogue) return undefined;
    const between = steps.slice(at + 1, j);
    const [a, b] = [effectsOf(steps[at]), effectsOf(steps[j])];
    const rises = !between.some((s) => conflict(effectsOf(s), b));
    if (!rises && between.some((s) => conflict(a, effectsOf(s)))) return undefined;
    const targets = [...product.targets, ...loops.targets];
    // An update whose step reads what it updates copies it first.
    const read = [effectsOf(g).reads, theirs.reads];
    if (targets.some((t) => read.some((r) => r.has(t.operand.buffer)))) return undefined;
    const write: GemmStep = { ...g, epilogue };
    const joined: Step = targets.length > 0 ? { kind: 'update', targets, write } : write;
    const rest = steps.slice(j + 1);
    return rises
      ? [...steps.slice(0, at), joined, ...between, ...rest]
      : [...steps.slice(0, at), ...between, joined, ...rest];
  }
  return undefined;
}

/** One product of enough work into rows that follow one another, of types that products have tiles for. */
function isBlocked(g: GemmStep): boolean {
  return (
    !g.epilogue &&
    !g.counts &&
    g.outer.length === 0 &&
    g.batch === 1 &&
    g.m >= fewestRows &&
    g.c.column === 1 &&
    g.c.row === g.n &&
    dtypeInfo(g.dtypes[2]).bits <= 32 &&
    2 * g.m * g.n * g.k >= fewestFlops
  );
}

/** The loops as what happens to blocks of the product's result; undefined when they need more than a block. */
function epilogueOf(g: GemmStep, loops: LoopStep): Epilogue | undefined {
  const result = g.c.storage.buffer;
  if (loops.symbols.some((s) => s.storage.buffer === result)) return undefined;
  // What the product reads, other blocks still need.
  const { reads } = effectsOf(g);
  for (const w of effectsOf(loops).writes) if (reads.has(w)) return undefined;
  const own = loops.outer.length > 0 ? loops.outer : (loops.stages[0]?.vars ?? []);
  const rows = align([loopVar(g.m)], own, true)?.vars.map((v, i) => symbol(`row${i}`, v.extent - 1));
  const projected = rows && projectLoops(loops, { points: rows, round: undefined, block: 1 });
  if (!rows || !projected) return undefined;
  const known = symbolsOf(g);
  const symbols = [...new Set(projected.symbols.map(known.of))];
  const rewriter = new ExprRewriter({ index: known.index });
  const step = collapseLoops({ ...projected, symbols, stages: projected.stages.map((s) => rewriter.stage(s)) });
  // Where the first element of the row lies.
  let start: Affine = shifted(known.index(g.c.offset), g.c.storage.offset);
  let stride = g.n;
  for (const r of [...rows].reverse()) {
    start = addScaled(start, termIndex(r), stride);
    stride *= r.max + 1;
  }
  const touches = step.stages.flatMap(accessesOfStage).filter((a) => a.buffer === result);
  const inRow = touches.map((a) => addScaled(a.index, start, -1));
  const nest = step.outer.length === 0 && step.stages.length === 1 ? step.stages[0] : undefined;
  if (nest?.kind === 'nest' && nest.folds.length === 0 && nest.vars.length === 1 && nest.vars[0].extent === g.n) {
    const column = termIndex(nest.vars[0]);
    if (inRow.every((x) => affineEquals(x, column))) return { rows, ...byColumns(step, nest, g.n) };
  }
  const stays = inRow.every((x) => {
    const [lo, hi] = boundsOf(x);
    return lo >= 0 && hi < g.n && [...x.terms.keys()].every((t) => t.kind === 'loop');
  });
  const separate = step.stages
    .flatMap(accessesOfStage)
    .every((a) => a.kind === 'read' || a.buffer.place.kind === 'local' || isSeparate(a.index, rows));
  return stays && separate && g.m > fewRows && g.n <= mostColumns ? { rows, step } : undefined;
}

/** Whether every row writes elements of its own. */
function isSeparate(index: Affine, rows: readonly RuntimeIndex[]): boolean {
  const real = rows.filter((r) => r.max > 0);
  const steps = real.map((r) => coefficientOf(index, r));
  const inside = new Map([...index.terms].filter(([t]) => t.kind === 'loop'));
  const [lo, hi] = boundsOf({ constant: 0, terms: inside });
  return steps.every((s, i) => s > hi - lo && (i + 1 === steps.length || s >= steps[i + 1] * (real[i + 1].max + 1)));
}

/** The loop over columns begins where the block does. */
function byColumns(step: LoopStep, nest: Nest, n: number): Pick<Epilogue, 'columns' | 'step'> {
  const columns = { first: symbol('column', n - 1), count: symbol('columns', n) };
  const v = loopVar(n, columns.count);
  const by = new Map<Term, Affine>([[nest.vars[0], addScaled(termIndex(columns.first), termIndex(v))]]);
  const rewriter = new ExprRewriter({ index: (i) => (i.terms.has(nest.vars[0]) ? substitute(i, by) : i) });
  return { columns, step: { ...step, stages: [{ ...(rewriter.stage(nest) as Nest), vars: [v] }] } };
}

/** Replaces symbols of steps that stand for the same scalar by the product's first one, so that indices can be compared. */
function symbolsOf(g: GemmStep): { of: (s: SymbolSource) => SymbolSource; index: (i: Affine) => Affine } {
  const same = (a: SymbolSource, b: SymbolSource): boolean =>
    a.storage.buffer === b.storage.buffer && a.storage.offset === b.storage.offset && a.symbol.max === b.symbol.max;
  const by = new Map<Term, Affine>();
  const of = (s: SymbolSource): SymbolSource => {
    const known = g.symbols.find((x) => same(x, s)) ?? s;
    by.set(s.symbol, termIndex(known.symbol));
    return known;
  };
  g.symbols.forEach(of);
  return { of, index: (i) => substitute(i, by) };
}
