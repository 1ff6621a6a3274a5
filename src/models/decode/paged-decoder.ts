import { type JitOptions, jit, lax, nn, np, random, shapeDtypeStruct, type Tensor } from '../../api/index.ts';
import { type DType, dtypeInfo, HostArray, numElements, UserError } from '../../base/index.ts';
import {
  type DeclaredTree,
  declarationsOf,
  defaultRules,
  initialize,
  specsOf,
  type TensorsOf,
} from '../../nn/index.ts';
import { chosenAdapters, weightsFor } from '../adapter-choice.ts';
import type { ImagePlaces } from '../families/family.ts';
import { decoderLogits } from '../stack/decoder.ts';
import { type PagedState, pagePools } from '../stack/paged-cache.ts';
import { forNumerics } from '../stack/stack.ts';
import { checkPage, checkScheduled, type StepLimits } from './check-step.ts';
import { biasOf, countsOf } from './requests.ts';
import {
  chooseTokens,
  type Occurrences,
  type SamplingSteps,
  type SamplingTensors,
  samplingTensors,
  stepsFor,
} from './sampling.ts';
import type {
  ChosenToken,
  SampledToken,
  SampleRequest,
  ScheduledSequence,
  ScoredToken,
  StepImage,
  StepResult,
} from './steps.ts';
import { planOf, type Writer } from './writer.ts';

export interface PagedDecoderOptions {
  /** Tokens of a page; default 16. */
  readonly pageSize?: number;
  /** Pages of the pool, page 0 among them. Default: what fits `cacheBytes`. */
  readonly numPages?: number;
  /** Bytes that the pools of all layers may have on all devices together; default 256 MiB. */
  readonly cacheBytes?: number;
  /** Type that keys and values are kept in. Default: that of the computation. */
  readonly cacheDtype?: DType;
  /** Most tokens of one sequence in a step; default 512, or what an image needs beside `maxSequences` others. */
  readonly maxTokensPerStep?: number;
  /** Most sequences in a step; default 32. */
  readonly maxSequences?: number;
  /**
   * What is computed for a sequence has the same bits whatever else is in the step, and however its prompt was cut; default true. Costs time where more
   * than eight write at once with weights that are not in few bits.
   */
  readonly isIndependent?: boolean;
  /** Results tell what lies behind the last norm at each token. */
  readonly givesHidden?: boolean;
  /** It goes on from what another decoder has made of the tokens before. */
  readonly takesHidden?: boolean;
}

/** Products of at most so many rows sum each row in one order, and those of at least so many in another. */
const FEW_ROWS = 8;
const MANY_ROWS = 32;
/** Tokens of a prompt that are computed at once, at least; fewer are padded. */
const LEAST_COLUMNS = 16;
/** Guesses of one sequence that a step checks at most. */
const MAX_DRAFTS = 16;
/** Bytes of logits that scores are made of in a step, at most, unless so few tokens would be computed that their bits were others. */
const MAX_LOGITS_BYTES = 2 ** 26;

/** Tokens of the text around images that are computed with them, where a prompt is seen both ways. */
const PREFIX_TEXT = 480;

/** So many tokens are mostly computed at once, because they see each other. */
const tokensTogether = (images: ImagePlaces | undefined): number =>
  images ? images.perImage + (images.isPrefix ? PREFIX_TEXT : 0) : 0;

/** The smallest power of two that is at least `n`, and at least `least`. */
function powerOfTwo(n: number, least = 1): number {
  let size = least;
  while (size < n) size *= 2;
  return size;
}

/** Pages per sequence that programs are compiled for: 4, 6, 8, 12, 16, 24 … at least `n`. All of them are copied side by side. */
function bucketOfPages(n: number): number {
  const size = powerOfTwo(n, 4);
  return size > 4 && n <= (size * 3) / 4 ? (size * 3) / 4 : size;
}

