import { dtypeInfo, EspalierError } from '../../base/index.ts';
import { type Block, isAbsent, locationText, type Op, type Value } from '../../ir/index.ts';
import { asCustomCall, unknownCustomCall } from '../../ops/index.ts';
import { isNativeDType } from '../kernels/compute-types.ts';
import { isSubByteInteger, unpacksBits } from '../kernels/sub-byte.ts';
import type { KernelRule, KernelTable, Lowering } from './lowering.ts';
import { isAlias } from './lowering.ts';

/*
 * Which ops have no kernel: those without a rule, those on element types that kernels do not compute with, and those whose
 * bodies are not scalar code. Their reference semantics run in JavaScript, called back by the program.
 */

/** The rule of an op: the table's, or the one that calls back. Throws `runtime/unsupported` when there is neither. */
export function ruleOf(op: Op, table: KernelTable): KernelRule {
  const rule = table[op.name];
  const { traits, evaluate, decompose } = op.definition;
  // Control flow and collectives move bytes of any type.
  if (isAlias(op) && !op.operands.every(isMovable)) return aliasRule;
  const isStructure = traits.terminator || traits.controlFlow || traits.collective;
  if (rule && rule.absent === undefined && (isStructure || hasKernel(op, table))) return rule;
  if (!isStructure && !traits.sideEffect && (!isAbsent(evaluate) || !isAbsent(decompose))) return callbackRule;
  const call = asCustomCall(op);
  if (call) throw unknownCustomCall(call.attributes.callTargetName);
  throw new EspalierError('runtime/unsupported', `the cpu engine cannot compile ${op.name}`, {
    given: rule?.absent ?? 'an op it does not know',
    advice: 'use the "reference" engine for this program: it interprets every op',
    fields: { op: op.name, location: locationText(op.location) },
  });
}

const isSubByte = (v: Value): boolean => dtypeInfo(v.dtype).bits < 8;
const isNative = (v: Value): boolean => v.type.kind !== 'tensor' || isNativeDType(v.dtype);
/** Integers below a byte too: kernels move them and convert them to other types, and leave arithmetic to callbacks. */
const isMovable = (v: Value): boolean => isNative(v) || isSubByteInteger(v.dtype);

function hasKernel(op: Op, table: KernelTable): boolean {
  if (op.name === 'stablehlo.constant' || unpacksBits(op) || table[op.name]?.takesComplex) return true;
  const [first, ...others] = op.operands;
  const moves = table[op.name]?.view !== undefined;
  const canRead = moves || op.name === 'stablehlo.convert' ? isMovable : isNative;
  if (first && !canRead(first)) return false;
  if (!others.every(moves && isAlias(op) ? isMovable : isNative)) return false;
  if (!op.results.every(moves ? isMovable : isNative)) return false;
  // Bools and other narrow elements take a byte each: their bits are not those of the type.
  if (op.name === 'stablehlo.bitcast_convert' && !isAlias(op) && [op.operands[0], op.result].some(isSubByte))
    return false;
  if (op.name === 'stablehlo.reduce_precision' && op.result.dtype === 'f64') return false;
  const isScalarCode = (block: Block): boolean =>
    block.ops.every((o) => o.definition.traits.terminator || (table[o.name]?.fuse && hasKernel(o, table)));
  return op.regions.every(isScalarCode);
}

/** Values from outside that an op's regions use. */
export function capturedBy(op: Op): Value[] {
  const out = new Set<Value>();
  const visit = (block: Block, own: ReadonlySet<Value>): void => {
    const known = new Set([...own, ...block.args]);
    for (const o of block.ops) {
      for (const v of o.operands) if (!known.has(v)) out.add(v);
      for (const r of o.regions) visit(r, known);
      for (const r of o.results) known.add(r);
    }
  };
  for (const region of op.regions) visit(region, new Set());
  return [...out];
}

const isTensor = (v: Value): boolean => v.type.kind === 'tensor';

/** Results that are their operands' bytes, of types that loops cannot move. */
const aliasRule: KernelRule = {
  lower: (op, lowering) => {
    op.results.forEach((r, i) => {
      lowering.setStorage(r, lowering.require(op.operands[i]));
    });
  },
};

export const callbackRule: KernelRule = {
  lower: (op: Op, lowering: Lowering): void => {
    const inputs = [...op.operands, ...capturedBy(op)].filter(isTensor);
    const results = op.results.filter(isTensor);
    const reads = inputs.map((v) => lowering.require(v));
    const writes = results.map((r) => lowering.bufferFor(r));
    lowering.push({ kind: 'callback', op, inputs, reads, writes });
    results.forEach((r, i) => {
      lowering.setStorage(r, { buffer: writes[i], offset: 0 });
    });
  },
};
