import { printModule } from '../../ir/index.ts';
import { type DumpSink, type LoweredProgram, numCompilations, sendDumps } from '../../program/index.ts';

/* What can be seen of programs on their way: their text, and how many there have been. */

/**
 * From now on, gives every stage of every program that is compiled to `sink` as text: StableHLO as traced, optimized, sharded and
 * partitioned, then what the engine makes of it. `undefined` stops it.
 * @example
 * const files: string[] = [];
 * setDumpSink((_program, file) => files.push(file));
 * await jit((x: Tensor) => np.tanh(x))(np.array(1)).data();
 * setDumpSink(undefined);
 * files.slice(0, 2) // => ['0-traced.mlir', '1-optimized.mlir']
 */
export function setDumpSink(to: DumpSink | undefined): void {
  sendDumps(to);
}

/**
 * MLIR text of every stage, for dumps.
 * @example [...stagesText(jit((x: Tensor) => np.sin(x)).lower(np.ones([2]))).keys()] // => ['traced', 'optimized']
 */
export function stagesText(program: LoweredProgram): Map<string, string> {
  return new Map([...program.stages].map(([name, module]) => [name, printModule(module)]));
}

/**
 * How many programs have been compiled in this process: if it grows with every step, something changes shape or type.
 * @example
 * const before = compilationCount();
 * jit((x: Tensor) => np.multiply(x, 3))(np.array(2));
 * compilationCount() - before <= 1 // => true
 */
export const compilationCount = (): number => numCompilations();
