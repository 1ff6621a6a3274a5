import type { ChatTemplate, Tokenizer } from '../../data/index.ts';
import type { SamplingOptions } from '../../models/index.ts';
import type { Scorer } from '../control/index.ts';
import type { ServingEngine } from '../engine/index.ts';
import type { ReasoningFormatName, ToolFormatName } from '../tools/index.ts';
import type { Sight } from './sight.ts';

/** A model that the server answers for. */
export interface ServedModel {
  readonly name: string;
  readonly engine: ServingEngine;
  readonly tokenizer: Tokenizer;
  /** Undefined: the model has no chats. */
  readonly template: ChatTemplate | undefined;
  /** How it writes calls of tools, and what it thinks before it answers. Default: as its template shows. */
  readonly toolFormat?: ToolFormatName | undefined;
  readonly reasoningFormat?: ReasoningFormatName | 'none' | undefined;
  /** What its folder asks for where a request says nothing. */
  readonly sampling: SamplingOptions;
  /** Tokens with which its texts end. */
  readonly endTokens: ReadonlySet<number>;
  /** Adapters, each a model to clients. */
  readonly adapterNames: readonly string[];
  readonly meta: {
    readonly numParams: number;
    readonly trainedLength: number;
    readonly embedding: number;
  };
  /** Who can choose its texts while they are written, by name. */
  readonly scorers?: ReadonlyMap<string, Scorer> | undefined;
  /** Vectors of texts, one each; of models that give some. */
  readonly embed?: (prompts: readonly (readonly number[])[]) => Promise<readonly Float32Array[]>;
  /** Of models that see. */
  readonly sight?: Sight;
}
