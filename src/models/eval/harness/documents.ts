import { UserError } from '../../../base/index.ts';
import { openSource, TextTemplate } from '../../../data/index.ts';
import { PythonRandom } from './python-random.ts';
import type { HarnessTask, Template } from './task-file.ts';

export type Doc = Readonly<Record<string, unknown>>;

/** All documents of a split. */
export async function documentsOf(task: HarnessTask, split: string): Promise<Doc[]> {
  const source = await openSource({ files: task.files[split], format: 'jsonl' });
  try {
    return await Promise.all(Array.from({ length: source.length }, async (_, i) => (await source.at(i)).fields));
  } finally {
    source.close();
  }
}

/** What templates make of documents. Source: lm-eval 0.4.13, `ConfigurableTask`. */
export class Documents {
  readonly #task: HarnessTask;
  readonly #templates = new Map<string, TextTemplate>();
  /** Names of all fields. */
  readonly #fields: ReadonlySet<string>;

  constructor(task: HarnessTask, docs: readonly Doc[]) {
    this.#task = task;
    this.#fields = new Set(docs.flatMap((d) => Object.keys(d)));
  }

  render(source: string, doc: Doc): string {
    const template = this.#templates.get(source) ?? new TextTemplate(source);
    this.#templates.set(source, template);
    return template.render(doc);
  }

  /** The field of that name, or the template's text; where there are choices, digits are an index. */
  #valueOf(template: Template, doc: Doc): unknown {
    if (typeof template !== 'string') return template;
    if (this.#fields.has(template)) return doc[template];
    const text = this.render(template, doc);
    return /^\d+$/.test(text) && this.#task.docToChoice !== undefined ? Number(text) : text;
  }

  description(doc: Doc): string {
    const { description } = this.#task;
    return description in doc ? String(doc[description]) : this.render(description, doc);
  }

  /** A text; or the index of the right one, where choices are contexts. */
  text(doc: Doc): string | number {
    const value = this.#valueOf(this.#task.docToText, doc);
    if (typeof value === 'string' || typeof value === 'number') return value;
    throw this.#wrong('doc_to_text', 'a text', value);
  }

  target(doc: Doc): string | number | readonly (string | number)[] {
    const value = this.#valueOf(this.#task.docToTarget, doc);
    const read = typeof value === 'string' && /^\[[\s\S]*\]$/.test(value) ? (literal(value) ?? value) : value;
    if (typeof read === 'string' || typeof read === 'number') return read;
    if (typeof read === 'boolean')
      return this.#task.docToChoice === undefined ? (read ? 'True' : 'False') : Number(read);
    if (Array.isArray(read) && read.every((x) => typeof x === 'string' || typeof x === 'number')) return read;
    throw this.#wrong('doc_to_target', 'a text, an index, or a list of them', read);
  }

  choices(doc: Doc): readonly string[] {
    const { docToChoice: template } = this.#task;
    const value =
      typeof template !== 'string'
        ? Array.isArray(template)
          ? template
          : Object.values(template as object)
        : this.#fields.has(template)
          ? doc[template]
          : literal(this.render(template, doc));
    if (Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === 'string')) return value;
    throw this.#wrong('doc_to_choice', 'a list of texts', value);
  }

  #wrong(field: string, expected: string, value: unknown): UserError {
    return new UserError('models/harness-task', `${this.#task.name}: ${field} does not give what it has to`, {
      expected,
      given: JSON.stringify(value) ?? 'nothing',
    });
  }
}

const asJson = new Map<string, unknown>();

/** A list as Python writes it, which Jinja reads, too; undefined if it is none. */
function literal(text: string): unknown {
  if (!asJson.has(text)) {
    if (asJson.size > 10_000) asJson.clear();
    let value: unknown;
    try {
      value = JSON.parse(new TextTemplate(`{{ (${text}) | tojson }}`).render({}));
    } catch {
      value = undefined;
    }
    asJson.set(text, value);
  }
  return asJson.get(text);
}

/** Draws the examples before each document, document by document. */
export class FewshotSampler {
  readonly #random: PythonRandom;
  readonly #pool: readonly Doc[];
  readonly #task: HarnessTask;
  /** The document that is asked for might be among the examples. */
  readonly #isSameSplit: boolean;

  constructor(task: HarnessTask, pool: readonly Doc[], seed: number) {
    this.#task = task;
    this.#pool = pool;
    this.#random = new PythonRandom(seed);
    this.#isSameSplit = task.fewshotSplit === task.testSplit;
  }

  /** Throws `models/harness-task` where there are too few. */
  sample(n: number, doc: Doc): readonly Doc[] {
    if (n === 0) return [];
    const others = (docs: readonly Doc[]): Doc[] => {
      const own = JSON.stringify(doc);
      return docs.filter((d) => JSON.stringify(d) !== own);
    };
    const needed = this.#isSameSplit ? n + 1 : n;
    if (this.#pool.length < (this.#task.sampler === 'first_n' ? n : needed))
      throw new UserError('models/harness-task', `${this.#task.name}: there are too few examples to choose from`, {
        expected: `${needed} for ${n} in front of a document`,
        given: String(this.#pool.length),
      });
    if (this.#task.sampler === 'first_n') return (this.#isSameSplit ? others(this.#pool) : this.#pool).slice(0, n);
    const drawn = this.#random.sample(this.#pool, needed);
    if (!this.#isSameSplit) return drawn;
    const rest = others(drawn).slice(0, n);
    return rest.length === n ? rest : this.#random.sample(others(this.#pool), n);
  }
}
