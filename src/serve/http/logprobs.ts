import type { Tokenizer } from '../../data/index.ts';
import type { WrittenToken } from '../engine/index.ts';

/** JSON has no infinity. */
const LEAST_LOGPROB = -9999;

const finite = (x: number | undefined): number =>
  x === undefined || !Number.isFinite(x) ? LEAST_LOGPROB : Math.max(x, LEAST_LOGPROB);

interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

export interface ChatLogprobs {
  readonly content: readonly (TokenLogprob & { readonly top_logprobs: readonly TokenLogprob[] })[];
  readonly refusal: null;
}

export interface CompletionLogprobs {
  readonly tokens: string[];
  readonly token_logprobs: (number | null)[];
  readonly top_logprobs: (Readonly<Record<string, number>> | null)[];
  readonly text_offset: number[];
}

/** How tokens are written in answers. */
export interface TokenNames {
  readonly tokenizer: Tokenizer;
  /** As `token_id:…`, which is never ambiguous. */
  readonly asIds: boolean;
}

function nameOf(token: number, { tokenizer, asIds }: TokenNames): string {
  if (asIds) return `token_id:${token}`;
  const bytes = tokenizer.bytesOf(token);
  return bytes ? Buffer.from(bytes).toString('utf8') : '';
}

function tokenLogprob(token: number, logprob: number | undefined, names: TokenNames): TokenLogprob {
  return { token: nameOf(token, names), logprob: finite(logprob), bytes: [...(names.tokenizer.bytesOf(token) ?? [])] };
}

/** Log-probabilities as chats have them. */
export const chatLogprobs = (tokens: readonly WrittenToken[], numTop: number, names: TokenNames): ChatLogprobs => ({
  content: tokens.map(({ token, logprob, top = [] }) => ({
    ...tokenLogprob(token, logprob, names),
    top_logprobs: top.slice(0, numTop).map(([t, l]) => tokenLogprob(t, l, names)),
  })),
  refusal: null,
});

/** Log-probabilities as completions have them; `offset`: characters before the first of the tokens. With the offset behind the last. */
export function completionLogprobs(
  tokens: readonly (WrittenToken | { readonly token: number; readonly logprob: null })[],
  numTop: number,
  names: TokenNames,
  offset: number,
): { readonly logprobs: CompletionLogprobs; readonly endOffset: number } {
  const out: CompletionLogprobs = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };
  let at = offset;
  for (const written of tokens) {
    const name = nameOf(written.token, names);
    out.tokens.push(name);
    out.text_offset.push(at);
    at += nameOf(written.token, { ...names, asIds: false }).length;
    if (written.logprob === null) {
      out.token_logprobs.push(null);
      out.top_logprobs.push(null);
      continue;
    }
    const { token, logprob, top = [] } = written as WrittenToken;
    out.token_logprobs.push(finite(logprob));
    const shown = top.slice(0, numTop);
    // The token itself is always among them.
    const all = shown.some(([t]) => t === token) ? shown : [...shown, [token, logprob] as const];
    out.top_logprobs.push(numTop === 0 ? null : Object.fromEntries(all.map(([t, l]) => [nameOf(t, names), finite(l)])));
  }
  return { logprobs: out, endOffset: at };
}
