import { escapeHtml } from './escape.ts';
import { type DeviceBar, gigabytesText, type MemoryTimeline, type TimePart, timeText } from './report.ts';

/* Pictures of a report as SVG. Colours are classes, so that the page can be light or dark. */

const WIDTH = 960;
const round = (x: number): string => x.toFixed(1);

/** One bar of parts side by side that sum to the whole. */
export function timeChart(parts: readonly TimePart[]): string {
  const total = parts.reduce((n, p) => n + p.us, 0);
  let x = 0;
  const bars = parts.map((p) => {
    const width = (WIDTH * p.us) / total;
    const label = `${p.name} ${timeText(p.us)}`;
    const fits = width > 7 * label.length;
    const bar = `<g class="${p.kind}"><title>${escapeHtml(label)}</title><rect x="${round(x)}" width="${round(width)}" height="36"/>${
      fits ? `<text x="${round(x + 8)}" y="23">${escapeHtml(label)}</text>` : ''
    }</g>`;
    x += width;
    return bar;
  });
  return `<svg class="time" viewBox="0 0 ${WIDTH} 36" role="img" aria-label="where the time goes">${bars.join('')}</svg>`;
}

/** Where a picture of memory ends: at the limit, but where that would leave nothing to see. */
const scaleOf = (peakBytes: number, limitBytes: number): { readonly most: number; readonly hasLimit: boolean } => {
  const hasLimit = limitBytes <= 4 * peakBytes;
  return { hasLimit, most: 1.04 * (hasLimit ? Math.max(limitBytes, peakBytes) : peakBytes) };
};

const ROW = 26;
const LEFT = 110;

/** Memory of devices as bars, with the limit. */
export function memoryChart(devices: readonly DeviceBar[], limitBytes: number): string {
  const { most, hasLimit } = scaleOf(Math.max(...devices.map((d) => d.peakBytes)), limitBytes);
  const scale = (bytes: number): number => ((WIDTH - LEFT) * bytes) / most;
  const rows = devices.map((d, row) => {
    let x = LEFT;
    const bars = d.parts.map((p, i) => {
      const width = scale(p.bytes);
      const bar = `<rect class="part${i}" x="${round(x)}" width="${round(width)}" height="${ROW - 6}"><title>${escapeHtml(`${d.name}: ${p.name} ${gigabytesText(p.bytes)}`)}</title></rect>`;
      x += width;
      return bar;
    });
    return `<g transform="translate(0 ${row * ROW})"><text class="axis" y="15">${escapeHtml(d.name)}</text>${bars.join('')}</g>`;
  });
  const height = devices.length * ROW;
  const at = round(LEFT + scale(limitBytes));
  const limit = hasLimit
    ? `<line class="limit" x1="${at}" x2="${at}" y1="0" y2="${height}"/><text class="axis" text-anchor="end" x="${at}" y="${height + 14}">limit ${gigabytesText(limitBytes)}</text>`
    : `<text class="axis" text-anchor="end" x="${WIDTH}" y="${height + 14}">the limit of ${gigabytesText(limitBytes)} is far beyond</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${height + 18}" role="img" aria-label="memory of devices">${rows.join('')}${limit}</svg>`;
}

const TRACK = 96;

/** Memory of devices over time, one below another. */
export function timelineChart({ devices, endUs }: MemoryTimeline, limitBytes: number): string {
  const { most, hasLimit } = scaleOf(
    Math.max(...devices.flatMap((d) => d.points.map(([, bytes]) => bytes))),
    limitBytes,
  );
  const x = (us: number): string => round(LEFT + ((WIDTH - LEFT) * us) / endUs);
  const y = (bytes: number): string => round((TRACK - 14) * (1 - bytes / most) + 4);
  const rows = devices.map(({ name, points }, row) => {
    const line = points.map(([us, bytes]) => `${x(us)},${y(bytes)}`).join(' ');
    const peak = Math.max(...points.map(([, bytes]) => bytes));
    return `<g transform="translate(0 ${row * TRACK})"><text class="axis" y="16">${escapeHtml(name)}</text><text class="axis small" y="32">peak ${gigabytesText(peak)}</text><polygon class="area" points="${x(0)},${y(0)} ${line} ${x(endUs)},${y(0)}"/>${hasLimit ? `<line class="limit" x1="${LEFT}" x2="${WIDTH}" y1="${y(limitBytes)}" y2="${y(limitBytes)}"/>` : ''}</g>`;
  });
  const height = devices.length * TRACK;
  return `<svg viewBox="0 0 ${WIDTH} ${height + 16}" role="img" aria-label="memory over time">${rows.join('')}<text class="axis small" x="${LEFT}" y="${height + 6}">0</text><text class="axis small" text-anchor="end" x="${WIDTH}" y="${height + 6}">${timeText(endUs)}</text></svg>`;
}
