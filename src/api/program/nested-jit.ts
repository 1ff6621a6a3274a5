import { type Block, Builder, cloneBlock, typeText, ValueMap } from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import type { Engine } from '../../runtime/index.ts';
import type { Mesh, PartitionSpec } from '../trace/mesh.ts';
import { currentMesh, requireEngine, requireMesh, shard } from '../trace/mesh-scope.ts';
import { type SpecTree, specsOf } from '../trace/spec-tree.ts';
import type { Tensor } from '../trace/tensor.ts';
import { bind, currentTrace, traceFunction } from '../trace/trace.ts';
import { flatten, type TreeDef, treedefText, unflatten } from '../trace/tree.ts';
import { namedAxesKey } from '../transforms/named-axes.ts';
import { type Arguments, resultTensor } from './arguments.ts';

/*
 * A jitted function called inside a traced one: traced once per signature and outermost trace, and a call each time. Its
 * shardings become constraints on what goes in and comes out. Donation has no meaning there: the program around it plans memory.
 */

/** A function traced for calls inside one outermost trace. */
export interface InnerProgram {
  /** Takes the tensors of the arguments, then what the function closes over. */
  readonly block: Block;
  readonly captures: readonly Tensor[];
  readonly resultDef: TreeDef;
}

interface InnerOptions {
  readonly mesh?: Mesh | undefined;
  readonly engine?: Engine | undefined;
  readonly inShardings?: readonly SpecTree[];
  readonly outShardings?: SpecTree;
}

/** Calls `f` in the trace under way. Throws `api/mesh` and `api/engine` where it asks for others than the program around it. */
export function callInside(
  f: (...args: never[]) => unknown,
  flat: Arguments,
  options: InnerOptions,
  programsByTrace: WeakMap<object, Map<string, InnerProgram>>,
): unknown {
  const trace = currentTrace()!;
  if (options.engine) requireEngine(options.engine);
  if (options.mesh) requireMesh(options.mesh);
  const constrained = (ts: readonly Tensor[], specs: readonly (PartitionSpec | undefined)[]): readonly Tensor[] =>
    ts.map((t, i) => (specs[i] ? shard(t, specs[i]) : t));
  const tensors = constrained(flat.tensors, specsOf(options.inShardings, flat.treedef, 'inShardings'));
  const root = trace.root;
  let programs = programsByTrace.get(root);
  if (!programs) {
    programs = new Map();
    programsByTrace.set(root, programs);
  }
  const mesh = currentMesh();
  const types = tensors.map((t) => typeText(t.type)).join();
  const around = [mesh ? JSON.stringify(mesh.axes) : '', namedAxesKey(), trace.derivativeOrder];
  const key = [treedefText(flat.treedef), types, ...around].join(';');
  let program = programs.get(key);
  if (!program?.captures.every((t) => trace.canUse(t))) {
    program = traceInner(f, flat.treedef, tensors);
    programs.set(key, program);
  }
  const { block, captures, resultDef } = program;
  const results = emitCall(f.name || 'jitted', block, [...tensors, ...captures]);
  return unflatten(resultDef, constrained(results, specsOf(options.outShardings, resultDef, 'outShardings')));
}

function traceInner(f: (...args: never[]) => unknown, treedef: TreeDef, tensors: readonly Tensor[]): InnerProgram {
  let resultDef: TreeDef | undefined;
  const name = f.name || 'the jitted function';
  const traced = traceFunction(
    f.name || 'jitted',
    tensors.map((t) => t.type),
    (inner) => {
      const out = flatten((f as (...a: unknown[]) => unknown)(...(unflatten(treedef, inner) as unknown[])));
      resultDef = out.treedef;
      return out.leaves.map((l) => resultTensor(l, name));
    },
  );
  const { body } = traced.func;
  const b = new Builder(registry);
  for (const op of body.ops.slice(0, -1)) b.append(op);
  const block = b.finish(body.args, body.yielded, 'stablehlo.return');
  return { block, captures: traced.captures, resultDef: resultDef! };
}

/** Each call gets a copy of the body, since a value has one place; equal copies become one function of the module. */
const emitCall = (name: string, block: Block, operands: readonly Tensor[]): Tensor[] =>
  bind(
    'espalier.call',
    operands,
    { name },
    { regions: [cloneBlock(block, new ValueMap())], resultTypes: block.yielded.map((v) => v.type) },
  );