/** What a step's program computes with, beside pools and weights. */
type StepCall = Omit<PagedState, 'pools'> & {
  readonly tokens: Tensor;
  readonly positions: Tensor;
  readonly last: Tensor;
  /** `f32[rows, columns, embed]` */
  readonly hidden?: Tensor;
  /** Vectors of images: `f32[1, vectors, embed]`. */
  readonly images?: Tensor;
  /** Tokens that see each other: `i32[1, columns]`. */
  readonly groups?: Tensor;
};

/** Log-probabilities of tokens and of the likeliest ones. */
interface FoundLogprobs {
  /** `f32[rows]` */
  readonly chosen: Tensor;
  /** `f32[rows, k]` and `i32[rows, k]` */
  readonly value: Tensor;
  readonly index: Tensor;
}

/** `logits: f32[rows, vocab]`, `token: i32[rows]`. */
function logprobsOf(logits: Tensor, token: Tensor, k: number): FoundLogprobs {
  const all = nn.logSoftmax(logits, { axis: -1 });
  const chosen = np.squeeze(np.takeAlongAxis(all, np.expandDims(token, 1), 1), 1);
  const [value, index] = lax.topK(all, k);
  return { chosen, value, index };
}

/** What was found of a row, with so many of the likeliest. */
async function readFound(
  { chosen, value, index }: FoundLogprobs,
  k: number,
): Promise<(row: number, numTop: number) => Omit<ScoredToken, 'token'>> {
  const [own, best, token] = (await Promise.all([chosen.data(), value.data(), index.data()])) as [
    Float32Array,
    Float32Array,
    Int32Array,
  ];
  return (row, numTop) => ({
    logprob: own[row],
    top: Array.from({ length: Math.min(numTop, k) }, (_, j) => [token[row * k + j], best[row * k + j]] as const),
  });
}

/** What a program of steps is compiled for. */
interface ProgramSize {
  readonly rows: number;
  readonly columns: number;
  readonly pagesPerSequence: number;
}

const nameOfSize = (s: ProgramSize): string => `${s.rows} ${s.columns} ${s.pagesPerSequence}`;

/** Logits of one sequence among those of a program. */
interface RowOfLogits {
  /** `f32[rows, vocab]` */
  readonly logits: Tensor;
  readonly row: number;
}

/** Rows of one program: sequences with as many columns. */
interface Group {
  readonly columns: number;
  readonly rows: readonly ScheduledSequence[];
}

/**
 * A sequence that writes, and its drafts as further ones that write: keys and values of all of them are written before any is read, so each sees those
 * before it, and is computed as it is without drafts, bit by bit.
 */
const rowsOf = ({ drafts = [], hidden, ...s }: ScheduledSequence): readonly ScheduledSequence[] =>
  [{ token: s.tokens[0], sample: s.sample }, ...drafts].map(({ token, sample }, i) => ({
    ...s,
    tokens: [token],
    firstPosition: s.firstPosition + i,
    sample,
    hidden: hidden?.slice(i, i + 1),
  }));

/**
 * Continues many sequences at once, each at its own place, with keys and values in pages that a scheduler gives out. A step computes
 * new tokens of sequences, parts of prompts and single tokens alike; programs are compiled for powers of two of sequences, tokens and pages, when they are
 * first needed.
 */
export class PagedDecoder {
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxTokensPerStep: number;
  readonly maxSequences: number;
  /** Tokens of one sequence in a step where scores are wanted: logits of all of them are computed. */
  readonly maxScoredTokens: number;
  readonly maxDrafts = MAX_DRAFTS;
  readonly vocabSize: number;
  readonly maxPositions: number;
  /** Bytes of one page in the pools of all layers. */
  readonly bytesPerPage: number;
  /** Sequences that write which a program computes at once. */
  readonly #rowsTogether: number;
  readonly #embedDim: number;
  readonly #takesHidden: boolean;
  readonly #images: ImagePlaces | undefined;
  readonly #leastColumns: number;
  readonly #model: Writer;
  readonly #options: JitOptions;
  readonly #forward;
  readonly #score;
  readonly #choose;
  readonly #logprobs;
  readonly #guide;
  readonly #copy;
  #pools: PagedState['pools'];
  /** Sizes that have a program or are among the next ones, and those of which it is to be compiled before it is needed. */
  readonly #sizes = new Set<string>();
  readonly #usedSizes = new Set<string>();
  readonly #nextSizes: ProgramSize[] = [];

