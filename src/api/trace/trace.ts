import {
  currentDirectory,
  type DType,
  EspalierError,
  HostArray,
  highestValue,
  isInteger,
  lowestValue,
  parseDType,
  type Scalar,
  UserError,
} from '../../base/index.ts';
import {
  type Block,
  Builder,
  type CreateOptions,
  cloneOp,
  DenseElements,
  Func,
  type Location,
  type Type,
  tensorType,
  typeText,
  Value,
  ValueMap,
} from '../../ir/index.ts';
import { registry } from '../../ops/index.ts';
import { describeValue, requireSizes } from './check-arguments.ts';
import { recordEagerly } from './eager.ts';
import { snapshot } from './plain-object.ts';
import { Tensor, type TraceIdentity } from './tensor.ts';

/*
 * Tracing: while a Trace is current, every operation on tensors appends ops to its builder instead of computing.
 * A tensor that does not belong to the trace (a concrete one, or one of an enclosing trace) becomes an extra argument
 * of the traced function: its capture.
 */
export class Trace implements TraceIdentity {
  readonly name: string;
  readonly builder: Builder;
  readonly parent: Trace | undefined;
  readonly args: Value[] = [];
  /** tensor from outside → the argument that stands for it, after all explicit ones. */
  readonly captureByTensor = new Map<Tensor, Value>();
  isFinished = false;
  /** How many times what is recorded may be differentiated, by whoever asked for this trace or for one around it. */
  readonly derivativeOrder: number;

  constructor(name: string, parent: Trace | undefined, moreDerivatives = 0) {
    this.name = name;
    this.parent = parent;
    this.derivativeOrder = (parent?.derivativeOrder ?? 0) + moreDerivatives;
    this.builder = new Builder(registry);
  }

  addArg(type: Type): Value {
    const v = new Value(type, undefined, this.args.length);
    this.args.push(v);
    return v;
  }

  /** A tensor for a value of this trace. */
  wrap(value: Value): Tensor {
    return new Tensor(value.tensor, { kind: 'traced', trace: this, value });
  }

