import {
  type AddedToken,
  type Component,
  isRecord,
  notATokenizer,
  type TokenizerJson,
  type Vocabulary,
} from './tokenizer-json.ts';

/*
 * Special tokens: which they are, and which of them are put around a text. What tokenizer_config.json and
 * special_tokens_map.json say beside tokenizer.json is read as transformers reads it.
 */

/** Settings beside tokenizer.json: tokenizer_config.json over special_tokens_map.json. */
export type TokenizerConfig = Readonly<Record<string, unknown>>;

export interface SpecialTokens {
  readonly bos?: number;
  readonly eos?: number;
  readonly pad?: number;
  readonly unk?: number;
  /** Ids of all special tokens, also of those without a role. */
  readonly all: ReadonlySet<number>;
}

const roles = ['bos', 'eos', 'pad', 'unk'] as const;

/** A token is written as its text or as an object with its text. */
function contentOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isRecord(value) && typeof value.content === 'string' ? value.content : undefined;
}

/** Finds the special tokens by the settings, by their marks in tokenizer.json, and of the model itself. */
export function findSpecialTokens(json: TokenizerJson, config: TokenizerConfig, vocab: Vocabulary): SpecialTokens {
  const all = new Set(json.added_tokens.filter((t) => t.special).map((t) => t.id));
  const idByRole: { [role in (typeof roles)[number]]?: number } = {};
  for (const role of roles) {
    const content = contentOf(config[`${role}_token`]);
    const id = content === undefined ? undefined : vocab.idByToken.get(content);
    if (id === undefined) continue;
    idByRole[role] = id;
    all.add(id);
  }
  const { unk_token: unkToken, unk_id: unkId } = json.model;
  if (idByRole.unk === undefined && typeof unkToken === 'string') idByRole.unk = vocab.idByToken.get(unkToken);
  if (idByRole.unk === undefined && typeof unkId === 'number') idByRole.unk = unkId;
  if (idByRole.unk !== undefined) all.add(idByRole.unk);
  else delete idByRole.unk;
  return { ...idByRole, all };
}

/** Added tokens that only the settings know (added_tokens_decoder, roles, additional special tokens), with their ids. */
export function withTokensOfConfig(json: TokenizerJson, config: TokenizerConfig): TokenizerJson {
  const byContent = new Map(json.added_tokens.map((t) => [t.content, t]));
  const decoder = config.added_tokens_decoder;
  if (isRecord(decoder))
    for (const [id, token] of Object.entries(decoder)) {
      const content = contentOf(token);
      if (content === undefined || content === '' || !isRecord(token)) continue;
      const known = byContent.get(content);
      if (known) {
        if (known.id !== Number(id))
          throw notATokenizer(`ids ${known.id} and ${id} of ${JSON.stringify(content)} in two of its files`);
        if (token.special === true && !known.special) byContent.set(content, { ...known, special: true });
      } else byContent.set(content, { ...flagsOf(token), id: Number(id), content, special: token.special === true });
    }
  const specials = [
    ...roles.map((role) => config[`${role}_token`]),
    ...valuesOf(config.additional_special_tokens),
    // The name since transformers 5; with names of their own as an object.
    ...valuesOf(config.extra_special_tokens),
  ];
  const ids = specials.some((s) => contentOf(s) !== undefined && !byContent.has(contentOf(s)!))
    ? idsOf(json)
    : undefined;
  for (const special of specials) {
    const content = contentOf(special);
    if (content === undefined || content === '') continue;
    const known = byContent.get(content);
    const id = known?.id ?? ids?.get(content);
    // A token that no file gives an id is not there: the model has no row for it.
    if (id !== undefined && known?.special !== true)
      byContent.set(content, { ...flagsOf(special), ...known, id, content, special: true });
  }
  const added = [...byContent.values()];
  const isSame = added.length === json.added_tokens.length && added.every((t, i) => t === json.added_tokens[i]);
  return isSame ? json : { ...json, added_tokens: added.sort((a, b) => a.id - b.id) };
}

const valuesOf = (list: unknown): readonly unknown[] =>
  typeof list === 'object' && list !== null ? Object.values(list) : [];

function idsOf(json: TokenizerJson): ReadonlyMap<string, number> {
  const { vocab } = json.model;
  return Array.isArray(vocab)
    ? new Map((vocab as [string, number][]).map(([token], id) => [token, id]))
    : new Map(Object.entries(vocab as Record<string, number>));
}

