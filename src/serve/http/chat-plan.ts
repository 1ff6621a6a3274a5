import { randomBytes } from 'node:crypto';
import type { Grammar, GrammarSource, JsonValue } from '../../models/index.ts';
import type { ServedModel } from '../pool/index.ts';
import {
  behindReasoning,
  OutputReader,
  type ReasoningFormat,
  reasoningFormatOf,
  reasoningFormats,
  reasoningStateOf,
  type Tool,
  type ToolFormat,
  toolFormatOf,
  toolFormats,
} from '../tools/index.ts';
import { wrongField } from './errors.ts';
import { madeGrammar, sourceOf } from './grammars.ts';
import type { ChatBody } from './schemas.ts';

/* What a chat lets the model write, and how that is read: calls of tools, reasoning, texts that have to fit. */

export interface ChatPlan {
  readonly grammar: Grammar | undefined;
  /** Reads one of the answers; undefined: all of it is text. */
  readonly newReader: (() => OutputReader) | undefined;
  /** Special tokens that readers have to see. */
  readonly shownTokens: ReadonlySet<number>;
  /** The request names the tool that is called. */
  readonly isNamed: boolean;
  readonly newCallId: () => string;
}

const MAX_CALLS = 64;
/** Tokens in which a mark at the end of a prompt lies. */
const NUM_LAST_TOKENS = 16;

/** Formats of a model's answers: as it was started with, or as its template shows them. */
export function formatsOf(model: ServedModel): {
  readonly tools: ToolFormat;
  readonly reasoning: ReasoningFormat | undefined;
  readonly isMistral: boolean;
} {
  const source = model.template?.source ?? '';
  const name = model.toolFormat ?? toolFormatOf(source);
  const reasoning = model.reasoningFormat ?? reasoningFormatOf(source) ?? 'none';
  return {
    tools: toolFormats[name],
    reasoning: reasoning === 'none' ? undefined : reasoningFormats[reasoning],
    isMistral: name.startsWith('mistral'),
  };
}

type Choice = { readonly mode: 'none' | 'auto' | 'required' | 'named'; readonly tools: readonly Tool[] };

/** Which tools may or must be called. Throws `serve/request`. */
function choiceOf({ tools, tool_choice: choice }: ChatBody): Choice {
  const all = (tools ?? []).map(({ function: f }, i): Tool => {
    if (!/^[\w.:/-]{1,128}$/.test(f.name))
      throw wrongField(`tools.${i}.function.name`, 'a tool has a name that is none', {
        expected: 'letters, digits, _ . : / -',
        given: f.name.slice(0, 40),
      });
    return { name: f.name, parameters: parametersOf(f.parameters, `tools.${i}.function.parameters`) };
  });
  const twice = all.find((t, i) => all.findIndex((o) => o.name === t.name) < i);
  if (twice) throw wrongField('tools', `there are two tools ${twice.name}`);
  if (choice === undefined || choice === 'auto') return { mode: all.length > 0 ? 'auto' : 'none', tools: all };
  if (choice === 'none') return { mode: 'none', tools: [] };
  if (all.length === 0) throw wrongField('tool_choice', 'there are no tools to choose from');
  if (choice === 'required') return { mode: 'required', tools: all };
  const name = typeof choice === 'object' && choice.type === 'function' ? choice.function?.name : undefined;
  if (name === undefined)
    throw wrongField('tool_choice', 'tool_choice is not what it can be', {
      expected: 'none, auto, required, or a function',
      given: JSON.stringify(choice).slice(0, 60),
    });
  const named = all.find((t) => t.name === name);
  if (!named) throw wrongField('tool_choice', `there is no tool ${name.slice(0, 60)}`);
  return { mode: 'named', tools: [named] };
}

/** What a tool is given is an object. */
function parametersOf(schema: unknown, param: string): JsonValue {
  if (schema === undefined || schema === null) return { type: 'object', properties: {}, additionalProperties: false };
  if (typeof schema !== 'object' || Array.isArray(schema)) throw wrongField(param, 'parameters are no schema');
  return { type: 'object', ...(schema as { readonly [key: string]: JsonValue }) };
}

/** Plans a chat whose prompt is known. Throws `serve/request` and `models/grammar`. */
export function planChat(body: ChatBody, model: ServedModel, prompt: readonly number[]): ChatPlan {
  const choice = choiceOf(body);
  const { tools: format, reasoning, isMistral } = formatsOf(model);
  const { tokenizer } = model;
  const marker = (text: string): GrammarSource => {
    const id = tokenizer.idOf(text);
    return id !== undefined && tokenizer.special.all.has(id)
      ? { kind: 'special', token: text }
      : { kind: 'text', text };
  };
  const maxCalls = choice.mode === 'named' || body.parallel_tool_calls === false ? 1 : MAX_CALLS;
  const asked = sourceOf(body);
  const calls = (): GrammarSource => format.calls(choice.tools, maxCalls, marker);
  const isForced = choice.mode === 'required' || choice.mode === 'named';
  let source: GrammarSource | undefined = asked?.source;
  if (isForced) source = calls();
  else if (asked && choice.mode === 'auto') source = { kind: 'any', options: [asked.source, calls()] };
  const state = reasoning ? reasoningStateOf(tokenizer.decode(prompt.slice(-NUM_LAST_TOKENS)), reasoning) : 'closed';
  if (source && reasoning) source = behindReasoning(source, reasoning, state, marker);
  const readsTools = choice.mode !== 'none';
  const seen = [...(readsTools ? format.markers : []), ...(reasoning ? [reasoning.open, reasoning.close] : [])];
  return {
    grammar: source && madeGrammar(model, source, isForced ? 'tools' : (asked?.param ?? 'tools')),
    newReader:
      readsTools || reasoning
        ? () =>
            new OutputReader({
              tools: readsTools ? format : undefined,
              reasoning: state === 'closed' ? undefined : reasoning,
              isReasoning: state === 'open',
              maxCalls,
            })
        : undefined,
    shownTokens: new Set(seen.flatMap((text) => tokenizer.idOf(text) ?? [])),
    isNamed: choice.mode === 'named',
    // Mistral's templates take no others.
    newCallId: () =>
      isMistral ? randomBytes(8).toString('hex').slice(0, 9) : `call_${randomBytes(12).toString('hex')}`,
  };
}
