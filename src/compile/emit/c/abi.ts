import { type DType, dtypes } from '../../../base/index.ts';
import { isNativeDType, unsupportedDType } from '../../kernels/compute-types.ts';
import type { Combiner } from '../../kernels/kernel-ir.ts';

/*
 * Numbers that programs, the support library and this side of it must agree on, each in one table. `native/abi.h` says the same in C:
 * `npm run native-abi` writes it from here, and a test compares.
 */

/** Grows with every change of the interface. */
export const ABI_VERSION = 6;

/** Element types of buffers, by their number. */
const elementTypes: readonly DType[] = dtypes.filter(isNativeDType);
/** Of operands of matrix products only, numbered after them: two elements to a byte, the lower half first. */
const nibbleTypes: readonly DType[] = ['i4', 'u4'];

/** ABI number of a dtype. Throws `runtime/unsupported` for types that kernels do not compute with. */
export function dtypeNumber(d: DType): number {
  const n = elementTypes.indexOf(d);
  if (n < 0) throw unsupportedDType(d);
  return n;
}

/** ABI number of the elements of a matrix operand. Throws `runtime/unsupported`. */
export function operandNumber(d: DType): number {
  return nibbleTypes.includes(d) ? elementTypes.length + nibbleTypes.indexOf(d) : dtypeNumber(d);
}

/** Reductions of collectives. On bool: SUM = MAX = OR, MUL = MIN = AND. */
export const reductionNames: Readonly<Record<Combiner, string>> = {
  add: 'ESP_SUM',
  multiply: 'ESP_MUL',
  maximum: 'ESP_MAX',
  minimum: 'ESP_MIN',
  and: 'ESP_AND',
  or: 'ESP_OR',
  xor: 'ESP_XOR',
};

/** What programs and the support library return, by its number: a name, and what is said to a user. */
const outcomes = [
  ['OK', 'nothing failed'],
  ['ABORTED', 'a device stopped because another one failed'],
  ['DIVERGED', 'devices took different paths: one returned while others waited in a collective'],
  ['NO_MEMORY', 'out of memory'],
  ['BAD_GROUP', 'a collective names devices that do not take part'],
  ['NO_CALLBACK', 'a step of the program calls back, and nobody listens'],
  ['CALLBACK_FAILED', 'a callback could not evaluate its step'],
] as const;
type OutcomeName = (typeof outcomes)[number][0];

export const outcomeNumber = (name: OutcomeName): number => outcomes.findIndex(([n]) => n === name);
/** What an error code says. */
export const outcomeText = (code: number): string => outcomes[code]?.[1] ?? `error code ${code}`;

/** The integers that describe a product (struct esp_gemm) to `esp_gemm_once` and `esp_kept_bytes`, in order. */
const productIntegers = [
  ...(['batch', 'm', 'n', 'k'] as const),
  ...(['a_batch', 'a_row', 'a_col', 'b_batch', 'b_row', 'b_col', 'c_batch', 'c_row', 'c_col'] as const),
  ...(['accumulate', 'round_bf16'] as const),
  ...(['a_scale', 'a_scale_batch', 'a_scale_k', 'a_scale_other', 'a_scale_group'] as const),
  ...(['b_scale', 'b_scale_batch', 'b_scale_k', 'b_scale_other', 'b_scale_group'] as const),
  ...(['kept', 'kept_first', 'kept_operand'] as const),
] as const;

/** Value of each of them; addresses of scales and of kept memory are integers too. */
export type ProductIntegers = Readonly<Record<(typeof productIntegers)[number], number>>;

/** The integers in the order of the interface. */
export function packProduct(values: ProductIntegers): BigInt64Array {
  return BigInt64Array.from(productIntegers, (name) => BigInt(values[name]));
}

/** Text of native/abi.h. */
export function abiHeader(): string {
  const upper = (name: string): string => `ESP_${name.toUpperCase()}`;
  const list = (names: readonly string[]): string => wrapped(names).join('\n');
  return `/* Numbers that programs, the support library and JavaScript share. Written by \`npm run native-abi\` from
 * src/compile/emit/c/abi.ts; do not edit. */
#ifndef ESPALIER_ABI_H
#define ESPALIER_ABI_H

#define ESP_ABI ${ABI_VERSION}

/* What programs and the support library return. */
enum {
${outcomes.map(([name, text], n) => `  ${upper(name)} = ${n}, /* ${text} */`).join('\n')}
};

/* Element types. */
enum esp_dtype {
${list(elementTypes.map(upper))}
  /* Two elements to a byte, the lower half first; only operands of matrix products. */
${list(nibbleTypes.map(upper))}
};

/* Reductions of collectives. On bool: SUM = MAX = OR, MUL = MIN = AND. */
enum esp_reduction {
${list(Object.values(reductionNames))}
};

/* Where each integer lies that describes a product (struct esp_gemm) in a call from JavaScript. */
enum esp_product_integer {
${list(productIntegers.map((name) => upper(`v_${name}`)))}
};

#endif
`;
}

/** Names in lines of at most 120 characters. */
function wrapped(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + name.length < 118) lines[lines.length - 1] = `${last} ${name},`;
    else lines.push(`  ${name},`);
  }
  return lines;
}
