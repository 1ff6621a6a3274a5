import type { EspalierError } from '../../base/index.ts';
import type { ScheduledSequence, StepResult } from '../../models/index.ts';
import type { PagedDecoder } from '../decoder.ts';
import type { EngineProcess } from './engine-process.ts';
import { type DecoderName, type DecoderSizes, sentSequences } from './messages.ts';

/** A decoder of another process. */
export class RemoteDecoder implements PagedDecoder {
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxTokensPerStep: number;
  readonly maxSequences: number;
  readonly maxScoredTokens: number;
  readonly maxDrafts: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly copyPage?: (from: number, to: number) => void;
  readonly compileAhead?: () => Promise<boolean>;
  readonly lost: Promise<EspalierError>;
  readonly #process: EngineProcess;
  readonly #name: DecoderName;

  constructor(process: EngineProcess, name: DecoderName, sizes: DecoderSizes) {
    this.#process = process;
    this.#name = name;
    this.lost = process.ended;
    this.pageSize = sizes.pageSize;
    this.numPages = sizes.numPages;
    this.maxTokensPerStep = sizes.maxTokensPerStep;
    this.maxSequences = sizes.maxSequences;
    this.maxScoredTokens = sizes.maxScoredTokens ?? sizes.maxTokensPerStep;
    this.maxDrafts = sizes.maxDrafts ?? 0;
    this.vocabSize = sizes.vocabSize;
    this.maxPositions = sizes.maxPositions;
    if (sizes.copiesPages) this.copyPage = (from, to) => process.tell({ kind: 'copy-page', decoder: name, from, to });
    if (sizes.compilesAhead)
      this.compileAhead = async () => (await process.ask({ kind: 'compile-ahead', decoder: name })) as boolean;
  }

  async step(sequences: readonly ScheduledSequence[]): Promise<readonly StepResult[]> {
    const question = { kind: 'step', decoder: this.#name, sequences: sentSequences(sequences) } as const;
    return (await this.#process.ask(question)) as readonly StepResult[];
  }

  abandon(): void {
    void this.#process.kill();
  }

  /** The model's own ends the process, with whatever else it computes: a new one has nothing of what went wrong in it. */
  async close(): Promise<void> {
    if (this.#name === 'own') await this.#process.kill();
  }
}
