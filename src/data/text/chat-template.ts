import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../base/index.ts';
import { readGgufMetadata } from './gguf-tokenizer.ts';
import type { Statement } from './jinja/ast.ts';
import { Evaluator, type Limits } from './jinja/evaluate.ts';
import { pairsOf, range } from './jinja/filters.ts';
import { Output, type Span } from './jinja/output.ts';
import { parseTemplate } from './jinja/parser.ts';
import { Scope } from './jinja/scope.ts';
import { strftime } from './jinja/strftime.ts';
import { RaisedByTemplate, TemplateProblem, templateError } from './jinja/template-error.ts';
import { type Callable, fromJavaScript, Namespace, textOf, type Value } from './jinja/values.ts';
import { isRecord } from './tokenizer-json.ts';

/** A message of a chat; content is a text or a list of parts. Objects, or maps as `parseJsonExactly` makes them. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

export interface RenderOptions {
  /** Ends with the beginning of an answer. */
  readonly addGenerationPrompt?: boolean;
  /** Functions that may be called, as JSON schemas. */
  readonly tools?: readonly unknown[];
  readonly documents?: readonly unknown[];
  /** The time that templates ask for; now unless given. */
  readonly now?: Date;
  /** Whatever else the template knows: `bos_token`, `enable_thinking` … */
  readonly [variable: string]: unknown;
}

export interface RenderedChat {
  readonly text: string;
  /** The parts between `{% generation %}` and its end: what the assistant said, in UTF-16 units of the text. */
  readonly assistantSpans: readonly Span[];
}

const defaultLimits: Limits = { maxSteps: 5_000_000, timeLimitMs: 5_000 };
/** The longest known template has 30 KB. */
const MAX_SOURCE_LENGTH = 1_000_000;

/**
 * A chat template: how a model wants a chat written as one text. It is a Jinja template, rendered as transformers does it with Python's
 * jinja2 (`trim_blocks`, `lstrip_blocks`, sandboxed), parsed once. Its texts hold the special tokens: encode them with
 * `addSpecialTokens: false`. Throws `data/template`, which names the line.
 */
export class ChatTemplate {
  readonly source: string;
  /** Variables for every rendering, such as `bos_token`. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly #body: readonly Statement[];
  readonly #limits: Limits;

  constructor(source: string, variables: Readonly<Record<string, unknown>> = {}, limits: Partial<Limits> = {}) {
    this.source = source;
    this.variables = variables;
    this.#limits = { ...defaultLimits, ...limits };
    this.#body = reportingProblems(() => {
      if (source.length > MAX_SOURCE_LENGTH) throw new TemplateProblem(`${source.length} characters`);
      return parseTemplate(source);
    });
  }

  /** The chat as text. Throws `data/template`, or `data/template-refused` where the template itself raises an error. */
  render(messages: readonly (ChatMessage | ReadonlyMap<string, unknown>)[], options: RenderOptions = {}): string {
    return this.renderWithSpans(messages, options).text;
  }

