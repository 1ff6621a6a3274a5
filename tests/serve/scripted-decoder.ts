import type { SampledToken, ScheduledSequence } from '../../src/models/index.ts';
import type { PagedDecoder } from '../../src/serve/index.ts';

/** Writes the tokens that it is told, whatever the prompt, as far as they are allowed; then the first token that is. */
export class ScriptedDecoder implements PagedDecoder {
  readonly pageSize = 16;
  readonly numPages = 400;
  readonly maxTokensPerStep = 512;
  readonly maxSequences = 8;
  readonly maxPositions = 4096;
  readonly vocabSize = 95;
  script: readonly number[] = [];

  async step(sequences: readonly ScheduledSequence[]): Promise<readonly SampledToken[]> {
    return sequences.flatMap(({ id, sample }) => {
      if (!sample) return [];
      const isFine = (t: number): boolean => !sample.allowed || ((sample.allowed[t >> 5] ?? 0) & (1 << (t & 31))) !== 0;
      const wanted = this.script[sample.index] ?? 0;
      const token = isFine(wanted) ? wanted : Array.from({ length: this.vocabSize }, (_, t) => t).findIndex(isFine);
      return [{ id, token }];
    });
  }
}
