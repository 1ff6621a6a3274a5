import { hostTensor, tree } from '../../api/index.ts';
import { HostArray, product, UserError } from '../../base/index.ts';
import { type DeclaredTree, declarationsOf, type Params } from '../../nn/index.ts';
import { savedTensors } from '../step-runner.ts';

/*
 * Between a run's whole tensors, as checkpoints have them, and those of its stages: what has a dimension of layers is cut along it, what has
 * none belongs to one stage.
 */

const LAYERS = 'layers';

/** A stage's part of saved tensors: `own` are its declarations, `from` and `to` its layers. Throws `train/other-model` for what is not there. */
export function ofStage(
  saved: ReadonlyMap<string, HostArray>,
  whole: DeclaredTree,
  own: DeclaredTree,
  { from, to }: { readonly from: number; readonly to: number },
): Params {
  const paths = declarationsOf(whole).map((d) => d.path);
  const arrays = new Map(savedTensors(saved, whole).map((array, i) => [paths[i], array]));
  const { treedef } = tree.flatten(own);
  const tensors = declarationsOf(own).map(({ path, declared }) => {
    const array = arrays.get(path);
    const part = array && slicedAlong(array, declared.axes.indexOf(LAYERS), from, to);
    if (!part || part.shape.join() !== declared.shape.join()) throw notInStages(path);
    return hostTensor(part);
  });
  return tree.unflatten(treedef, tensors) as Params;
}

/** The whole tensors of a run from those of its stages, in order. */
export function joined(whole: DeclaredTree, stages: readonly ReadonlyMap<string, HostArray>[]): Map<string, HostArray> {
  return new Map(
    declarationsOf(whole).map(({ path, declared }): [string, HostArray] => {
      const parts = stages.flatMap((s) => s.get(path) ?? []);
      const array = joinedAlong(parts, declared.axes.indexOf(LAYERS));
      if (array?.shape.join() !== declared.shape.join()) throw notInStages(path);
      return [path, array];
    }),
  );
}

const notInStages = (path: string): UserError =>
  new UserError('train/pipeline', `what the optimizer keeps as ${path} cannot be cut into stages`, {
    expected: 'a tensor with a dimension of layers, or one of a weight without',
    advice: 'choose another --optimizer, or a mesh without stages',
  });

/** How a tensor lies in memory around one of its dimensions. */
function around(shape: readonly number[], dim: number): { readonly outer: number; readonly inner: number } {
  return { outer: product(shape.slice(0, dim)), inner: product(shape.slice(dim + 1)) };
}

function slicedAlong(array: HostArray, dim: number, from: number, to: number): HostArray {
  if (dim < 0) return array;
  const { outer, inner } = around(array.shape, dim);
  const out = HostArray.zeros(
    array.dtype,
    array.shape.map((n, d) => (d === dim ? to - from : n)),
  );
  const [step, width] = [array.shape[dim] * inner, (to - from) * inner];
  for (let o = 0; o < outer; o++)
    out.data.set(array.data.subarray(o * step + from * inner, o * step + to * inner) as never, o * width);
  return out;
}

function joinedAlong(parts: readonly HostArray[], dim: number): HostArray | undefined {
  if (dim < 0 || parts.length === 0) return parts[0];
  const [first] = parts;
  const length = parts.reduce((n, p) => n + p.shape[dim], 0);
  const out = HostArray.zeros(
    first.dtype,
    first.shape.map((n, d) => (d === dim ? length : n)),
  );
  const { outer, inner } = around(first.shape, dim);
  let at = 0;
  for (const p of parts) {
    const width = p.shape[dim] * inner;
    for (let o = 0; o < outer; o++)
      out.data.set(p.data.subarray(o * width, (o + 1) * width) as never, o * length * inner + at);
    at += width;
  }
  return out;
}