  /** Throws `models/paged` for models that an encoder feeds, and for sizes that make no sense. */
  constructor(model: Writer, o: PagedDecoderOptions = {}) {
    const { config, decoder, writing, numerics, mesh, plan } = model;
    if (writing.startToken)
      throw new UserError('models/paged', 'a model whose prompts an encoder reads has no pages', {
        expected: 'a decoder',
        advice: 'use generate()',
      });
    this.#model = model;
    this.pageSize = o.pageSize ?? 16;
    this.maxSequences = o.maxSequences ?? 32;
    this.#images = writing.images?.(config);
    this.maxTokensPerStep = o.maxTokensPerStep ?? powerOfTwo(this.maxSequences + tokensTogether(this.#images), 512);
    this.#rowsTogether = (o.isIndependent ?? true) ? Math.min(this.maxSequences, FEW_ROWS) : this.maxSequences;
    this.#leastColumns = (o.isIndependent ?? true) ? MANY_ROWS : LEAST_COLUMNS;
    for (const [name, n] of Object.entries({
      pageSize: this.pageSize,
      maxTokensPerStep: this.maxTokensPerStep,
      maxSequences: this.maxSequences,
    }))
      if (!Number.isInteger(n) || n < 1)
        throw new UserError('models/paged', `${name} is not what it can be`, {
          expected: 'an integer ≥ 1',
          given: String(n),
        });
    this.vocabSize = decoder.vocabSize;
    this.#embedDim = decoder.embedDim;
    this.#takesHidden = o.takesHidden ?? false;
    const withinBytes = 2 ** Math.floor(Math.log2(MAX_LOGITS_BYTES / (4 * this.vocabSize)));
    this.maxScoredTokens = Math.min(this.maxTokensPerStep, Math.max(withinBytes, this.#leastColumns));
    this.maxPositions = decoder.maxPositions;
    const dtype = o.cacheDtype ?? numerics.compute;
    const sizes = { pageSize: this.pageSize, dtype };
    const onePage = declarationsOf(pagePools(decoder, { ...sizes, numPages: 1 }));
    this.bytesPerPage = onePage.reduce((n, { declared: d }) => n + numElements(d.shape) * dtypeInfo(dtype).bytes, 0);
    this.numPages = o.numPages ?? Math.floor((o.cacheBytes ?? 2 ** 28) / this.bytesPerPage);
    if (!Number.isInteger(this.numPages) || this.numPages < 2)
      throw new UserError('models/paged', 'there are too few pages', {
        expected: 'at least 2: page 0 is nobody’s',
        given: `${this.numPages} pages of ${this.bytesPerPage} bytes`,
        advice: 'give the cache more bytes',
      });
    this.#options = { ...(mesh ? { mesh } : {}), ...(model.engine ? { engine: model.engine } : {}) };
    const declared = pagePools(decoder, { ...sizes, numPages: this.numPages });
    const rules = plan.rules ?? defaultRules;
    const specs = mesh ? { outShardings: specsOf(declared, rules, mesh) as never } : {};
    this.#pools = jit(() => initialize(random.key(0), declared) as unknown as PagedState['pools'], {
      ...this.#options,
      ...specs,
    })();
    for (const columns of [this.#leastColumns, 1])
      this.#expect({ rows: 1, columns, pagesPerSequence: bucketOfPages(1) });
    const planFor = planOf(model);
    /** New state, logits behind the last tokens: `f32[rows, vocab]`, and how those of all tokens, `f32[rows, columns, vocab]`, are had. */
    const forward = (pools: PagedState['pools'], stored: TensorsOf<DeclaredTree>, call: StepCall) => {
      const w = forNumerics(stored, numerics);
      const { tokens, positions, last, hidden: given, images, groups, ...state } = call;
      const out = writing.write(
        w,
        config,
        { tokens, positions, groups, context: { hidden: given, images } },
        { numerics, plan: planFor(tokens), state: { pools, ...state } },
      );
      const [rows, , embed] = out.hidden.shape;
      const at = np.broadcastTo(np.expandDims(last, [1, 2]), [rows, 1, embed]);
      const hidden = tokens.shape[1] === 1 ? out.hidden : np.takeAlongAxis(out.hidden, at, 1);
      const logitsOf = (x: Tensor): Tensor => decoderLogits(writing.weights(w), decoder, x);
      const made = { pools: out.state!.pools, logits: np.squeeze(logitsOf(hidden), 1) };
      const told = o.givesHidden ? { hidden: np.astype(out.hidden, 'f32') } : {};
      return {
        own: { ...made, ...told } as typeof made & { readonly hidden?: Tensor },
        all: () => logitsOf(out.hidden),
      };
    };
    this.#forward = jit(
      function pagedStep(pools: PagedState['pools'], stored: TensorsOf<DeclaredTree>, call: StepCall) {
        return forward(pools, stored, call).own;
      },
      { ...this.#options, donateArgnums: [0] },
    );
    this.#score = jit(
      function scoredStep(
        pools: PagedState['pools'],
        stored: TensorsOf<DeclaredTree>,
        call: StepCall,
        next: Tensor,
        k: number,
      ) {
        // What is sampled comes of one row, as where nothing is scored.
        const { own, all } = forward(pools, stored, call);
        return { ...own, found: logprobsOf(np.squeeze(all(), 0), next, k) };
      },
      { ...this.#options, donateArgnums: [0] },
    );
    this.#choose = jit(function choose(
      logits: Tensor,
      sampling: SamplingTensors,
      steps: SamplingSteps,
      index: Tensor,
      bias: Tensor | undefined,
      occurrences: Occurrences | undefined,
    ) {
      return chooseTokens(logits, sampling, steps, index, { bias, occurrences });
    }, this.#options);
    this.#logprobs = jit(function logprobs(logits: Tensor, token: Tensor, k: number) {
      return logprobsOf(logits, token, k);
    }, this.#options);
    this.#guide = jit(function guide(own: Tensor, other: Tensor, rows: Tensor, scale: Tensor) {
      const logprobs = (all: Tensor, i: number): Tensor => {
        const row = lax.dynamicSlice(all, [np.index(rows, 0, i), 0], [1, all.shape[1]]);
        return nn.logSoftmax(row, { axis: -1 });
      };
      const [a, b] = [logprobs(own, 0), logprobs(other, 1)];
      return np.add(b, np.multiply(scale, np.subtract(a, b)));
    }, this.#options);
    this.#copy = jit(
      function copyPage(pools: PagedState['pools'], from: Tensor, to: Tensor): PagedState['pools'] {
        return pools.map((layer) =>
          Object.fromEntries(
            Object.entries(layer).map(([name, pool]) => {
              const rest = pool.shape.slice(1).map(() => 0);
              const page = lax.dynamicSlice(pool, [from, ...rest], [1, ...pool.shape.slice(1)]);
              return [name, lax.dynamicUpdateSlice(pool, page, [to, ...rest])];
            }),
          ),
        );
      },
      { ...this.#options, donateArgnums: [0] },
    );
  }

  /**
   * Computes new tokens of sequences, chooses the next one and scores those that are there where it is wanted; results come in the order of `sequences`.
   * Throws `models/paged` for what does not fit together, `models/sampling`, `models/adapter`; nothing is computed then.
   */
  async step(sequences: readonly ScheduledSequence[]): Promise<readonly StepResult[]> {
    const limits: StepLimits = {
      pageSize: this.pageSize,
      numPages: this.numPages,
      maxTokensPerStep: this.maxTokensPerStep,
      maxScoredTokens: this.maxScoredTokens,
      maxDrafts: this.maxDrafts,
      vocabSize: this.vocabSize,
      maxPositions: this.maxPositions,
      embedDim: this.#embedDim,
      takesHidden: this.#takesHidden,
      images: this.#images,
    };
    for (const s of sequences) checkScheduled(s, sequences, limits);
    chosenAdapters(
      this.#model.adapterNames,
      sequences.map((s) => s.adapter),
    );
    // Tokens of prompts are computed alike, also the last one by itself, where those before it were found in pages.
    const writes = ({ tokens, sample, scores }: ScheduledSequence): boolean =>
      tokens.length === 1 && (sample?.index ?? 0) > 0 && !scores;
    const guides = new Set(sequences.flatMap((s) => (s.guidance && writes(s) ? s.guidance.by : [])));
    const isWriting = (s: ScheduledSequence): boolean => writes(s) || (guides.has(s.id) && s.tokens.length === 1);
    const single = sequences.filter(isWriting).flatMap(rowsOf);
    const groups: Group[] = [];
    for (let i = 0; i < single.length; i += this.#rowsTogether)
      groups.push({ columns: 1, rows: single.slice(i, i + this.#rowsTogether) });
    for (const s of sequences)
      if (!isWriting(s)) groups.push({ columns: powerOfTwo(s.tokens.length, this.#leastColumns), rows: [s] });
    const logits = new Map<number, RowOfLogits>();
    const running = groups.map((g) => this.#run(g, logits));
    for (const s of sequences) if (s.guidance) running.push(this.#sampleGuided(s, logits));
    const made = await Promise.all(running);
    const byId = new Map<number, StepResult[]>();
    for (const result of made.flat()) byId.set(result.id, [...(byId.get(result.id) ?? []), result]);
    return sequences.flatMap((s) => {
      const [own, ...drafted] = byId.get(s.id) ?? [];
      if (!own) return [];
      if (drafted.length === 0) return own;
      const chosen = drafted.map(({ id: _, hidden, ...c }) => ({ ...c, ...(hidden ? { hidden: hidden[0] } : {}) }));
      return { ...own, drafted: chosen as readonly ChosenToken[] };
    });
  }

  /**
   * Compiles one program that is likely to be needed, the first ones or one a size larger than some that was; false: there is none. Steps may be computed
   * meanwhile, but tracing and lowering keep the thread for up to a second: for times in which nobody waits.
   */
  async compileAhead(): Promise<boolean> {
    const size = this.#nextSizes.find((s) => !this.#usedSizes.has(nameOfSize(s)));
    this.#nextSizes.splice(0, size ? this.#nextSizes.indexOf(size) + 1 : this.#nextSizes.length);
    if (!size) return false;
    const { rows, columns, pagesPerSequence } = size;
    const ints = (...shape: readonly number[]): Tensor => shapeDtypeStruct(shape, 'i32');
    const call = {
      tokens: ints(rows, columns),
      positions: ints(rows, columns),
      slots: ints(rows, columns),
      table: ints(rows, pagesPerSequence),
      lengths: ints(rows),
      last: ints(rows),
      ...(this.#takesHidden ? { hidden: shapeDtypeStruct([rows, columns, this.#embedDim], 'f32') } : {}),
    };
    const names = Array.from({ length: rows }, () => undefined);
    const weights = weightsFor(this.#model.weights, chosenAdapters(this.#model.adapterNames, names));
    await this.#forward.compile(this.#pools, weights, call as never);
    return true;
  }

  /** A program of this size may be compiled ahead. */
  #expect(size: ProgramSize): void {
    if (this.#sizes.has(nameOfSize(size))) return;
    this.#sizes.add(nameOfSize(size));
    this.#nextSizes.push(size);
  }

  /** A program of this size is needed: so may be those of the next sizes. */
  #use(size: ProgramSize): void {
    if (this.#usedSizes.has(nameOfSize(size))) return;
    this.#usedSizes.add(nameOfSize(size));
    const { rows, columns, pagesPerSequence } = size;
    const isWriting = columns === 1;
    const mostPages = Math.min(this.numPages - 1, Math.ceil(this.maxPositions / this.pageSize));
    if (pagesPerSequence < mostPages) this.#expect({ ...size, pagesPerSequence: bucketOfPages(pagesPerSequence + 1) });
    if (isWriting && rows < this.#rowsTogether) this.#expect({ ...size, rows: Math.min(2 * rows, this.#rowsTogether) });
    if (!isWriting && columns < this.maxTokensPerStep) this.#expect({ ...size, columns: 2 * columns });
  }

  /** Copies a page's keys and values to another one. */
  copyPage(from: number, to: number): void {
    for (const page of [from, to]) checkPage(page, this.numPages);
    this.#pools = this.#copy(this.#pools, np.full([], from, 'i32'), np.full([], to, 'i32'));
  }

  /** Frees the pools; nothing can be computed any more. */
  async close(): Promise<void> {
    for (const layer of this.#pools) for (const pool of Object.values(layer)) pool.dispose();
  }

  /** Computes a program. Tokens of guided sequences are not chosen yet: `logits` get theirs, and those of who guides. */
  async #run({ columns, rows: together }: Group, logits: Map<number, RowOfLogits>): Promise<StepResult[]> {
    const rows = together.map((s) => (s.guidance ? { ...s, sample: undefined } : s));
    const { pageSize } = this;
    const n = columns === 1 ? Math.min(powerOfTwo(rows.length), this.#rowsTogether) : 1;
    const needed = rows.map((s) => Math.ceil((s.firstPosition + s.tokens.length) / pageSize));
    const perSequence = bucketOfPages(Math.max(...needed));
    const ints = (shape: readonly number[], fill = 0): [HostArray, Int32Array] => {
      const array = HostArray.full('i32', shape, fill);
      return [array, array.data as Int32Array];
    };
    const [tokens, token] = ints([n, columns]);
    const [positions, position] = ints([n, columns], -1);
    const [slots, slot] = ints([n, columns]);
    const [table, page] = ints([n, perSequence]);
    const [lengths, length] = ints([n]);
    const [last, end] = ints([n]);
    for (const [i, s] of rows.entries()) {
      for (const [j, t] of s.tokens.entries()) {
        const at = s.firstPosition + j;
        token[i * columns + j] = t;
        position[i * columns + j] = at;
        slot[i * columns + j] = s.pages[Math.floor(at / pageSize)] * pageSize + (at % pageSize);
      }
      page.set(s.pages.slice(0, needed[i]), i * perSequence);
      length[i] = s.firstPosition + s.tokens.length;
      end[i] = s.tokens.length - 1;
    }
    const names = Array.from({ length: n }, (_, i) => rows[i]?.adapter);
    const weights = weightsFor(this.#model.weights, chosenAdapters(this.#model.adapterNames, names));
    const call = Object.fromEntries(
      Object.entries({ tokens, positions, slots, table, lengths, last }).map(([name, a]) => [name, np.array(a)]),
    );
    if (this.#takesHidden) {
      const vectors = HostArray.zeros('f32', [n, columns, this.#embedDim]);
      for (const [i, s] of rows.entries())
        for (const [j, v] of s.hidden!.entries())
          (vectors.data as Float32Array).set(v, (i * columns + j) * this.#embedDim);
      call.hidden = np.array(vectors);
    }
    const [{ id, scores, images }] = rows;
    if (images) Object.assign(call, this.#seen(images, rows[0].tokens.length, columns));
    if (!scores) {
      if (!images) this.#use({ rows: n, columns, pagesPerSequence: perSequence });
      const made = this.#forward(this.#pools, weights, call as never);
      this.#pools = made.pools;
      for (const [row, { id }] of rows.entries()) logits.set(id, { logits: made.logits, row });
      const sampled = rows.some((s) => s.sample) ? this.#sample(rows, n, made.logits) : Promise.resolve([]);
      return made.hidden ? this.#withHidden(rows, columns, made.hidden, await sampled) : sampled;
    }
    // What is scored is alone in its program.
    const following = [...rows[0].tokens.slice(1), ...(scores.next === undefined ? [] : [scores.next])];
    const [next, word] = ints([columns]);
    word.set(following);
    const k = this.#numTop(scores.topLogprobs);
    const made = this.#score(this.#pools, weights, call as never, np.array(next), k);
    this.#pools = made.pools;
    const [found, sampled] = await Promise.all([
      readFound(made.found, k),
      rows[0].sample ? this.#sample(rows, n, made.logits) : [],
    ]);
    const scored = following.map((token, i) => ({ token, ...found(i, scores.topLogprobs) }));
    const all = [{ ...sampled[0], id, scores: scored }];
    return made.hidden ? this.#withHidden(rows, columns, made.hidden, all) : all;
  }

  /** What a part of a prompt with images is computed with; of as many vectors that few programs serve all. */
  #seen(images: readonly StepImage[], length: number, columns: number): Partial<StepCall> {
    const { perImage, isPrefix } = this.#images!;
    const all = HostArray.zeros('f32', [1, powerOfTwo(images.length) * perImage, this.#embedDim]);
    for (const [i, { vectors }] of images.entries())
      (all.data as Float32Array).set(vectors, i * perImage * this.#embedDim);
    if (!isPrefix) return { images: np.array(all) };
    const groups = HostArray.full('i32', [1, columns], -1);
    (groups.data as Int32Array).fill(0, 0, length);
    return { images: np.array(all), groups: np.array(groups) };
  }

  /** Results of all rows with what lies behind the last norm: `hidden: f32[n, columns, embed]`. */
  async #withHidden(
    rows: readonly ScheduledSequence[],
    columns: number,
    hidden: Tensor,
    results: readonly StepResult[],
  ): Promise<StepResult[]> {
    const data = (await hidden.data()) as Float32Array;
    const size = this.#embedDim;
    const rest = [...results];
    return rows.map(({ id, tokens, sample, scores }, i) => {
      const vectors = tokens.map((_, j) => data.slice((i * columns + j) * size, (i * columns + j + 1) * size));
      return { ...(sample || scores ? rest.shift() : undefined), id, hidden: vectors };
    });
  }

  /** Chooses the token of a guided sequence. */
  async #sampleGuided(s: ScheduledSequence, logits: ReadonlyMap<number, RowOfLogits>): Promise<StepResult[]> {
    const { by, scale } = s.guidance!;
    const [own, other] = [logits.get(s.id)!, logits.get(by)!];
    const guided = this.#guide(
      own.logits,
      other.logits,
      np.array([own.row, other.row], 'i32'),
      np.full([], scale, 'f32'),
    );
    return this.#sample([s], 1, guided);
  }

  /** Of the likeliest tokens so many are found where `wanted` are: few programs serve all. */
  #numTop(wanted: number): number {
    return Math.min(powerOfTwo(wanted), this.vocabSize);
  }

  /** `logits: f32[n, vocab]`, of which the first rows are those of `rows`. */
  async #sample(rows: readonly ScheduledSequence[], n: number, logits: Tensor): Promise<SampledToken[]> {
    const requests = Array.from({ length: n }, (_, i) => rows[i]?.sample);
    const options = requests.map((r) => r?.options ?? {});
    const steps = stepsFor(options);
    const hasBias = steps.bias || requests.some((r) => r?.allowed);
    const index = np.array(
      requests.map((r) => r?.index ?? 0),
      'i32',
    );
    const counts = (textOf: (r: SampleRequest) => readonly number[]): Tensor =>
      countsOf(
        requests.map((r) => (r ? textOf(r) : [])),
        this.vocabSize,
      );
    const token = this.#choose(
      logits,
      samplingTensors(options),
      { ...steps, bias: hasBias },
      index,
      hasBias
        ? biasOf(
            requests.map((r) => [r?.options.logitBias]),
            this.vocabSize,
            requests.map((r) => r?.allowed),
          )
        : undefined,
      steps.penalties ? { prompt: counts((r) => r.prompt), output: counts((r) => r.output) } : undefined,
    );
    const wanted = Math.max(-1, ...requests.map((r) => r?.topLogprobs ?? -1));
    const k = this.#numTop(wanted);
    const [tokens, found] = await Promise.all([
      token.data(),
      wanted < 0 ? undefined : readFound(this.#logprobs(logits, token, k), k),
    ]);
    return rows.flatMap((s, i): SampledToken[] => {
      if (!s.sample) return [];
      const count = s.sample.topLogprobs;
      return [{ id: s.id, token: Number(tokens[i]), ...(count === undefined || !found ? {} : found(i, count)) }];
    });
  }
}
