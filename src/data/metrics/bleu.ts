import { inBoth, nGrams, spaced, total } from './n-grams.ts';

const ORDERS = [1, 2, 3, 4] as const;

/** Words and punctuation as WMT cuts them (mteval-v13a). */
function wmtTokens(text: string): string[] {
  const plain = text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  const cut = ` ${plain} `
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
  return spaced(cut);
}

/**
 * BLEU of texts together, 0 to 100: `references[i]` are the ones that `predictions[i]` might be. Source: Papineni et al. 2002, as sacreBLEU
 * computes it by default (13a tokens, exponential smoothing).
 */
export function bleu(references: readonly (readonly string[])[], predictions: readonly string[]): number {
  const [correct, possible] = [ORDERS.map(() => 0), ORDERS.map(() => 0)];
  let [said, wanted] = [0, 0];
  for (const [i, prediction] of predictions.entries()) {
    const tokens = wmtTokens(prediction);
    const all = references[i].map(wmtTokens);
    const distance = (n: number): number => Math.abs(n - tokens.length);
    said += tokens.length;
    wanted += all.map((r) => r.length).reduce((a, b) => ((distance(b) - distance(a) || b - a) < 0 ? b : a));
    for (const [k, n] of ORDERS.entries()) {
      const own = nGrams(tokens, n);
      const most = new Map<string, number>();
      for (const r of all)
        for (const [gram, count] of nGrams(r, n)) most.set(gram, Math.max(count, most.get(gram) ?? 0));
      correct[k] += inBoth(own, most);
      possible[k] += total(own);
    }
  }
  if (correct.every((c) => c === 0) || possible.includes(0)) return 0;
  let smoothing = 1;
  let logs = 0;
  for (const k of ORDERS.keys()) {
    if (correct[k] === 0) smoothing *= 2;
    logs += Math.log((correct[k] === 0 ? 1 / smoothing : correct[k]) / possible[k]);
  }
  const brevity = said < wanted ? Math.exp(1 - wanted / said) : 1;
  return 100 * brevity * Math.exp(logs / ORDERS.length);
}
