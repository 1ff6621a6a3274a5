import type { Step, StepBlock } from './kernel-ir.ts';

/* Walking the steps of a kernel list. A tile step and an update count as one step; loops and branches hold blocks of steps. */

/** The blocks inside a step, in the order they run: a loop's condition and body, or branches. */
export function blocksIn(step: Step): readonly StepBlock[] {
  if (step.kind === 'while') return [step.condition, step.body];
  return step.kind === 'case' ? step.branches.map((b) => b.block) : [];
}

/** The step with every block inside it replaced by what `f` gives for it. */
export function mapBlocks<S extends Step>(step: S, f: (block: StepBlock) => StepBlock): S;
export function mapBlocks(step: Step, f: (block: StepBlock) => StepBlock): Step {
  if (step.kind === 'while') return { ...step, condition: f(step.condition), body: f(step.body) };
  if (step.kind === 'case') return { ...step, branches: step.branches.map((b) => ({ ...b, block: f(b.block) })) };
  return step;
}

/** The block with every step replaced by the steps that `f` gives for it, after those inside it have been. */
export function mapSteps(block: StepBlock, f: (step: Step) => readonly Step[]): StepBlock {
  return { steps: block.steps.flatMap((s) => f(mapBlocks(s, (inner) => mapSteps(inner, f)))) };
}

/** Visits every step, those inside a step after it. */
export function walkSteps(block: StepBlock, visit: (step: Step) => void): void {
  for (const step of block.steps) {
    visit(step);
    for (const inner of blocksIn(step)) walkSteps(inner, visit);
  }
}

/** The steps a step consists of: what its blocks hold, the members of a tile, what an update does, and what follows a product. */
export function partsOf(step: Step): readonly Step[] {
  switch (step.kind) {
    case 'tile':
      return [...step.start, ...step.body, ...step.finish];
    case 'update':
      return [step.write];
    case 'gemm':
      return step.epilogue ? [step.epilogue.step] : [];
    default:
      return blocksIn(step).flatMap((b) => b.steps);
  }
}
