import { HostArray } from '../../base/index.ts';
import type { HostStep } from '../../compile/index.ts';
import type { Module, Value } from '../../ir/index.ts';
import { evaluateOp } from '../reference/interpreter.ts';
import type { WasmMemory } from './memory.ts';

/**
 * Evaluates an op without a kernel by its reference semantics, on operands and into results in linear memory; `addresses` are
 * those of the operands, then of the results.
 */
export function runHostStep(
  { op, inputs }: HostStep,
  source: Module,
  memory: WasmMemory,
  addresses: Int32Array,
  device: number,
  numDevices: number,
): void {
  const values = inputs.map((v, i): [Value, HostArray] => {
    const array = HostArray.zeros(v.dtype, v.shape);
    array.bytes.set(memory.bytes(addresses[i] >>> 0, array.bytes.length));
    return [v, array];
  });
  const out = evaluateOp(source, op, new Map(values), device, numDevices);
  op.results.forEach((r, i) => {
    if (r.type.kind !== 'tensor') return;
    const at = addresses[inputs.length + op.results.slice(0, i).filter((x) => x.type.kind === 'tensor').length];
    memory.bytes(at >>> 0, out[i].bytes.length).set(out[i].bytes);
  });
}
