import { UserError } from '../../base/index.ts';
import { sentencePieceJson } from './sentencepiece-json.ts';
import type { SentencePieceModel } from './sentencepiece-model.ts';
import { frameTemplate, type TokenizerConfig } from './special-tokens.ts';
import { type AddedToken, notATokenizer, type TokenizerJson } from './tokenizer-json.ts';

/** Families whose models number their tokens otherwise than the file does. */
const renumbers =
  /^(XLMRoberta|Camembert|MBart|MBart50|Nllb|Barthez|XGLM|Pegasus|BigBird|Reformer|DebertaV2|XLNet|Albert)$/;
/** Tokens for masked spans that T5 models have beyond the file's. */
const NUM_T5_SENTINELS = 100;

/** A model file of SentencePiece as its family uses it, with the roles of special pieces. Throws `data/tokenizer`. */
export function jsonOfSentencePiece(
  model: SentencePieceModel,
  config: TokenizerConfig,
): { readonly json: TokenizerJson; readonly roles: TokenizerConfig } {
  const family = String(config.tokenizer_class ?? '').replace(/Tokenizer(Fast)?$/, '');
  if (renumbers.test(family))
    throw new UserError('data/tokenizer', `tokenizers of ${family} cannot be read from SentencePiece's file alone`, {
      advice: 'save the tokenizer as tokenizer.json with transformers (use_fast=True)',
    });
  const isT5 = /^U?M?T5$/i.test(family);
  const json = sentencePieceJson({
    ...model,
    prefix: !model.addsPrefix ? 'never' : config.legacy === false ? 'first' : 'always',
  });
  const roles = Object.fromEntries(
    Object.entries(model.ids).flatMap(([role, id]) =>
      model.pieces[id] ? [[`${role}_token`, model.pieces[id].text]] : [],
    ),
  );
  const numSentinels = isT5 ? Number(config.extra_ids ?? NUM_T5_SENTINELS) : 0;
  if (!(numSentinels >= 0 && numSentinels <= 10_000))
    throw notATokenizer(`extra_ids ${JSON.stringify(config.extra_ids)}`);
  const sentinels: AddedToken[] = Array.from({ length: numSentinels }, (_, i) => ({
    id: model.pieces.length + numSentinels - 1 - i,
    content: `<extra_id_${i}>`,
    special: true,
    normalized: false,
  }));
  const { bos, eos } = model.ids;
  const addsBos = config.add_bos_token ?? !isT5;
  const addsEos = config.add_eos_token ?? isT5;
  const special = (isAdded: unknown, id: number): number[] => (isAdded === true && model.pieces[id] ? [id] : []);
  return {
    json: {
      ...json,
      added_tokens: [...json.added_tokens, ...sentinels],
      post_processor: frameTemplate(special(addsBos, bos), special(addsEos, eos), (id) => model.pieces[id].text),
    },
    roles,
  };
}
