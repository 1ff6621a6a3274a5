import { UserError } from '../../../base/index.ts';
import type { FilterStep } from './task-file.ts';

/** What is left of a written text. Source: lm-eval 0.4.13, `filters`. Throws `models/harness-task` for patterns that are Python's only. */
export function filtered(text: string, steps: readonly FilterStep[]): string {
  return steps.reduce((t, step) => apply(t, step), text);
}

function apply(text: string, { function: name, options: o }: FilterStep): string {
  switch (name) {
    case 'lowercase':
      return text.toLowerCase();
    case 'uppercase':
      return text.toUpperCase();
    case 'remove_whitespace':
      return text.trim();
    case 'map': {
      const { mapping_dict: mapping, default_value: other } = o;
      const found = (mapping as Readonly<Record<string, unknown>> | undefined)?.[text];
      return String(found ?? other ?? 'None');
    }
    case 'regex':
      return matched(text, o);
    default:
      return text;
  }
}

/** The n-th match, or its first group that is not empty; negative n from the end. */
function matched(text: string, o: FilterStep['options']): string {
  const { regex_pattern: pattern = '#### (\\-?[0-9\\.\\,]+)', group_select: select = 0, fallback = '[invalid]' } = o;
  const found = [...text.matchAll(patternOf(String(pattern)))].at(Number(select));
  if (!found) return String(fallback);
  const groups = found.slice(1);
  const match = groups.length === 0 ? found[0] : groups.length === 1 ? (groups[0] ?? '') : groups.find((g) => g);
  return match === undefined ? String(fallback) : match.trim();
}

/** A pattern of Python: flags at its beginning, and groups with names, are written otherwise here. */
function patternOf(source: string): RegExp {
  const [, flags = '', rest = source] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(source) ?? [];
  try {
    return new RegExp(rest.replaceAll('(?P<', '(?<').replaceAll('\\Z', '$'), `g${flags}`);
  } catch (cause) {
    throw new UserError('models/harness-task', 'this pattern is one of Python only', { given: source, cause });
  }
}
