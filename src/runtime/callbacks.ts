import { HostArray } from '../base/index.ts';
import type { CallbackStep } from '../compile/index.ts';
import type { Module, Value } from '../ir/index.ts';
import { evaluateOp } from './reference/interpreter.ts';

/** What a callback step reads and writes, in the memory of an engine. */
export interface CallbackMemory {
  /** Fills `to` with the step's operand of this number. */
  read(operand: number, to: HostArray): void;
  /** Gives the step's result of this number, tokens not counted, the value of `from`. */
  write(result: number, from: HostArray): void;
}

/** Evaluates an op without a kernel by its reference semantics, on one device of a running program made from `source`. */
export function runCallback(
  { op, inputs }: CallbackStep,
  source: Module,
  memory: CallbackMemory,
  device: number,
  numDevices: number,
): void {
  const values = inputs.map((v, i): [Value, HostArray] => {
    const array = HostArray.zeros(v.dtype, v.shape);
    memory.read(i, array);
    return [v, array];
  });
  const out = evaluateOp(source, op, new Map(values), device, numDevices);
  out
    .filter((_, i) => op.results[i].type.kind === 'tensor')
    .forEach((r, i) => {
      memory.write(i, r);
    });
}
