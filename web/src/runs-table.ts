import type { RunInfo } from '../../src/dashboard/protocol.ts';
import { styleOf } from './palette.ts';
import { shortNumber } from './scale.ts';
import type { View } from './view.ts';

/* The list of runs, and the settings in which those that are shown differ. */

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

/** The list as it is now; `toggle` is called when a run is to be shown or not. */
export function showRuns(runs: readonly RunInfo[], view: View, toggle: (id: string, isShown: boolean) => void): void {
  const body = byId('runs').querySelector('tbody')!;
  const focused = (document.activeElement as HTMLElement | null)?.dataset?.run;
  body.replaceChildren(...runs.map((run) => rowOf(run, view, toggle)));
  if (focused !== undefined)
    for (const input of body.querySelectorAll('input')) if (input.dataset.run === focused) input.focus();
  const numShown = runs.filter((run) => !view.hidden.has(run.id)).length;
  const all = byId<HTMLInputElement>('all');
  all.checked = numShown === runs.length;
  all.indeterminate = numShown > 0 && numShown < runs.length;
}

function rowOf(run: RunInfo, view: View, toggle: (id: string, isShown: boolean) => void): HTMLElement {
  const row = document.createElement('tr');
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = !view.hidden.has(run.id);
  box.dataset.run = run.id;
  box.setAttribute('aria-label', `Show ${run.id}`);
  box.addEventListener('change', () => toggle(run.id, box.checked));
  const name = document.createElement('span');
  name.textContent = run.id;
  const live = document.createElement('span');
  live.className = 'live';
  live.textContent = run.isLive ? '●\u00a0live' : '';
  row.append(
    cell([box]),
    cell([swatch(run.id), name, live]),
    cell([shortNumber(run.latest.step ?? 0, 6)], 'number'),
    cell([run.latest.loss === undefined ? '–' : run.latest.loss.toFixed(3)], 'number'),
  );
  return row;
}

function cell(children: readonly (Node | string)[], name = ''): HTMLElement {
  const td = document.createElement('td');
  td.className = name;
  td.append(...children);
  return td;
}

/** A piece of the line that a run is drawn with. */
function swatch(id: string): Node {
  const { color, dash } = styleOf(id);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('width', '20');
  svg.setAttribute('height', '8');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  const attributes = {
    x1: 0,
    x2: 20,
    y1: 4,
    y2: 4,
    stroke: color,
    'stroke-width': 2.5,
    'stroke-dasharray': dash.join(' '),
  };
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, String(value));
  svg.append(line);
  return svg;
}

/** Settings that are not the same in all runs that have any, by name. */
export function differingSettings(runs: readonly Pick<RunInfo, 'config'>[]): string[] {
  const configs = runs.map((run) => run.config).filter((config) => Object.keys(config).length > 0);
  const names = [...new Set(configs.flatMap((config) => Object.keys(config)))];
  return names.filter((name) => new Set(configs.map((config) => config[name])).size > 1).sort();
}

export function showDifferences(runs: readonly RunInfo[]): void {
  const names = differingSettings(runs);
  byId('differences').hidden = names.length === 0;
  const head = document.createElement('tr');
  for (const name of ['run', ...names]) {
    const th = document.createElement('th');
    th.textContent = name;
    head.append(th);
  }
  const rows = runs.map((run) => {
    const row = document.createElement('tr');
    row.append(
      cell([swatch(run.id), run.id.split('/').at(-1)!]),
      ...names.map((name) => cell([run.config[name] ?? '–'])),
    );
    return row;
  });
  byId('config').replaceChildren(head, ...rows);
}
