import { jit, np, type Tensor } from '../../api/index.ts';
import { HostArray, UserError } from '../../base/index.ts';
import type { DeclaredTree, TensorsOf } from '../../nn/index.ts';
import { type LoadedModel, limitsOf } from '../load-model.ts';
import { targetLoss } from './loss.ts';

export interface PerplexityOptions {
  /** Tokens per window; each window is read by itself. Default 1024, or what the model was made for. */
  readonly length?: number;
  /** A token that begins every window, and is not counted. */
  readonly bos?: number | undefined;
  readonly onWindow?: (done: number, all: number) => void;
}

export interface Perplexity {
  /** Tokens that were predicted. */
  readonly numTokens: number;
  /** Mean negative log-likelihood of a token. */
  readonly natsPerToken: number;
  readonly perplexity: number;
}

/** Tokens per window where nobody says otherwise. */
const usualWindow = ({ folder }: LoadedModel): number => Math.min(1024, limitsOf(folder)?.maxPositions ?? 1024);

/** The perplexity of a text, in windows one after the other. Throws `models/perplexity` for a text that is too short. */
export async function perplexity(
  model: LoadedModel,
  tokens: ArrayLike<number>,
  { length = usualWindow(model), bos, onWindow }: PerplexityOptions = {},
): Promise<Perplexity> {
  const room = bos === undefined ? length : length - 1;
  if (tokens.length < 2 || room < 2)
    throw new UserError('models/perplexity', 'the text is too short to be predicted', {
      given: `${tokens.length} tokens in windows of ${length}`,
    });
  const loss = jit(
    (w: TensorsOf<DeclaredTree>, ids: Tensor, positions: Tensor, isTarget: Tensor) =>
      targetLoss(model, w, ids, positions, isTarget),
    {
      ...(model.options.mesh ? { mesh: model.options.mesh } : {}),
      ...(model.options.engine ? { engine: model.options.engine } : {}),
    },
  );
  const numWindows = Math.ceil(tokens.length / room);
  let [sum, count] = [0, 0];
  for (let w = 0; w < numWindows; w++) {
    const ids = HostArray.zeros('i32', [1, length]);
    const positions = HostArray.full('i32', [1, length], -1);
    const isTarget = HostArray.zeros('f32', [1, length]);
    const own = Array.from({ length: Math.min(room, tokens.length - w * room) }, (_, i) => tokens[w * room + i]);
    const all = bos === undefined ? own : [bos, ...own];
    for (const [i, token] of all.entries()) {
      ids.set(i, token);
      positions.set(i, i);
      isTarget.set(i, 1);
    }
    const out = loss(model.weights, np.array(ids), np.array(positions), np.array(isTarget));
    sum += Number(await out.sum.item());
    count += Number(await out.count.item());
    onWindow?.(w + 1, numWindows);
  }
  const natsPerToken = sum / count;
  return { numTokens: count, natsPerToken, perplexity: Math.exp(natsPerToken) };
}
