import type { Chart } from './chart.ts';
import { meaningOf } from './metrics.ts';
import type { Curve } from './raster.ts';
import { scaleOf, shortNumber, ticksOf } from './scale.ts';
import type { View } from './view.ts';

/* A chart as a file. */

export function savePng(chart: Chart): void {
  const { canvas, key } = chart;
  // It may have been out of sight.
  chart.draw();
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const g = copy.getContext('2d')!;
  g.fillStyle = getComputedStyle(document.body).backgroundColor;
  g.fillRect(0, 0, copy.width, copy.height);
  g.drawImage(canvas, 0, 0);
  copy.toBlob((blob) => blob && save(blob, `${fileName(key)}.png`));
}

export const saveSvg = (chart: Chart, view: View): void =>
  save(new Blob([svgOf(chart.curves, chart.key, view)], { type: 'image/svg+xml' }), `${fileName(chart.key)}.svg`);

export const saveCsv = (chart: Chart, view: View): void =>
  save(new Blob([csvOf(chart.curves, chart.key, view)], { type: 'text/csv' }), `${fileName(chart.key)}.csv`);

const fileName = (key: string): string => key.replace(/[^\w-]+/g, '_');

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** One line per point of what is shown. */
export function csvOf(curves: readonly Curve[], key: string, { axis }: Pick<View, 'axis'>): string {
  const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = curves.flatMap((c) =>
    Array.from(c.x, (x, i) => `${cell(c.id)},${c.isFaint ? 'raw' : 'shown'},${x},${c.y[i]}`),
  );
  return `${['run', 'curve', axis, cell(key)].join(',')}\n${lines.map((l) => `${l}\n`).join('')}`;
}

const xml = (text: string): string =>
  text.replace(/[<>&"]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[c] ?? '&quot;');

/** What is shown, as a drawing with a legend. */
export function svgOf(
  curves: readonly Curve[],
  key: string,
  v: Pick<View, 'axis' | 'logX' | 'logY' | 'from' | 'to'>,
): string {
  const [width, height, left, top] = [720, 360, 60, 30];
  const own = curves.filter((c) => !c.isFaint);
  const xs = curves
    .flatMap((c) => [...c.x])
    .filter((x) => (!v.logX || x > 0) && x >= (v.from ?? -Infinity) && x <= (v.to ?? Infinity));
  const inside = (x: number): boolean => x >= (v.from ?? -Infinity) && x <= (v.to ?? Infinity);
  const ys = curves.flatMap((c) => [...c.y].filter((y, i) => inside(c.x[i]) && (!v.logY || y > 0)));
  const least = (all: readonly number[]): number => all.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (all: readonly number[]): number => all.reduce((a, b) => Math.max(a, b), -Infinity);
  const x = scaleOf(v.from ?? (xs.length ? least(xs) : 0), v.to ?? (xs.length ? most(xs) : 1), width, v.logX);
  const y = scaleOf(ys.length ? least(ys) : 0.1, ys.length ? most(ys) : 1, height, v.logY);
  const at = (px: number, py: number): string => `${(left + px).toFixed(1)} ${(top + height - py).toFixed(1)}`;
  const paths = curves.map((c) => {
    const places = Array.from(c.x, (value, i) => [x.place(value), y.place(c.y[i])]);
    const d = places.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b)).map(([a, b]) => at(a, b));
    const dash = c.dash.length > 0 ? ` stroke-dasharray="${c.dash.join(' ')}"` : '';
    return `<path d="M${d.join('L')}" stroke="${c.color}"${dash}${c.isFaint ? ' opacity="0.28"' : ''}/>`;
  });
  const ticks = [
    ...ticksOf(x, 6).map(
      (t) => `<text x="${left + x.place(t)}" y="${top + height + 16}" text-anchor="middle">${shortNumber(t)}</text>`,
    ),
    ...ticksOf(y, 6).map(
      (t) => `<text x="${left - 6}" y="${top + height - y.place(t) + 4}" text-anchor="end">${shortNumber(t)}</text>`,
    ),
  ];
  const legend = own.map(
    (c, i) => `<text x="${left}" y="${top + height + 52 + 16 * i}" fill="${c.color}">— ${xml(c.id)}</text>`,
  );
  const { name, unit } = meaningOf(key);
  const total = top + height + 60 + 16 * own.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 20} ${total}" font-family="sans-serif" font-size="12">
<text x="${left}" y="18" font-weight="bold">${xml(name)}${unit ? ` (${xml(unit)})` : ''} by ${v.axis}</text>
<clipPath id="c"><rect x="${left}" y="${top}" width="${width}" height="${height}"/></clipPath>
<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="#999"/>
<g fill="none" stroke-width="1.5" clip-path="url(#c)">${paths.join('\n')}</g>
${ticks.join('\n')}
${legend.join('\n')}
</svg>
`;
}