function flagsOf(token: unknown): Omit<AddedToken, 'id' | 'content' | 'special'> {
  const flag = (name: string): boolean => isRecord(token) && token[name] === true;
  return {
    single_word: flag('single_word'),
    lstrip: flag('lstrip'),
    rstrip: flag('rstrip'),
    normalized: flag('normalized'),
  };
}

/** Ids put before and after a text. */
export interface Frame {
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
}

/** Families whose fast tokenizers rebuild the frame from `add_bos_token` and `add_eos_token` when they are loaded. */
const rebuildsFrame = /^(Llama|CodeLlama|Gemma)Tokenizer(Fast)?$/;

/** What the post-processor, and the settings over it, put around one text. Throws `data/tokenizer`. */
export function frameOf(
  json: TokenizerJson,
  config: TokenizerConfig,
  special: SpecialTokens,
  vocab: Vocabulary,
): Frame {
  const { tokenizer_class: family, add_bos_token: addsBos, add_eos_token: addsEos } = config;
  if (typeof family === 'string' && rebuildsFrame.test(family) && (addsBos !== undefined || addsEos !== undefined)) {
    const ids = (isAdded: unknown, id: number | undefined): number[] => (isAdded && id !== undefined ? [id] : []);
    return { prefix: ids(addsBos ?? true, special.bos), suffix: ids(addsEos ?? false, special.eos) };
  }
  return frameOfProcessor(json.post_processor, vocab);
}

function frameOfProcessor(processor: Component | null, vocab: Vocabulary): Frame {
  const wrong = (): never => {
    throw notATokenizer(`the post-processor ${JSON.stringify(processor)}`);
  };
  const idOfPair = (pair: unknown): number => {
    const id = Array.isArray(pair) ? (pair[1] as unknown) : undefined;
    return typeof id === 'number' && vocab.tokenById[id] !== undefined ? id : wrong();
  };
  switch (processor?.type) {
    case undefined:
    case 'ByteLevel':
      return { prefix: [], suffix: [] };
    case 'BertProcessing':
    case 'RobertaProcessing':
      return { prefix: [idOfPair(processor!.cls)], suffix: [idOfPair(processor!.sep)] };
    case 'Sequence': {
      const { processors } = processor!;
      if (!Array.isArray(processors)) return wrong();
      return (processors as Component[])
        .map((p) => frameOfProcessor(p, vocab))
        .reduce(
          (inner, outer) => ({
            prefix: [...outer.prefix, ...inner.prefix],
            suffix: [...inner.suffix, ...outer.suffix],
          }),
          { prefix: [], suffix: [] },
        );
    }
    case 'TemplateProcessing':
      return frameOfTemplate(processor!, vocab) ?? wrong();
    default:
      return wrong();
  }
}

function frameOfTemplate(template: Component, vocab: Vocabulary): Frame | undefined {
  const { single, special_tokens: tokens } = template;
  if (!Array.isArray(single) || !isRecord(tokens)) return undefined;
  const prefix: number[] = [];
  const suffix: number[] = [];
  let side = prefix;
  for (const piece of single as unknown[]) {
    if (isRecord(piece) && piece.Sequence !== undefined) side = suffix;
    else if (isRecord(piece) && isRecord(piece.SpecialToken)) {
      const token = tokens[String(piece.SpecialToken.id)];
      const ids = isRecord(token) && Array.isArray(token.ids) ? (token.ids as unknown[]) : undefined;
      if (!ids?.every((id) => typeof id === 'number' && vocab.tokenById[id] !== undefined)) return undefined;
      side.push(...(ids as number[]));
    } else return undefined;
  }
  return { prefix, suffix };
}

/** A post-processor that puts ids before and after a text. */
export function frameTemplate(
  prefix: readonly number[],
  suffix: readonly number[],
  tokenOf: (id: number) => string,
): Component {
  const piece = (id: number): object => ({ SpecialToken: { id: tokenOf(id), type_id: 0 } });
  const ids = [...prefix, ...suffix];
  return {
    type: 'TemplateProcessing',
    single: [...prefix.map(piece), { Sequence: { id: 'A', type_id: 0 } }, ...suffix.map(piece)],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 0 } }],
    special_tokens: Object.fromEntries(
      ids.map((id) => [tokenOf(id), { id: tokenOf(id), ids: [id], tokens: [tokenOf(id)] }]),
    ),
  };
}