  /** The value that stands for a tensor in this trace. */
  valueOf(t: Tensor): Value {
    if (!t.pending && t.source.kind === 'traced') {
      if (t.source.trace === this) return t.source.value;
      if (t.source.trace.isFinished)
        throw new UserError(
          'api/leaked-tracer',
          `${t} was made while tracing ${t.source.trace.name}, which has ended`,
          {
            advice:
              'return it from the traced function instead of storing it in an outer variable; a traced function must have no side effects',
          },
        );
      if (!this.#isInside(t.source.trace))
        throw new UserError('api/leaked-tracer', `${t} belongs to ${t.source.trace.name}, an inner function`, {
          advice: 'return it from that function',
        });
    }
    let v = this.captureByTensor.get(t);
    if (!v) {
      v = new Value(t.type, undefined, this.args.length + this.captureByTensor.size);
      this.captureByTensor.set(t, v);
    }
    return v;
  }

  /** The outermost trace under way around this one. */
  get root(): Trace {
    return this.parent?.root ?? this;
  }

  /** Whether a tensor has a value here: it is concrete, or belongs to this trace or one around it. */
  canUse(t: Tensor): boolean {
    if (t.pending || t.source.kind !== 'traced') return true;
    return t.source.trace === this || (!t.source.trace.isFinished && this.#isInside(t.source.trace));
  }

  #isInside(trace: TraceIdentity): boolean {
    for (let p = this.parent; p; p = p.parent) if (p === trace) return true;
    return false;
  }
}

let current: Trace | undefined;

/** The innermost trace under way, if any. */
export const currentTrace = (): Trace | undefined => current;

/** Runs `f` with `trace` current. */
export function withTrace<T>(trace: Trace, f: () => T): T {
  const saved = current;
  current = trace;
  try {
    return f();
  } finally {
    current = saved;
    trace.isFinished = true;
  }
}

/** A traced function: `block` takes the explicit arguments, then one argument per captured tensor. */
export interface TracedFunction {
  readonly func: Func;
  readonly captures: readonly Tensor[];
}

/**
 * Traces `f` on placeholders of the given types, to be differentiated `derivatives` times. Throws `api/not-a-tensor` when it returns
 * something else than tensors, and `api/async` when it is asynchronous.
 */
export function traceFunction(
  name: string,
  argTypes: readonly Type[],
  f: (args: Tensor[]) => readonly Tensor[],
  derivatives = 0,
): TracedFunction {
  const trace = new Trace(name, current, derivatives);
  const explicit = argTypes.map((t) => trace.wrap(trace.addArg(t)));
  const results = withTrace(trace, () => naming(() => f(explicit).map((t) => trace.valueOf(t))));
  const args = [...trace.args, ...trace.captureByTensor.values()];
  const block = trace.builder.finish(args, results, 'func.return');
  return { func: new Func(name, block), captures: [...trace.captureByTensor.keys()] };
}

/** Emits a traced function's ops into the current trace, as if its source had been written there. */
export function inlineBlock(trace: Trace, block: Block, args: readonly Value[]): Value[] {
  const map = new ValueMap();
  map.setAll(block.args, args);
  for (const op of block.ops.slice(0, -1)) trace.builder.append(cloneOp(op, map));
  return map.all(block.yielded);
}

/**
 * Applies an op: appends it to the current trace, or records it to be compiled when its result is needed if none is under way.
 * The op keeps copies of lists among its attributes: callers write over theirs and use them again, before it has run.
 */
export function bind(
  name: string,
  operands: readonly Tensor[],
  attributes: object = {},
  options: CreateOptions = {},
): Tensor[] {
  const location = options.location ?? locationNow();
  if (current) {
    const trace = current;
    const op = trace.builder.create(
      name,
      operands.map((t, i) => trace.valueOf(requireOperand(t, name, i))),
      snapshot(attributes),
      { ...options, location },
    );
    return op.results.map((r) => trace.wrap(r));
  }
  return bindEagerly(name, operands, snapshot(attributes), { ...options, location });
}

/** `bind` for ops with one result. */
export function bind1(
  name: string,
  operands: readonly Tensor[],
  attributes: object = {},
  options: CreateOptions = {},
): Tensor {
  return bind(name, operands, attributes, options)[0];
}

function bindEagerly(name: string, operands: readonly Tensor[], attributes: object, options: CreateOptions): Tensor[] {
  operands.forEach((t, i) => {
    requireOperand(t, name, i);
  });
  for (const t of operands)
    if (!t.pending && t.source.kind === 'traced')
      throw new UserError('api/leaked-tracer', `${t} was made while tracing ${t.source.trace.name}, which has ended`, {
        advice: 'return it from the traced function instead of storing it in an outer variable',
      });
  return recordEagerly(name, operands, attributes, options);
}

/**
 * A concrete tensor on the host, of a copy of the array's elements.
 * @example hostTensor(HostArray.from('i32', [2], [1, 2])).dtype // => 'i32'
 */
export function hostTensor(array: HostArray): Tensor {
  if (array instanceof HostArray) return ownedTensor(array.clone());
  throw new UserError('api/argument', 'hostTensor takes a HostArray', {
    given: describeValue(array),
    advice: 'use np.array for numbers, lists and typed arrays',
  });
}

/** A concrete tensor that takes the array over: nobody may change it from now on. */
const ownedTensor = (array: HostArray): Tensor =>
  new Tensor(tensorType(array.dtype, array.shape), { kind: 'host', array });

/** Throws `api/out-of-range` for a number that an integer type cannot hold. */
export function checkFits(value: Scalar, dtype: DType): void {
  if (!isInteger(dtype) || typeof value === 'object' || typeof value === 'boolean') return;
  const [low, high] = [lowestValue(dtype), highestValue(dtype)];
  if (value >= low && value <= high) return;
  throw new UserError('api/out-of-range', `${value} does not fit ${dtype}`, {
    expected: `${low} to ${high}`,
    given: `${value}`,
    advice: 'choose a wider dtype, or convert a tensor with np.astype: that wraps integers and limits floats',
  });
}

/** Throws `api/argument` for what is no element of a tensor: it would become NaN. */
function requireScalar(value: Scalar): void {
  if (['number', 'boolean', 'bigint'].includes(typeof value)) return;
  if (Array.isArray(value) && value.length === 2 && value.every((v) => typeof v === 'number')) return;
  throw new UserError('api/argument', 'the value of every element is a number', {
    expected: 'a number, boolean or bigint; [re, im] for complex numbers',
    given: describeValue(value),
  });
}

/** A tensor with the same value everywhere: a splat constant inside a trace. */
export function splat(dtype: DType, shape: readonly number[], value: Scalar): Tensor {
  requireSizes(shape);
  parseDType(dtype);
  requireScalar(value);
  checkFits(value, dtype);
  const type = tensorType(dtype, shape);
  if (!current) return ownedTensor(HostArray.full(dtype, shape, value));
  return bind1('stablehlo.constant', [], { value: DenseElements.splat(type, value) }, { resultTypes: [type] });
}

/** A constant, which takes the array over: embedded in the program inside a trace, concrete outside. */
export function constant(array: HostArray): Tensor {
  if (!current) return ownedTensor(array);
  const value = DenseElements.of(array);
  return bind1('stablehlo.constant', [], { value }, { resultTypes: [value.type] });
}

/** Throws `api/not-a-tensor` for anything but a tensor. */
export function requireTensor(x: unknown, what: string): Tensor {
  if (x instanceof Tensor) return x;
  throw notATensor(`${what} is not a Tensor`, x);
}

/** An operand of an op: a tensor. Throws `api/not-a-tensor`. */
const requireOperand = (t: Tensor, name: string, i: number): Tensor =>
  t instanceof Tensor ? t : requireTensor(t, `operand ${i} of ${name.replace(/^\w+\./, '')}`);

/** What was given instead of a tensor, and what to do about it. */
export function notATensor(summary: string, x: unknown, expected?: string): UserError {
  const name = typeof x === 'object' && x !== null ? (x.constructor?.name ?? 'object') : typeof x;
  const advice =
    x instanceof Promise
      ? 'an await may be missing; functions given to jit, grad, vmap and scan must not be async'
      : x instanceof Map || x instanceof Set
        ? 'trees are made of arrays and plain objects: use Object.fromEntries(map) or [...set]'
        : typeof x === 'function'
          ? 'call it: a function is no tensor'
          : typeof x === 'object' && x !== null
            ? 'trees are made of arrays and plain objects; an instance of a class counts as one leaf'
            : typeof x === 'string'
              ? 'strings choose between programs: they can be arguments of a function, but not results or operands'
              : undefined;
  return new UserError('api/not-a-tensor', summary, {
    ...(expected ? { expected } : {}),
    given: x instanceof Promise ? 'a Promise' : x === null ? 'null' : name,
    ...(advice ? { advice } : {}),
  });
}

/** Checks two lists of types and names the first difference. */
export function requireSameTypes(expected: readonly Type[], given: readonly Type[], what: string): void {
  if (expected.length !== given.length)
    throw new UserError('api/types', `${what}: different number of tensors`, {
      expected: `${expected.length}`,
      given: `${given.length}`,
    });
  expected.forEach((t, i) => {
    if (typeText(t) !== typeText(given[i]))
      throw new UserError('api/types', `${what}: tensor ${i} has another type`, {
        expected: typeText(t),
        given: typeText(given[i]),
      });
  });
}

/** Rooms whose frames are not the user's; `nn` and what follows call the API like a user. */
const ROOMS = ['base', 'ir', 'ops', 'transform', 'partition', 'plan', 'compile', 'runtime', 'api'];
// A bundle of CommonJS does not know its own place: there all lines count as the user's.
const here = import.meta.url ? decodeURIComponent(new URL('.', import.meta.url).pathname) : '/';
const packageRoot = here.replace(/((src|dist|build\/\w+)\/api\/trace|(dist|build)\/\w+\/inner)\/$/, '');
/** As sources (also where source maps lead), as built modules, and as the bundle of these rooms (scripts/bundle.ts). */
const innerFolders = ['src/', 'dist/', 'build/stripped/']
  .flatMap((tree) => ROOMS.map((room) => `${packageRoot}${tree}${room}/`))
  .concat(`${packageRoot}dist/node/inner/`, `${packageRoot}build/test/inner/`);
const FRAMES = 24;
/** So many frames reach the user's line of most ops of late: each frame has its price, and a second stack has more. */
let likelyFrames = 8;

const isInner = (file: string): boolean => file.startsWith('node:') || innerFolders.some((f) => file.startsWith(f));

/** The file of a module's address; anything else is a path as it is. */
function pathOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = url.slice('file://'.length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

interface Frame {
  readonly name: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One line of a stack: `at name (place)`, `at place`; folders may have spaces and parentheses in their names. */
function frameOf(line: string): Frame | undefined {
  const match = /^\s+at (?:(.*?) \((.*)\)|(?:async )?(.*))$/.exec(line);
  // Code made from text says where the text was made, too: `eval at f (…), <anonymous>:1:5`.
  const place = /^(?:eval at .*, )?(.+):(\d+):(\d+)$/.exec(match?.[2] ?? match?.[3] ?? '');
  if (!place) return undefined;
  return { name: match?.[1], file: pathOf(place[1]), line: Number(place[2]), column: Number(place[3]) };
}

/** The first frame of a stack that is outside these rooms: the user's (or a layer's) line. */
function userFrame(stack: string): Omit<Frame, 'name'> | undefined {
  for (const text of stack.split('\n')) {
    const frame = frameOf(text);
    if (frame && !isInner(frame.file)) return { file: shortPath(frame.file), line: frame.line, column: frame.column };
  }
  return undefined;
}

const isInnerByUrl = new Map<string | null | undefined, boolean>();

/** The same place as the engine knows it, before source maps: of a stack in V8's form. */
function userPosition(_: Error, sites: NodeJS.CallSite[]): string {
  for (let i = 0; i < sites.length; i++) {
    // Code that `eval` made has no file, but an origin.
    const url = sites[i].getFileName() ?? sites[i].getEvalOrigin();
    let inner = isInnerByUrl.get(url);
    if (inner === undefined) {
      inner = !url || isInner(pathOf(url));
      isInnerByUrl.set(url, inner);
    }
    if (!inner) {
      likelyFrames = Math.max(i + 2, likelyFrames - 0.25);
      return `${url}:${sites[i].getPosition()}`;
    }
  }
  return '';
}

const locationByPosition = new Map<string, Location | undefined>();

/**
 * The user's line that an op comes from. A stack is cheap to take and dear to read or to keep, so ops of one line share what was read
 * of the first one's.
 */
function callerLocation(): Location | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const taken = (): string => {
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace?.(holder, callerLocation);
    return stackOf(holder);
  };
  if (!setOfError('prepareStackTrace', userPosition)) return undefined;
  try {
    if (!setOfError('stackTraceLimit', Math.floor(likelyFrames))) return undefined;
    let position = taken();
    setOfError('stackTraceLimit', FRAMES);
    if (position === '') position = taken();
    if (position === '') return undefined;
    if (locationByPosition.has(position)) return locationByPosition.get(position);
    setOfError('prepareStackTrace', prepareStackTrace);
    // Frames of another form may be more: all of them are read where the user's is not among so many.
    setOfError('stackTraceLimit', Math.ceil(likelyFrames));
    let frame = userFrame(taken());
    setOfError('stackTraceLimit', FRAMES);
    frame ??= userFrame(taken());
    if (!frame) {
      // The user may have stacks of another form.
      setOfError('prepareStackTrace', undefined);
      frame = userFrame(taken());
    }
    const location: Location | undefined = frame && { kind: 'file', ...frame };
    locationByPosition.set(position, location);
    return location;
  } finally {
    setOfError('stackTraceLimit', stackTraceLimit);
    setOfError('prepareStackTrace', prepareStackTrace);
  }
}

/** The place that all ops have while a function runs `atOnePlace`, once one of them has asked. */
let sharedPlace: { known?: { readonly location: Location | undefined } } | undefined;

function locationNow(): Location | undefined {
  if (!sharedPlace) return callerLocation();
  sharedPlace.known ??= { location: callerLocation() };
  return sharedPlace.known.location;
}

/**
 * Runs `f`, a composition of ops that calls no function of the user: they all have the place where it was called, which is looked up
 * once.
 */
export function atOnePlace<T>(f: () => T): T {
  if (sharedPlace) return f();
  sharedPlace = {};
  try {
    return f();
  } finally {
    sharedPlace = undefined;
  }
}

/** Runs a step of a trace; an error that leaves it names the user's line. */
function naming<T>(f: () => T): T {
  const saved = Error.stackTraceLimit;
  setOfError('stackTraceLimit', Math.max(saved ?? 0, FRAMES));
  try {
    return f();
  } catch (thrown) {
    const error = inWordsOfCaller(thrown);
    if (error instanceof EspalierError) {
      const frame = userFrame(stackOf((error.cause as Error | undefined) ?? error) || stackOf(error));
      if (frame) error.locate(`${frame.file}:${frame.line}:${frame.column}`);
    }
    throw error;
  } finally {
    setOfError('stackTraceLimit', saved);
  }
}

/** Sets what stacks are made by; where `Error` is frozen nothing happens, and ops have no lines. Returns whether it was set. */
const setOfError = (name: 'stackTraceLimit' | 'prepareStackTrace', value: unknown): boolean =>
  value === undefined ? Reflect.deleteProperty(Error, name) : Reflect.set(Error, name, value);

/** A stack as text, in whatever form the user has them made; '' where that fails. */
function stackOf(holder: { readonly stack?: unknown }): string {
  try {
    return typeof holder.stack === 'string' ? holder.stack : '';
  } catch {
    return '';
  }
}

/** An error of JavaScript's own that left one of our functions: what it was given is not what its types say. */
function inWordsOfCaller(error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError) || error.message.includes('call stack'))
    return error;
  let name: string | undefined;
  for (const line of (error.stack ?? '').split('\n')) {
    const frame = frameOf(line);
    if (!frame || frame.file.startsWith('node:')) continue;
    if (!isInner(frame.file)) break;
    name = (frame.name ?? 'a function').replace(/^(Module|Object|Array|async)\./, '');
  }
  if (name === undefined) return error; // the caller's own
  return new UserError('api/argument', `${name} was given something it cannot work with`, {
    given: error.message,
    advice: 'check its arguments: TypeScript does',
    cause: error,
  });
}

function shortPath(file: string): string {
  const cwd = `${currentDirectory()}/`;
  return file.startsWith(cwd) ? file.slice(cwd.length) : file;
}
