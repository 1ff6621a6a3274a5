import type { AxisName } from '../../src/dashboard/protocol.ts';

/* What is looked at, the same for all charts, and kept in the address so that a link shows it again. */

export interface View {
  axis: AxisName;
  smooth: number;
  logX: boolean;
  logY: boolean;
  /** Ends of what is seen; undefined: all. */
  from: number | undefined;
  to: number | undefined;
  /** Runs that are not shown. */
  hidden: Set<string>;
  theme: '' | 'light' | 'dark';
}

export function readView(hash: string): View {
  const q = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (name: string): number | undefined => {
    const value = q.has(name) ? Number(q.get(name)) : Number.NaN;
    return Number.isFinite(value) ? value : undefined;
  };
  const axis = q.get('x');
  const theme = q.get('theme');
  return {
    axis: axis === 'tokens' || axis === 'time' ? axis : 'step',
    smooth: Math.min(0.999, Math.max(0, number('smooth') ?? 0)),
    logX: q.has('logx'),
    logY: q.has('logy'),
    from: number('from'),
    to: number('to'),
    hidden: new Set(q.getAll('hide')),
    theme: theme === 'light' || theme === 'dark' ? theme : '',
  };
}

export function writeView(v: View): string {
  const q = new URLSearchParams();
  if (v.axis !== 'step') q.set('x', v.axis);
  if (v.smooth > 0) q.set('smooth', String(v.smooth));
  if (v.logX) q.set('logx', '');
  if (v.logY) q.set('logy', '');
  if (v.from !== undefined) q.set('from', String(v.from));
  if (v.to !== undefined) q.set('to', String(v.to));
  if (v.theme) q.set('theme', v.theme);
  for (const id of v.hidden) q.append('hide', id);
  return `#${q}`;
}
