export { problemOfInstance, readInstance } from './instance.ts';
export type {
  EnergyEdge,
  EnergyNode,
  EnergyProblem,
  EnergySolution,
  LiveMemory,
  MemoryShortage,
} from './problem.ts';
export { checkProblem, objectiveOf, peakMemoryOf } from './problem.ts';
export { requireFeasible, type SolveOptions, solveEnergy } from './solve.ts';
