import { np, type Tensor } from '../api/index.ts';
import { UserError } from '../base/index.ts';
import { type DeclaredTree, replaceNodes, type TensorsOf } from '../nn/index.ts';

/* Which of a model's adapters each sequence of a batch has (`withAdapterChoice`). */

/**
 * Numbers of adapters as weights want them: `i32[batch]`, 0 for none; undefined for a model without a choice. Throws `models/adapter` for names
 * that the model does not have.
 */
export function chosenAdapters(names: readonly string[], chosen: readonly (string | undefined)[]): Tensor | undefined {
  const unknown = chosen.find((name) => name !== undefined && !names.includes(name));
  if (unknown !== undefined)
    throw new UserError('models/adapter', `the model has no adapter ${JSON.stringify(unknown)}`, {
      expected: names.length === 0 ? 'none: it was loaded without a choice (withAdapterChoice)' : names.join(', '),
    });
  return names.length === 0
    ? undefined
    : np.array(
        chosen.map((name) => (name === undefined ? 0 : names.indexOf(name) + 1)),
        'i32',
      );
}

/** The weights for such a batch. */
export function weightsFor(weights: TensorsOf<DeclaredTree>, rows: Tensor | undefined): TensorsOf<DeclaredTree> {
  if (!rows) return weights;
  return replaceNodes(weights, (node) => ('bank' in node ? { ...node, rows } : undefined));
}
