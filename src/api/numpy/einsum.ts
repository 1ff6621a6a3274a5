import { range, UserError } from '../../base/index.ts';
import type { TensorLike } from '../lax/core.ts';
import * as lax from '../lax/core.ts';
import { describeValue } from '../trace/check-arguments.ts';
import type { Tensor } from '../trace/tensor.ts';
import { multiply } from './elementwise.ts';
import { broadcastShapes, promoteTypes } from './promotion.ts';
import { sum } from './reductions.ts';

/**
 * Einstein summation: `einsum('bqhd,bkhd->bhqk', q, k)`. Each pair of operands, from left to right, becomes one `dot_general`
 * with explicit batch and contracting dimensions (plus a transpose when the output order differs). `...` stands for
 * leading dimensions that broadcast; a label that repeats within an operand takes its diagonal.
 * @example np.einsum('ij,j->i', [[1, 2], [3, 4]], [1, 1]) // => [3, 7]
 */
export function einsum(subscripts: string, ...operands: TensorLike[]): Tensor {
  if (typeof subscripts !== 'string')
    throw new UserError('api/einsum', 'einsum is told first what to sum', {
      expected: "a text like 'ij,jk->ik'",
      given: describeValue(subscripts),
    });
  const given = operands.map((x) => lax.asTensor(x));
  const spelled = spellEllipsis(subscripts.replace(/\s/g, ''), given);
  const [inputs, output] = parse(spelled.text, operands.length);
  const tensors = spelled.tensors.map((t, i) => {
    const [diagonal, labels] = takeDiagonals(t, inputs[i], subscripts);
    inputs[i] = labels;
    return diagonal;
  });
  inputs.forEach((labels, i) => {
    if (labels.length !== tensors[i].ndim)
      throw new UserError('api/einsum', `"${subscripts}": operand ${i} has ${tensors[i].ndim} dimensions`, {
        expected: `${labels.length} (${labels})`,
      });
  });
  if (tensors.length === 1) return permuteTo(sumOut(tensors[0], inputs[0], output), keep(inputs[0], output), output);
  if (tensors.length > 2) {
    // Left to right; labels needed later are kept.
    const rest = inputs.slice(2).join('') + output;
    const middle = [...new Set(inputs[0] + inputs[1])].filter((c) => rest.includes(c)).join('');
    const first = einsum(`${inputs[0]},${inputs[1]}->${middle}`, tensors[0], tensors[1]);
    return einsum(`${[middle, ...inputs.slice(2)].join(',')}->${output}`, first, ...tensors.slice(2));
  }
  return contract(subscripts, tensors[0], inputs[0], tensors[1], inputs[1], output);
}

/** Writes `...` as labels of its own, of which each operand has those it does not merely repeat. */
function spellEllipsis(text: string, tensors: readonly Tensor[]): { text: string; tensors: Tensor[] } {
  if (!text.includes('...')) return { text, tensors: [...tensors] };
  const [left, right] = text.split('->');
  const terms = left.split(',');
  const free = [...'ZYXWVUTSRQPONMLKJIHGFEDCBA'].filter((c) => !text.includes(c));
  const ranks = terms.map((t, i) => (t.includes('...') ? (tensors[i]?.ndim ?? 0) - (t.length - 3) : 0));
  const rank = Math.max(...ranks);
  const shapes = terms.flatMap((t, i) => {
    const at = t.indexOf('...');
    return at < 0 || ranks[i] < 0 ? [] : [tensors[i].shape.slice(at, at + ranks[i])];
  });
  const shape = broadcastShapes(...shapes);
  const names = free.slice(0, rank).reverse().join('');
  const own = terms.map((t, i) => {
    const at = t.indexOf('...');
    if (at < 0 || ranks[i] < 0) return { term: t, tensor: tensors[i] };
    return withoutRepeated(t, at, tensors[i], names.slice(rank - ranks[i]), shape.slice(rank - ranks[i]));
  });
  const ordered = [...new Set(left.replace(/[.,]/g, ''))].filter((c) => left.split(c).length === 2).sort();
  return {
    text: `${own.map((o) => o.term).join(',')}->${right === undefined ? names + ordered.join('') : right.replace('...', names)}`,
    tensors: own.map((o) => o.tensor),
  };
}

