/*
 * LLVM FileCheck, as much as MLIR tests use: CHECK, -SAME, -NEXT, -NOT, -DAG, -LABEL, {LITERAL}, `{{regex}}`, `[[NAME:regex]]`,
 * `[[NAME]]`.
 */

export type DirectiveKind = 'plain' | 'same' | 'next' | 'not' | 'dag' | 'label' | 'empty';

export interface Directive {
  readonly kind: DirectiveKind;
  readonly pattern: string;
  readonly isLiteral: boolean;
  /** Line in the test file, for messages. */
  readonly line: number;
}

/** The directives of a test file, in order. */
export function parseDirectives(text: string, prefix = 'CHECK'): Directive[] {
  const out: Directive[] = [];
  const kinds: Record<string, DirectiveKind> = {
    '': 'plain',
    '-SAME': 'same',
    '-NEXT': 'next',
    '-NOT': 'not',
    '-DAG': 'dag',
    '-LABEL': 'label',
    '-EMPTY': 'empty',
  };
  const re = new RegExp(`(?:^|[^\\w-])${prefix}(-[A-Z]+)?(\\{LITERAL\\})?:(.*)$`);
  text.split('\n').forEach((line, i) => {
    const m = re.exec(line);
    if (!m) return;
    const kind = kinds[m[1] ?? ''];
    if (kind) out.push({ kind, pattern: m[3].trim(), isLiteral: m[2] !== undefined, line: i + 1 });
  });
  return out;
}

/** One CHECK-LABEL and what follows it up to the next. */
export interface Section {
  readonly label: Directive | undefined;
  readonly directives: readonly Directive[];
}

export function sectionsOf(directives: readonly Directive[]): Section[] {
  const out: { label: Directive | undefined; directives: Directive[] }[] = [];
  for (const d of directives) {
    if (d.kind === 'label') out.push({ label: d, directives: [] });
    else {
      if (out.length === 0) out.push({ label: undefined, directives: [] });
      out[out.length - 1].directives.push(d);
    }
  }
  return out;
}

interface Compiled {
  readonly regexp: RegExp;
  readonly names: readonly string[];
}

/** Compiles a pattern; captured names become groups, used names their values so far. */
function compile(d: Directive, variables: ReadonlyMap<string, string>): Compiled {
  const names: string[] = [];
  if (d.isLiteral) return { regexp: new RegExp(escapeText(d.pattern), 'g'), names };
  let source = '';
  let rest = d.pattern;
  const own = new Map<string, number>();
  while (rest.length > 0) {
    const at = rest.search(/\{\{|\[\[(?=[#@$]?\w+(:|\]\]))/);
    if (at < 0) {
      source += escapeText(rest);
      break;
    }
    source += escapeText(rest.slice(0, at));
    rest = rest.slice(at);
    if (rest.startsWith('{{')) {
      const end = rest.indexOf('}}');
      source += `(?:${rest.slice(2, end)})`;
      rest = rest.slice(end + 2);
      continue;
    }
    const end = captureEnd(rest);
    const body = rest.slice(2, end);
    rest = rest.slice(end + 2);
    const colon = body.indexOf(':');
    if (colon < 0) {
      const known = own.get(body);
      source += known !== undefined ? `\\${known}` : escapeText(variables.get(body) ?? '\u0000undefined');
    } else {
      names.push(body.slice(0, colon));
      own.set(body.slice(0, colon), names.length);
      source += `(${body.slice(colon + 1).replace(/\((?!\?)/g, '(?:')})`;
    }
  }
  return { regexp: new RegExp(source, 'g'), names };
}

function captureEnd(text: string): number {
  let depth = 0;
  for (let i = 2; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '[') depth++;
    else if (text[i] === ']') {
      if (depth === 0 && text[i + 1] === ']') return i;
      depth = Math.max(0, depth - 1);
    }
  }
  return text.length - 2;
}

const escapeText = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[ \t]+/g, '[ \\t]+');

/** Checks one section against the output of its function. Returns undefined when it passes, else what failed. */
export function checkSection(section: Section, output: string): string | undefined {
  const variables = new Map<string, string>();
  let position = 0;
  /** Where the negative checks that are pending began. */
  let pendingFrom = 0;
  let pending: Directive[] = [];
  const match = (d: Directive, from: number, to = output.length): { start: number; end: number } | undefined => {
    const { regexp, names } = compile(d, variables);
    regexp.lastIndex = from;
    const m = regexp.exec(output);
    if (!m || m.index + m[0].length > to) return undefined;
    names.forEach((n, i) => {
      variables.set(n, m[i + 1]);
    });
    return { start: m.index, end: m.index + m[0].length };
  };
  const flush = (until: number): string | undefined => {
    for (const d of pending) {
      const found = match(d, pendingFrom, until);
      if (found) return `line ${d.line}: CHECK-NOT matched: ${d.pattern}`;
    }
    pending = [];
    return undefined;
  };
  const fail = (d: Directive): string => {
    const lineStart = output.lastIndexOf('\n', Math.max(0, position - 1)) + 1;
    const context = output.slice(lineStart).split('\n').slice(0, 3).join('\n');
    return `line ${d.line}: CHECK-${d.kind.toUpperCase()}: ${d.pattern}\n  at: ${context}`;
  };
  const { directives } = section;
  if (section.label) {
    const found = match(section.label, 0);
    if (!found) return `line ${section.label.line}: label not found: ${section.label.pattern}`;
    position = found.end;
    pendingFrom = position;
  }
  for (let i = 0; i < directives.length; i++) {
    const d = directives[i];
    if (d.kind === 'not') {
      if (pending.length === 0) pendingFrom = position;
      pending.push(d);
      continue;
    }
    if (d.kind === 'dag') {
      // A run of DAGs may match in any order, each after where the run began.
      const from = position;
      let end = position;
      for (; directives[i]?.kind === 'dag'; i++) {
        const found = match(directives[i], from);
        if (!found) return fail(directives[i]);
        end = Math.max(end, found.end);
      }
      i--;
      position = end;
      continue;
    }
    const found = match(d, position);
    if (!found) return fail(d);
    const between = output.slice(position, found.start);
    const newlines = between.split('\n').length - 1;
    if (d.kind === 'same' && newlines > 0) return fail(d);
    if (d.kind === 'next' && newlines !== 1) return `${fail(d)}\n  (found ${newlines} lines on)`;
    const negative = flush(found.start);
    if (negative) return negative;
    position = found.end;
  }
  return flush(output.length);
}

/** Splits the output at the labels and checks each section. */
export function checkAll(sections: readonly Section[], output: string): (string | undefined)[] {
  let at = 0;
  const starts = sections.map((s) => {
    if (!s.label) return 0;
    const { regexp } = compile(s.label, new Map());
    regexp.lastIndex = at;
    const m = regexp.exec(output);
    if (m) at = m.index + m[0].length;
    return m?.index;
  });
  return sections.map((s, i) => {
    const start = starts[i];
    if (start === undefined) return `label not found: ${s.label?.pattern}`;
    const next = starts.slice(i + 1).find((x) => x !== undefined);
    const lineStart = output.lastIndexOf('\n', start) + 1;
    return checkSection(s, output.slice(lineStart, next === undefined ? undefined : output.lastIndexOf('\n', next)));
  });
}