  /** The chat as text, with the parts that are the assistant's. */
  renderWithSpans(
    messages: readonly (ChatMessage | ReadonlyMap<string, unknown>)[],
    options: RenderOptions = {},
  ): RenderedChat {
    const { addGenerationPrompt = false, tools = null, documents = null, now, ...more } = options;
    const evaluator = new Evaluator(this.#limits);
    const out = new Output();
    reportingProblems(() => {
      const scope = globals(now);
      for (const [name, value] of Object.entries({ ...this.variables, ...more, tools, documents }))
        scope.set(name, fromJavaScript(value));
      scope.set('messages', messages.map(messageOf));
      scope.set('add_generation_prompt', addGenerationPrompt);
      evaluator.run(this.#body, new Scope(scope), out);
    }, evaluator);
    return { text: out.text(), assistantSpans: out.spans };
  }
}

/**
 * A template of a text: Jinja with its own settings, `StrictUndefined` and `keep_trailing_newline`, as lm-eval renders its tasks. Parsed once.
 * Throws `data/template`, which names the line.
 */
export class TextTemplate {
  readonly source: string;
  readonly #body: readonly Statement[];

  constructor(source: string) {
    this.source = source;
    this.#body = reportingProblems(() => parseTemplate(source, false));
  }

  /** The text, with the values of variables in it. Throws `data/template`. */
  render(variables: Readonly<Record<string, unknown>>): string {
    const evaluator = new Evaluator({ ...defaultLimits, isStrict: true });
    const out = new Output();
    reportingProblems(() => {
      const scope = globals(undefined);
      for (const [name, value] of Object.entries(variables)) scope.set(name, fromJavaScript(value));
      evaluator.run(this.#body, new Scope(scope), out);
    }, evaluator);
    return out.text();
  }
}

function reportingProblems<T>(work: () => T, evaluator?: Evaluator): T {
  try {
    return work();
  } catch (error) {
    // A stack that overflows is the template's doing: its depth is limited, but not that of the values it makes.
    const problem =
      error instanceof TemplateProblem
        ? error
        : error instanceof RangeError
          ? new TemplateProblem(`values too deep or too large (${error.message})`)
          : undefined;
    if (!problem) throw error;
    problem.line ??= evaluator?.line;
    throw templateError(problem);
  }
}

const reasoningFields = ['reasoning_content', 'thinking', 'reasoning'] as const;

/** As transformers hands messages over: without fields that are null, and with reasoning under the names that templates read. */
function messageOf(message: unknown): Value {
  const fields = fromJavaScript(message);
  if (!(fields instanceof Map)) throw new TemplateProblem('a message that is no object');
  const known = new Map(
    [...(fields as Map<Value, Value>)].filter(([, value]) => value !== null && value !== undefined),
  );
  const field = reasoningFields.find((name) => known.has(name));
  if (field === undefined) return known;
  const reasoning = known.get(field);
  if (!known.has('thinking')) known.set('thinking', reasoning);
  known.set('reasoning_content', reasoning);
  return known;
}

function globals(now: Date | undefined): Scope {
  const scope = new Scope();
  const define = (name: string, value: Callable): void => scope.set(name, value);
  define('range', (args, named) => range({ args, named }));
  define('dict', (args, named) => pairsOf({ args, named }));
  define('namespace', (args, named) => {
    const attributes = new Map<string, Value>();
    for (const [key, value] of pairsOf({ args, named })) {
      if (textOf(key).startsWith('_')) throw new TemplateProblem(`the attribute ${textOf(key)} of a namespace`);
      attributes.set(textOf(key), value);
    }
    return new Namespace(attributes);
  });
  define('raise_exception', ([message]) => {
    throw new RaisedByTemplate(textOf(message));
  });
  define('strftime_now', ([format]) => strftime(textOf(format), now ?? new Date()));
  define('joiner', ([separator]) => {
    let isFirst = true;
    return () => {
      const text = isFirst ? '' : (separator ?? ', ');
      isFirst = false;
      return text;
    };
  });
  define('cycler', (items) => {
    let at = 0;
    const current = (): Value => items[at % Math.max(items.length, 1)];
    const next: Callable = () => {
      const item = current();
      at += 1;
      return item;
    };
    return {
      kind: 'attributes',
      attribute: (name) => (name === 'next' ? next : name === 'current' ? current() : undefined),
    };
  });
  return scope;
}

export interface LoadChatTemplateOptions {
  /** Of several templates the one of this name (`tool_use`, `rag`); else `default`. */
  readonly name?: string;
}

/**
 * The chat template of a model: in a folder chat_template.jinja (or additional_chat_templates/<name>.jinja), else `chat_template` of
 * tokenizer_config.json; of a GGUF file or its metadata `tokenizer.chat_template`. Special tokens that the settings name are variables of it.
 * Undefined when there is none. Throws `data/template`.
 */
export function loadChatTemplate(
  source: string | Readonly<Record<string, unknown>>,
  options: LoadChatTemplateOptions = {},
): ChatTemplate | undefined {
  if (typeof source !== 'string') return fromGguf(source, options.name);
  return source.endsWith('.gguf') ? fromGguf(readGgufMetadata(source), options.name) : fromFolder(source, options.name);
}

const SPECIAL_TOKENS = ['bos_token', 'eos_token', 'pad_token', 'unk_token', 'sep_token', 'cls_token', 'mask_token'];

function fromFolder(folder: string, name: string | undefined): ChatTemplate | undefined {
  const read = (file: string): string | undefined => {
    const path = join(folder, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const settingsIn = (file: string): Readonly<Record<string, unknown>> => {
    try {
      const value: unknown = JSON.parse(read(file) ?? '{}');
      return isRecord(value) ? value : {};
    } catch (cause) {
      throw new UserError('data/template', `${join(folder, file)} is no JSON`, { cause });
    }
  };
  const settings = { ...settingsIn('special_tokens_map.json'), ...settingsIn('tokenizer_config.json') };
  const file = name === undefined ? 'chat_template.jinja' : `additional_chat_templates/${safeName(name)}.jinja`;
  const source = read(file) ?? sourceNamed(settings.chat_template, name);
  if (source === undefined) return undefined;
  const tokens = SPECIAL_TOKENS.flatMap((role) => {
    const token = settings[role];
    const content = isRecord(token) ? token.content : token;
    return typeof content === 'string' ? [[role, content]] : [];
  });
  return new ChatTemplate(source, Object.fromEntries(tokens));
}

function safeName(name: string): string {
  if (!/^[\w-]+$/.test(name)) throw new UserError('data/template', 'a name of a chat template', { given: name });
  return name;
}

/** One template, or a list of them with names. */
function sourceNamed(value: unknown, name: string | undefined): string | undefined {
  if (typeof value === 'string') return name === undefined || name === 'default' ? value : undefined;
  if (!Array.isArray(value)) return undefined;
  const found = (value as unknown[]).find((t) => isRecord(t) && t.name === (name ?? 'default'));
  return isRecord(found) && typeof found.template === 'string' ? found.template : undefined;
}

function fromGguf(metadata: Readonly<Record<string, unknown>>, name: string | undefined): ChatTemplate | undefined {
  const source = metadata[`tokenizer.chat_template${name === undefined || name === 'default' ? '' : `.${name}`}`];
  if (typeof source !== 'string') return undefined;
  const tokens = metadata['tokenizer.ggml.tokens'];
  const tokenOf = (role: string): unknown =>
    Array.isArray(tokens) ? (tokens[metadata[`tokenizer.ggml.${role}_token_id`] as number] as unknown) : undefined;
  const variables = [
    ['bos_token', tokenOf('bos')],
    ['eos_token', tokenOf('eos')],
    ['pad_token', tokenOf('padding')],
    ['unk_token', tokenOf('unknown')],
  ].filter(([, token]) => typeof token === 'string');
  return new ChatTemplate(source, Object.fromEntries(variables));
}
