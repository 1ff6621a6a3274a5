import type { RunInfo, RunText } from '../../src/dashboard/protocol.ts';
import { loadTexts } from './api.ts';

/* Texts that runs wrote on their way, as they were at some step. */

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
let texts: readonly (RunText & { readonly run: string })[] = [];
let counted = '';

/** Fetches the texts of runs that are shown, if there are others than before. */
export async function updateTexts(runs: readonly RunInfo[]): Promise<void> {
  const now = runs.map((run) => `${run.id} ${run.textCount}`).join('\n');
  if (now === counted) return;
  counted = now;
  const own = runs.filter((run) => run.textCount > 0).slice(0, 12);
  const found = await Promise.all(
    own.map(async ({ id }) => (await loadTexts(id)).map((text) => ({ ...text, run: id }))),
  );
  const slider = byId<HTMLInputElement>('text-at');
  const isAtEnd = slider.value === slider.max;
  texts = found.flat();
  const steps = texts.map((t) => t.step);
  slider.min = String(Math.min(...steps));
  slider.max = String(Math.max(...steps));
  if (isAtEnd) slider.value = slider.max;
  byId('texts').hidden = texts.length === 0;
  show();
}

/** Of every run and key the last text up to the chosen step. */
function show(): void {
  const at = Number(byId<HTMLInputElement>('text-at').value);
  byId('text-step').textContent = String(at);
  const last = new Map<string, RunText & { readonly run: string }>();
  for (const text of texts) if (text.step <= at) last.set(`${text.run}\n${text.key}`, text);
  byId('text-list').replaceChildren(
    ...[...last.values()].map((t) => {
      const article = document.createElement('article');
      const title = document.createElement('small');
      const pre = document.createElement('pre');
      title.textContent = `${t.run}, ${t.key}, step ${t.step}`;
      pre.textContent = t.text;
      article.append(title, pre);
      return article;
    }),
  );
}

export const listenToTexts = (): void => byId('text-at').addEventListener('input', show);
