import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { nearestName, UserError } from '../../../base/index.ts';
import { isMetric, metricsByDefault, metricsOf } from './metrics.ts';

/* Task files of lm-eval: the part of their YAML that needs neither Python nor a download. */

export const outputTypes = ['loglikelihood', 'loglikelihood_rolling', 'multiple_choice', 'generate_until'] as const;
export type OutputType = (typeof outputTypes)[number];

/** A field of a document, a template, or what templates would give. */
export type Template = string | number | readonly unknown[] | Readonly<Record<string, unknown>>;

export interface MetricChoice {
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** What else the file says of it, such as `ignore_case`. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface FilterStep {
  readonly function: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A task that models are measured on. */
export interface HarnessTask {
  readonly name: string;
  readonly outputType: OutputType;
  /** Files by split. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** The split that is measured. */
  readonly split: string;
  readonly testSplit: string | undefined;
  /** Where examples come from, if the file says so. */
  readonly fewshotSplit: string | undefined;
  /** Where they come from if it does not. */
  readonly fewshotPool: string;
  readonly fewshotSamples: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly sampler: 'default' | 'first_n';
  readonly numFewshot: number;
  readonly description: string;
  readonly docToText: Template;
  readonly docToTarget: Template;
  readonly docToChoice: Template | undefined;
  readonly targetDelimiter: string;
  readonly fewshotDelimiter: string;
  readonly until: readonly string[];
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly filters: readonly { readonly name: string; readonly steps: readonly FilterStep[] }[];
  readonly metrics: readonly MetricChoice[];
  readonly version: number | string;
  /** The file's contents, with what it includes. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface GroupMetric {
  readonly metric: string;
  readonly weightBySize: boolean;
  readonly filters: readonly string[];
}

/** Several tasks under one name, with numbers of all together if it says how. */
export interface HarnessGroup {
  readonly name: string;
  readonly members: readonly (HarnessTask | HarnessGroup)[];
  readonly metrics: readonly GroupMetric[];
}

export const isGroup = (x: HarnessTask | HarnessGroup): x is HarnessGroup => 'members' in x;

const known = [
  ...['task', 'task_alias', 'tag', 'include', 'dataset_path', 'dataset_name', 'dataset_kwargs', 'metadata'],
  ...['training_split', 'validation_split', 'test_split', 'fewshot_split', 'fewshot_config', 'num_fewshot'],
  ...['description', 'doc_to_text', 'doc_to_target', 'doc_to_choice', 'target_delimiter', 'fewshot_delimiter'],
  ...['output_type', 'generation_kwargs', 'repeats', 'filter_list', 'metric_list', 'should_decontaminate'],
];
const knownOfGroups = ['group', 'group_alias', 'task', 'aggregate_metric_list', 'metadata', 'include', 'tag'];

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (x: unknown): x is Fields => typeof x === 'object' && x !== null && !Array.isArray(x);

const refused = (at: string, what: string, details: { expected?: string; given?: string; advice?: string } = {}) =>
  new UserError('models/harness-task', `${at}: ${what}`, details);

/** Reads fields of one place of a file; says where something is wrong. */
class FieldReader {
  readonly at: string;
  readonly fields: Fields;

  constructor(at: string, fields: Fields, names: readonly string[]) {
    this.at = at;
    this.fields = fields;
    const other = Object.keys(fields).find((k) => !names.includes(k));
    if (other === undefined) return;
    const near = nearestName(other, names);
    throw refused(at, `"${other}" is not supported`, {
      expected: names.join(', '),
      ...(near ? { advice: `did you mean ${near}` } : {}),
    });
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  #read<T>(name: string, fallback: T, is: (x: unknown) => boolean, expected: string): T {
    if (!this.has(name)) return fallback;
    const x = this.fields[name];
    if (is(x)) return x as T;
    throw refused(this.at, `"${name}" is not what it can be`, { expected, given: JSON.stringify(x) });
  }

  text<T extends string | undefined>(name: string, fallback: T): string | T {
    return this.#read<string | T>(name, fallback, (x) => typeof x === 'string', 'a text');
  }

  count(name: string, fallback: number): number {
    return this.#read(name, fallback, (x) => Number.isInteger(x) && Number(x) >= 0, 'an integer ≥ 0');
  }

  number(name: string, fallback: number): number {
    return this.#read(name, fallback, (x) => typeof x === 'number', 'a number');
  }

  flag(name: string, fallback: boolean): boolean {
    return this.#read(name, fallback, (x) => typeof x === 'boolean', 'true or false');
  }

  record(name: string): Fields {
    return this.#read<Fields>(name, {}, isRecord, 'fields');
  }

  records(name: string): readonly Fields[] {
    return this.#read<readonly Fields[]>(name, [], (x) => Array.isArray(x) && x.every(isRecord), 'a list of fields');
  }

  texts(name: string): readonly string[] {
    const all = this.#read<string | readonly string[]>(
      name,
      [],
      (x) => typeof x === 'string' || (Array.isArray(x) && x.every((y) => typeof y === 'string')),
      'a text, or a list of texts',
    );
    return typeof all === 'string' ? [all] : all;
  }

  oneOf<T extends string>(name: string, names: readonly T[], fallback?: T): T {
    const x = this.fields[name] ?? fallback;
    const found = names.find((n) => n === x);
    if (found !== undefined) return found;
    throw refused(this.at, `"${name}" is not what it can be`, {
      expected: names.join(', '),
      given: x === undefined ? 'nothing' : JSON.stringify(x),
    });
  }

  template(name: string): Template | undefined {
    return this.#read<Template | undefined>(
      name,
      undefined,
      (x) => ['string', 'number'].includes(typeof x) || Array.isArray(x) || isRecord(x),
      'a template, a field, an index or a list',
    );
  }
}

/** The YAML of a file, with what it includes below it. Its `!function`s are refused. */
function readYaml(path: string, above: readonly string[] = []): Fields {
  if (!existsSync(path)) throw refused(path, 'there is no such file', { advice: 'name a task file (YAML)' });
  const document = parseDocument(readFileSync(path, 'utf8'), { logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem) throw refused(path, `this is no YAML: ${problem.message.split('\n')[0]}`);
  const [hook] = document.warnings;
  if (hook)
    throw refused(path, 'this needs Python', {
      given: hook.message.split('\n')[0],
      advice: 'write what the function makes as a template, or into the data',
    });
  const own: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isRecord(own)) throw refused(path, 'there is no task in it', { expected: 'fields such as task, doc_to_text' });
  const includes = own.include === undefined ? [] : [own.include].flat();
  let fields: Fields = {};
  for (const include of includes) {
    if (typeof include !== 'string') throw refused(path, '"include" names no file', { given: JSON.stringify(include) });
    const file = resolve(dirname(path), include);
    if ([path, ...above].includes(file)) throw refused(path, `it includes itself by ${include}`);
    fields = { ...fields, ...readYaml(file, [path, ...above]) };
  }
  const { include: _, ...rest } = own;
  return { ...fields, ...rest };
}

/**
 * Tasks and groups of files of lm-eval. Members of a group are named; they are looked for in these files and in the group's folder. Throws
 * `models/harness-task`, which names the file and what of it is not supported.
 */
export function readHarnessTasks(paths: readonly string[]): (HarnessTask | HarnessGroup)[] {
  const files = paths.map((p) => resolve(p));
  const byName = new Map<string, { fields: Fields; path: string }>();
  const note = (path: string, fields: Fields): void => {
    for (const name of [fields.group, fields.task]) if (typeof name === 'string') byName.set(name, { fields, path });
  };
  const folders = new Set<string>();
  const asked = files.map((path) => ({ path, fields: readYaml(path) }));
  const find = (name: string, folder: string): { fields: Fields; path: string } | undefined => {
    if (!byName.has(name) && !folders.has(folder)) {
      folders.add(folder);
      for (const file of readdirSync(folder).sort())
        if (/\.ya?ml$/.test(file) && !files.includes(join(folder, file))) {
          // A neighbour that cannot be read is none that is asked for, unless it is missed below.
          try {
            note(join(folder, file), readYaml(join(folder, file)));
          } catch {}
        }
    }
    return byName.get(name);
  };
  for (const { path, fields } of asked) note(path, fields);

  const read = (path: string, fields: Fields, above: readonly string[]): HarnessTask | HarnessGroup => {
    if (fields.group === undefined) return readTask(path, fields);
    const r = new FieldReader(path, fields, knownOfGroups);
    const name = r.text('group', '');
    if (above.includes(name)) throw refused(path, `the group ${name} is a member of itself`);
    const members = [fields.task].flat().map((member) => {
      if (isRecord(member)) return read(path, inlineMember(member), [...above, name]);
      const found = typeof member === 'string' ? find(member, dirname(path)) : undefined;
      if (found) return read(found.path, found.fields, [...above, name]);
      throw refused(path, `the group has a member that is nowhere`, {
        given: String(member),
        expected: `a task of ${dirname(path)}`,
      });
    });
    const metrics = r.records('aggregate_metric_list').map((m) => {
      const own = new FieldReader(`${path}, aggregate_metric_list`, m, [
        'metric',
        'aggregation',
        'weight_by_size',
        'filter_list',
      ]);
      own.oneOf('aggregation', ['mean'], 'mean');
      const filters = own.texts('filter_list');
      return {
        metric: own.text('metric', ''),
        weightBySize: own.flag('weight_by_size', true),
        filters: filters.length > 0 ? filters : ['none'],
      };
    });
    return { name, members, metrics };
  };
  const inlineMember = (member: Fields): Fields => {
    const base = typeof member.task === 'string' ? byName.get(member.task)?.fields : undefined;
    return { ...base, ...member };
  };
  return asked.map(({ path, fields }) => read(path, fields, []));
}

function readTask(path: string, fields: Fields): HarnessTask {
  const r = new FieldReader(path, fields, known);
  const name = r.text('task', undefined);
  if (name === undefined) throw refused(path, 'the task has no name', { expected: 'task: NAME' });
  r.oneOf('dataset_path', ['json']);
  if (r.has('dataset_name')) throw refused(path, '"dataset_name" is not supported', { advice: 'name data_files' });
  if (r.count('repeats', 1) !== 1) throw refused(path, '"repeats" is not supported', { expected: '1' });
  if (r.flag('should_decontaminate', false)) throw refused(path, '"should_decontaminate" is not supported');
  const files = dataFiles(path, r);
  const splits = [
    r.text('training_split', undefined),
    r.text('validation_split', undefined),
    r.text('test_split', undefined),
  ];
  const [training, validation, test] = splits;
  const split = test ?? validation;
  if (split === undefined)
    throw refused(path, 'nothing says what is measured', { expected: 'test_split or validation_split' });
  const fewshot = new FieldReader(`${path}, fewshot_config`, r.record('fewshot_config'), [
    'sampler',
    'split',
    'samples',
  ]);
  const fewshotSplit = fewshot.text('split', r.text('fewshot_split', undefined));
  for (const s of [...splits, fewshotSplit])
    if (s !== undefined && !files[s])
      throw refused(path, `there are no files of the split "${s}"`, { expected: Object.keys(files).join(', ') });
  const outputType = r.oneOf('output_type', outputTypes, 'generate_until');
  const docToText = r.template('doc_to_text') ?? '';
  const docToTarget = r.template('doc_to_target');
  if (docToTarget === undefined) throw refused(path, 'there is no doc_to_target');
  const docToChoice = r.template('doc_to_choice');
  if (outputType === 'multiple_choice' && docToChoice === undefined) throw refused(path, 'there is no doc_to_choice');
  const fewshotDelimiter = r.text('fewshot_delimiter', '\n\n');
  const lengths = ['max_gen_toks', 'max_new_tokens', 'max_tokens', 'max_completion_tokens'];
  const writing = new FieldReader(`${path}, generation_kwargs`, r.record('generation_kwargs'), [
    'until',
    'do_sample',
    'temperature',
    ...lengths,
  ]);
  const metadata = r.record('metadata');
  return {
    name,
    outputType,
    files,
    split,
    testSplit: test,
    fewshotSplit,
    fewshotPool: training ?? validation ?? split,
    fewshotSamples: fewshot.has('samples') ? fewshot.records('samples') : undefined,
    sampler: fewshot.oneOf('sampler', ['default', 'first_n'], 'default'),
    numFewshot: r.count('num_fewshot', 0),
    description: r.text('description', ''),
    docToText,
    docToTarget,
    docToChoice,
    targetDelimiter: r.text('target_delimiter', ' '),
    fewshotDelimiter,
    until: r.has('generation_kwargs') ? writing.texts('until') : [fewshotDelimiter],
    maxNewTokens: writing.count(lengths.find((l) => writing.has(l)) ?? lengths[0], 256),
    // Sampled texts would differ from run to run in lm-eval, too; without do_sample a temperature above 0 samples there.
    temperature: writing.flag('do_sample', true) ? writing.number('temperature', 0) : 0,
    filters: readFilters(path, r),
    metrics: readMetrics(path, r, outputType),
    version: typeof metadata.version === 'number' || typeof metadata.version === 'string' ? metadata.version : 0,
    config: fields,
  };
}

/** Files by split; beside the task file, or else where the command runs. */
function dataFiles(path: string, r: FieldReader): Readonly<Record<string, readonly string[]>> {
  const inner = new FieldReader(`${path}, dataset_kwargs`, r.record('dataset_kwargs'), ['data_files']);
  const found = inner.fields.data_files;
  const bySplit = new FieldReader(
    `${path}, data_files`,
    isRecord(found) ? found : { train: found },
    isRecord(found) ? Object.keys(found) : ['train'],
  );
  const beside = (file: string): string => {
    const own = resolve(dirname(path), file);
    return existsSync(own) || !existsSync(file) ? own : resolve(file);
  };
  const out = Object.fromEntries(Object.keys(bySplit.fields).map((s) => [s, bySplit.texts(s).map(beside)]));
  if (Object.values(out).every((list) => list.length === 0))
    throw refused(path, 'the task names no data', { expected: 'dataset_kwargs: {data_files: {test: FILE.jsonl}}' });
  return out;
}

const filterOptions: Readonly<Record<string, readonly string[]>> = {
  take_first: [],
  lowercase: [],
  uppercase: [],
  remove_whitespace: [],
  regex: ['regex_pattern', 'group_select', 'fallback'],
  map: ['mapping_dict', 'default_value'],
};

function readFilters(path: string, r: FieldReader): HarnessTask['filters'] {
  const all = r.records('filter_list').map((entry) => {
    const own = new FieldReader(`${path}, filter_list`, entry, ['name', 'filter']);
    const steps = own.records('filter').map((step) => {
      const { function: name, ...options } = step;
      if (typeof name !== 'string' || !Object.hasOwn(filterOptions, name))
        throw refused(path, `the filter "${String(name)}" is not supported`, {
          expected: Object.keys(filterOptions).join(', '),
        });
      return {
        function: name,
        options: new FieldReader(`${path}, filter ${name}`, options, filterOptions[name]).fields,
      };
    });
    return { name: own.text('name', 'none'), steps };
  });
  return all.length > 0 ? all : [{ name: 'none', steps: [] }];
}

function readMetrics(path: string, r: FieldReader, type: OutputType): MetricChoice[] {
  if (!r.has('metric_list')) return metricsByDefault(type);
  return r.records('metric_list').map((entry) => {
    const { metric, aggregation, higher_is_better: higher, hf_evaluate: other, ...options } = entry;
    const name = String(metric);
    if (other === true || !isMetric(name, type))
      throw refused(
        path,
        `the metric "${name}" of ${type} is not supported${other === true ? ' through hf_evaluate' : ''}`,
        {
          expected: Object.keys(metricsOf(type)).join(', '),
        },
      );
    const own = metricsOf(type)[name];
    if (aggregation !== undefined && aggregation !== own.aggregation)
      throw refused(path, `the aggregation "${String(aggregation)}" of ${name} is not supported`, {
        expected: own.aggregation,
      });
    return {
      metric: name,
      higherIsBetter: typeof higher === 'boolean' ? higher : own.higherIsBetter,
      options: new FieldReader(`${path}, metric ${name}`, options, own.options ?? []).fields,
    };
  });
}