/** Names the ellipsis dimensions; those of size one that other operands repeat are dropped: the product need not repeat them. */
function withoutRepeated(
  term: string,
  at: number,
  t: Tensor,
  names: string,
  shape: readonly number[],
): { term: string; tensor: Tensor } {
  const kept = range(names.length).filter((k) => t.shape[at + k] === shape[k]);
  const sizes = kept.map((k) => shape[k]);
  return {
    term: term.replace('...', kept.map((k) => names[k]).join('')),
    tensor: lax.reshape(t, [...t.shape.slice(0, at), ...sizes, ...t.shape.slice(at + names.length)]),
  };
}

/** Masks and sums away repeated labels: `ii` becomes the diagonal `i`. */
function takeDiagonals(t: Tensor, labels: string, text: string): [Tensor, string] {
  for (const c of new Set(labels)) {
    const first = labels.indexOf(c);
    const second = labels.indexOf(c, first + 1);
    if (second < 0 || labels.length !== t.ndim) continue;
    if (t.shape[first] !== t.shape[second])
      throw new UserError('api/einsum', `"${text}": label "${c}" has two sizes`, {
        expected: `${t.shape[first]}`,
        given: `${t.shape[second]}`,
      });
    const onDiagonal = lax.eq(lax.iota('i32', t.shape, first), lax.iota('i32', t.shape, second));
    const diagonal = sum(lax.select(onDiagonal, t, 0), { axis: second });
    return takeDiagonals(diagonal, labels.slice(0, second) + labels.slice(second + 1), text);
  }
  return [t, labels];
}

function parse(subscripts: string, count: number): [string[], string] {
  const text = subscripts.replace(/\s/g, '');
  const [left, right] = text.split('->');
  const inputs = left.split(',');
  if (!/^[A-Za-z,]*(->[A-Za-z]*)?$/.test(text) || inputs.length !== count)
    throw new UserError('api/einsum', `cannot read "${subscripts}" for ${count} operands`, {
      expected: "letters for dimensions, e.g. 'bij,bjk->bik'",
    });
  const all = inputs.join('');
  const output =
    right ??
    [...new Set(all)]
      .filter((c) => all.split(c).length === 2)
      .sort()
      .join('');
  for (const c of output)
    if (!all.includes(c)) throw new UserError('api/einsum', `"${subscripts}": output label "${c}" is in no operand`);
  if (new Set(output).size !== output.length)
    throw new UserError('api/einsum', `"${subscripts}": a label repeats within the output "${output}"`);
  return [inputs, output];
}

const keep = (labels: string, output: string): string => [...labels].filter((c) => output.includes(c)).join('');

function sumOut(t: Tensor, labels: string, kept: string): Tensor {
  const axes = range(labels.length).filter((i) => !kept.includes(labels[i]));
  return axes.length === 0 ? t : sum(t, { axis: axes });
}

function permuteTo(t: Tensor, labels: string, output: string): Tensor {
  return lax.transpose(
    t,
    [...output].map((c) => labels.indexOf(c)),
  );
}

function contract(text: string, x: Tensor, xLabels: string, y: Tensor, yLabels: string, output: string): Tensor {
  let [a, b] = promoteDTypes(x, y);
  const aKept = [...xLabels].filter((c) => yLabels.includes(c) || output.includes(c)).join('');
  const bKept = [...yLabels].filter((c) => xLabels.includes(c) || output.includes(c)).join('');
  a = sumOut(a, xLabels, aKept);
  b = sumOut(b, yLabels, bKept);
  const shared = [...aKept].filter((c) => bKept.includes(c));
  const batch = shared.filter((c) => output.includes(c)).sort((p, q) => output.indexOf(p) - output.indexOf(q));
  const contracting = shared.filter((c) => !output.includes(c));
  for (const c of shared) {
    const [m, n] = [a.shape[aKept.indexOf(c)], b.shape[bKept.indexOf(c)]];
    if (m !== n)
      throw new UserError('api/einsum', `"${text}": label "${c}" has two sizes`, { expected: `${m}`, given: `${n}` });
  }
  const out = lax.dotGeneral(a, b, {
    lhsBatchingDimensions: batch.map((c) => aKept.indexOf(c)),
    rhsBatchingDimensions: batch.map((c) => bKept.indexOf(c)),
    lhsContractingDimensions: contracting.map((c) => aKept.indexOf(c)),
    rhsContractingDimensions: contracting.map((c) => bKept.indexOf(c)),
  });
  const free = (labels: string): string => [...labels].filter((c) => !shared.includes(c)).join('');
  return permuteTo(out, batch.join('') + free(aKept) + free(bKept), output);
}

