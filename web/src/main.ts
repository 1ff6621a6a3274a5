import type { AxisName, RunInfo } from '../../src/dashboard/protocol.ts';
import { followRuns, loadSeries } from './api.ts';
import { Chart } from './chart.ts';
import { saveCsv, savePng, saveSvg } from './export.ts';
import { chartedKeys, meaningOf } from './metrics.ts';
import { styleOf } from './palette.ts';
import type { Curve } from './raster.ts';
import { showDifferences, showRuns } from './runs-table.ts';
import { listenToTexts, updateTexts } from './texts.ts';
import { readView, writeView } from './view.ts';

/* The page: what runs there are comes by one stream of events; what charts show of them is asked for. */

/** Of more runs than that, raw curves behind smoothed ones would hide them. */
const MOST_FAINT = 12;
/** Charts are brought up to date so often at most. */
const REFRESH_MS = 400;
/** After the last zoom for so long, finer points are asked for. */
const SETTLE_MS = 150;

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const runs = new Map<string, RunInfo>();
const charts = new Map<string, Chart>();
const view = readView(location.hash);
let filter = '';

const matching = (): RunInfo[] =>
  [...runs.values()].filter((run) => run.id.toLowerCase().includes(filter)).sort((a, b) => a.startedAt - b.startedAt);
const shown = (): RunInfo[] => matching().filter((run) => !view.hidden.has(run.id));

/** Curves that a chart has, by what they were asked with: what did not change is not asked for again. */
const loaded = new Map<string, Map<string, { readonly stamp: string; readonly curves: readonly Curve[] }>>();

async function refresh(chart: Chart): Promise<void> {
  const own = shown().filter((run) => run.keys.includes(chart.key));
  const before = loaded.get(chart.key) ?? new Map();
  const question = {
    key: chart.key,
    x: view.axis,
    points: Math.round(chart.width * 2),
    from: view.from,
    to: view.to,
    smooth: 0,
  };
  const isFaintToo = view.smooth > 0 && own.length <= MOST_FAINT;
  const stampOf = (run: RunInfo): string =>
    JSON.stringify([question, view.smooth, isFaintToo, run.count, run.latest.step]);
  const stale = own.filter((run) => before.get(run.id)?.stamp !== stampOf(run));
  const ids = stale.map((run) => run.id);
  const load = (smooth: number): ReturnType<typeof loadSeries> => loadSeries({ ...question, smooth, runs: ids });
  const [main, faint] =
    ids.length === 0
      ? []
      : await Promise.all([
          load(view.smooth),
          isFaintToo ? load(0) : new Map<string, { x: Float64Array; y: Float64Array }>(),
        ]);
  const now = new Map(
    own.map((run) => {
      const had = before.get(run.id);
      if (!stale.includes(run) && had) return [run.id, had];
      const curves = [
        [faint?.get(run.id), true],
        [main?.get(run.id), false],
      ] as const;
      const style = { id: run.id, ...styleOf(run.id) };
      return [
        run.id,
        { stamp: stampOf(run), curves: curves.flatMap(([s, isFaint]) => (s ? [{ ...style, ...s, isFaint }] : [])) },
      ];
    }),
  );
  loaded.set(chart.key, now);
  const all = [...now.values()].flatMap((entry) => entry.curves);
  chart.show([...all.filter((c) => c.isFaint), ...all.filter((c) => !c.isFaint)]);
}

/** One refresh at a time; what changed meanwhile is seen by the next. */
let isRefreshing = false;
let isWanted = false;
async function refreshAll(): Promise<void> {
  isWanted = true;
  if (isRefreshing) return;
  isRefreshing = true;
  while (isWanted) {
    isWanted = false;
    layCharts();
    await Promise.all([...charts.values()].map(refresh)).catch(() => undefined);
    await updateTexts(shown()).catch(() => undefined);
    await new Promise((done) => setTimeout(done, REFRESH_MS));
  }
  isRefreshing = false;
}

let settling: ReturnType<typeof setTimeout> | undefined;
function zoom(from: number | undefined, to: number | undefined): void {
  if (from !== undefined && to !== undefined && !(to - from > 1e-9 * Math.max(1, Math.abs(to)))) return;
  [view.from, view.to] = [from, to];
  for (const chart of charts.values()) chart.redraw();
  clearTimeout(settling);
  settling = setTimeout(changed, SETTLE_MS);
}

