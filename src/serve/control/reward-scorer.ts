import { UserError } from '../../base/index.ts';
import type { Tokenizer } from '../../data/index.ts';
import { type LoadedModel, openModel } from '../../models/index.ts';
import { embedder } from '../model/embedder.ts';
import { checkVocabulary } from '../model/same-vocabulary.ts';
import type { ScoredText, Scorer } from './scorer.ts';

/**
 * Scores texts with a reward model of the same vocabulary: the first row of its head (`score.weight` of a `…ForSequenceClassification`) times what it makes
 * of the last token.
 */
export class RewardScorer implements Scorer {
  readonly #vectors: ReturnType<typeof embedder>;
  readonly #head: readonly number[];

  /**
   * `model`: with its tokenizer. `tokenizer`: of the model whose texts are scored. Throws `serve/scorer` where the folder has no such head, or where tokens
   * mean something else.
   */
  constructor(model: LoadedModel, own: Tokenizer, tokenizer: Tokenizer) {
    checkVocabulary('serve/scorer', tokenizer, own);
    const { store, dir } = openModel(model.folder.dir);
    try {
      const head = store.tensors.get('score.weight');
      if (head?.shape.length !== 2)
        throw new UserError('serve/scorer', `the model in ${dir} scores no texts`, {
          expected: 'a reward model: score.weight [labels, embed]',
          given: head ? `[${head.shape.join(',')}]` : 'no score.weight',
        });
      const all = store.read('score.weight').toNumbers() as readonly number[];
      this.#head = all.slice(0, head.shape[1]);
    } finally {
      store.close();
    }
    this.#vectors = embedder(model);
  }

  async score(texts: readonly ScoredText[]): Promise<readonly number[]> {
    const vectors = await this.#vectors(texts.map(({ prompt, output }) => [...prompt, ...output]));
    return vectors.map((v) => this.#head.reduce((sum, w, i) => sum + w * v[i], 0));
  }
}