function promoteDTypes(x: Tensor, y: Tensor): [Tensor, Tensor] {
  const dtype = promoteTypes(x.dtype, y.dtype);
  return [lax.convertElementType(x, dtype), lax.convertElementType(y, dtype)];
}

/**
 * Matrix product with numpy's batching rules; dimensions that one operand lacks are not repeated for it.
 * @example np.matmul([[1, 2], [3, 4]], [1, 1]) // => [3, 7]
 */
export function matmul(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [lax.asTensor(x), lax.asTensor(y)];
  if (a.ndim === 0 || b.ndim === 0)
    throw new UserError('api/matmul', 'matmul needs at least one dimension on both sides', {
      advice: 'use np.multiply for scalars',
    });
  const [p, q] = [a.shape[a.ndim - 1], b.shape[Math.max(0, b.ndim - 2)]];
  const batch = [a, b].map((t) => t.shape.slice(0, -2));
  if (p !== q || !broadcasts(batch[0], batch[1]))
    throw new UserError('api/matmul', `matmul of [${a.shape.join(',')}] and [${b.shape.join(',')}] does not fit`, {
      expected:
        p !== q
          ? 'a last dimension of the first as long as the second to last (of a vector the last) of the second'
          : 'leading dimensions that broadcast',
      given: p !== q ? `${p} and ${q}` : `[${batch[0].join(',')}] and [${batch[1].join(',')}]`,
      ...(p !== q && a.ndim === 2 && b.ndim === 2 && (p === b.shape[1] || a.shape[0] === q)
        ? { advice: p === b.shape[1] ? 'transpose the second: y.T' : 'transpose the first: x.T' }
        : {}),
    });
  if (a.ndim <= 2 && b.ndim <= 2) return dot(a, b);
  const [left, row] = a.ndim === 1 ? ['j', ''] : ['...ij', 'i'];
  const [right, column] = b.ndim === 1 ? ['j', ''] : ['...jk', 'k'];
  return einsum(`${left},${right}->...${row}${column}`, a, b);
}

const broadcasts = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((n, i) => {
    const m = b[i + b.length - a.length] ?? 1;
    return n === m || n === 1 || m === 1;
  });

function tensordotLast(x: Tensor, y: Tensor): Tensor {
  const [a, b] = promoteDTypes(x, y);
  return lax.dotGeneral(a, b, {
    lhsContractingDimensions: [a.ndim - 1],
    rhsContractingDimensions: [Math.max(0, b.ndim - 2)],
  });
}

/**
 * Contracts the last dimension of `x` with the second to last of `y` (the last of a vector).
 * @example np.dot([1, 2], [3, 4]) // => 11
 */
export function dot(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [lax.asTensor(x), lax.asTensor(y)];
  if (a.ndim === 0 || b.ndim === 0) return multiply(a, b);
  const [p, q] = [a.shape[a.ndim - 1], b.shape[Math.max(0, b.ndim - 2)]];
  if (p !== q)
    throw new UserError('api/dot', `dot of [${a.shape.join(',')}] and [${b.shape.join(',')}] does not fit`, {
      expected: 'a last dimension of the first as long as the second to last (of a vector the last) of the second',
      given: `${p} and ${q}`,
    });
  return tensordotLast(a, b);
}

/**
 * Outer product of two vectors.
 * @example np.outer([1, 2], [3, 4]) // => [[3, 4], [6, 8]]
 */
export const outer = (x: TensorLike, y: TensorLike): Tensor => einsum('i,j->ij', x, y);