function tip(text: string | undefined, x: number, y: number): void {
  const box = byId('tip');
  box.hidden = text === undefined;
  if (text === undefined) return;
  box.textContent = text;
  const left = x + 16 + box.offsetWidth > innerWidth ? x - 16 - box.offsetWidth : x + 16;
  box.style.left = `${Math.max(0, left)}px`;
  box.style.top = `${Math.min(y + 12, innerHeight - box.offsetHeight - 4)}px`;
}

/** Charts of what runs have now, in their order; those that are there stay. */
function layCharts(): void {
  const keys = chartedKeys(shown().map((run) => run.keys));
  byId('empty').hidden = runs.size > 0;
  for (const [key, chart] of charts)
    if (!keys.includes(key)) {
      chart.canvas.closest('figure')!.remove();
      charts.delete(key);
    }
  const main = byId('charts');
  let before: Element = byId('empty');
  for (const key of keys) {
    let chart = charts.get(key);
    if (!chart) {
      chart = new Chart(key, view, { onZoom: zoom, onTip: tip });
      charts.set(key, chart);
      before.after(figureOf(chart));
    }
    before = chart.canvas.closest('figure')!;
  }
  for (const figure of main.querySelectorAll('figure'))
    figure.classList.toggle('first', figure.dataset.key === keys[0]);
}

function figureOf(chart: Chart): HTMLElement {
  const figure = document.createElement('figure');
  figure.dataset.key = chart.key;
  const caption = document.createElement('figcaption');
  const { name, unit } = meaningOf(chart.key);
  const small = document.createElement('small');
  small.textContent = unit;
  caption.append(name, small);
  const files = { PNG: () => savePng(chart), SVG: () => saveSvg(chart, view), CSV: () => saveCsv(chart, view) };
  for (const [kind, action] of Object.entries(files)) {
    const button = document.createElement('button');
    button.textContent = kind;
    button.setAttribute('aria-label', `Save ${name} as ${kind}`);
    button.addEventListener('click', action);
    caption.append(button);
  }
  figure.append(caption, chart.canvas);
  return figure;
}

function showList(): void {
  showRuns(matching(), view, (id, isShown) => {
    if (isShown) view.hidden.delete(id);
    else view.hidden.add(id);
    changed();
  });
  showDifferences(shown());
  const live = [...runs.values()].filter((run) => run.isLive).length;
  byId('state').textContent = `${runs.size} run${runs.size === 1 ? '' : 's'}${live > 0 ? `, ${live} live` : ''}`;
}

/** After what is looked at has changed. */
function changed(): void {
  history.replaceState(null, '', writeView(view));
  showList();
  showControls();
  for (const chart of charts.values()) chart.redraw();
  void refreshAll();
}

const themes = ['', 'light', 'dark'] as const;

function showControls(): void {
  byId<HTMLSelectElement>('axis').value = view.axis;
  byId<HTMLInputElement>('smooth').value = String(view.smooth);
  byId('smooth-value').textContent = view.smooth.toFixed(3);
  byId<HTMLInputElement>('log-x').checked = view.logX;
  byId<HTMLInputElement>('log-y').checked = view.logY;
  document.documentElement.dataset.theme = view.theme;
}

function listen(): void {
  const on = (id: string, event: string, action: (input: HTMLInputElement) => void): void =>
    byId(id).addEventListener(event, (e) => {
      action(e.currentTarget as HTMLInputElement);
      changed();
    });
  on('axis', 'change', (input) => {
    view.axis = input.value as AxisName;
    [view.from, view.to] = [undefined, undefined];
  });
  on('smooth', 'input', (input) => {
    view.smooth = Number(input.value);
  });
  on('log-x', 'change', (input) => {
    view.logX = input.checked;
  });
  on('log-y', 'change', (input) => {
    view.logY = input.checked;
  });
  on('all', 'change', (input) => {
    for (const { id } of matching()) input.checked ? view.hidden.delete(id) : view.hidden.add(id);
  });
  on('filter', 'input', (input) => {
    filter = input.value.toLowerCase();
  });
  on('reset', 'click', () => {
    [view.from, view.to] = [undefined, undefined];
  });
  on('theme', 'click', () => {
    view.theme = themes[(themes.indexOf(view.theme) + 1) % themes.length];
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  listenToTexts();
}

listen();
showControls();
followRuns(
  (event) => {
    for (const run of [...event.runs].sort((a, b) => a.startedAt - b.startedAt)) {
      styleOf(run.id);
      runs.set(run.id, run);
    }
    for (const id of event.gone) runs.delete(id);
    showList();
    void refreshAll();
  },
  (isOpen) => {
    // Those that went while nobody listened are not told of.
    if (isOpen) runs.clear();
    else byId('state').textContent = 'the dashboard does not answer; trying again';
  },
);
