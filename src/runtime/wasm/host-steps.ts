import { HostArray } from '../../base/index.ts';
import type { HostStep } from '../../compile/index.ts';
import { Block, cloneOp, Func, Module, Op, Value, ValueMap } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { evaluateOnDevices } from '../reference/interpreter.ts';
import type { WasmMemory } from './memory.ts';

const modules = new WeakMap<HostStep, Module>();

/** The step's op as a program of its own: inputs are arguments. */
function moduleOf(step: HostStep): Module {
  let module = modules.get(step);
  if (!module) {
    const map = new ValueMap();
    const args = step.inputs.map((v, i) => {
      const arg = new Value(v.type, undefined, i);
      map.set(v, arg);
      return arg;
    });
    const op = cloneOp(step.op, map);
    const end = new Op(registry.get('func.return'), [...op.results], {}, []);
    module = new Module([new Func('main', new Block(args, [op, end]))]);
    modules.set(step, module);
  }
  return module;
}

/** Evaluates an op without a kernel by its reference semantics, on operands and into results in linear memory. */
export function runHostStep(step: HostStep, memory: WasmMemory, addresses: Int32Array): void {
  const inputs = step.inputs.map((v, i) => {
    const array = HostArray.zeros(v.dtype, v.shape);
    array.bytes.set(memory.bytes(addresses[i] >>> 0, array.bytes.length));
    return array;
  });
  const [results] = evaluateOnDevices(moduleOf(step), [inputs], { numDevices: 1, numReplicas: 1 });
  results.forEach((r, i) => {
    memory.bytes(addresses[inputs.length + i] >>> 0, r.bytes.length).set(r.bytes);
  });
}
