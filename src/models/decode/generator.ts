import { type JitOptions, jit, lax, np, random, type Tensor } from '../../api/index.ts';
import { HostArray } from '../../base/index.ts';
import {
  type AxisRules,
  type DeclaredTree,
  defaultRules,
  initialize,
  specsOf,
  type TensorsOf,
} from '../../nn/index.ts';
import { chosenAdapters, weightsFor } from '../adapter-choice.ts';
import type { ModelInputs, WritingContext } from '../families/family.ts';
import { type DecoderState, decoderState } from '../stack/cache.ts';
import { decoderLogits } from '../stack/decoder.ts';
import { forNumerics } from '../stack/stack.ts';
import {
  type Beam,
  type BeamCandidate,
  type BeamOptions,
  BeamSearch,
  type BeamStepInput,
  checkBeams,
  likeliest,
  numCandidates,
  withRows,
} from './beams.ts';
import {
  biasOf,
  checkRequests,
  counted,
  type GeneratedToken,
  type GenerateOptions,
  occurrencesIn,
  type Prompt,
  requestsOf,
  type WritingLimits,
} from './requests.ts';
import {
  chooseTokens,
  type Occurrences,
  type SamplingSteps,
  type SamplingTensors,
  samplingTensors,
  stepsFor,
} from './sampling.ts';
import { TimestampConstraint } from './timestamps.ts';
import { planOf, type Writer } from './writer.ts';

/** Columns of a prompt that are computed at once; longer prompts take several rounds. */
const CHUNK = 512;

/** Sizes that programs are compiled for: few, so that few are compiled, and none much larger than needed. */
export function bucketOf(n: number): number {
  let size = 16;
  while (size < n && size < CHUNK) size *= 2;
  return size >= n ? size : Math.ceil(n / CHUNK) * CHUNK;
}

interface StepState {
  readonly state: DecoderState;
  /** The token that comes next and its place: `i32[batch]` each. */
  readonly token: Tensor;
  readonly position: Tensor;
  /** How many tokens have been chosen: `i32[]`. */
  readonly index: Tensor;
  readonly occurrences?: Occurrences | undefined;
}
/** What a step makes: what the next one takes over, and the token for whoever reads it meanwhile. */
interface Step {
  readonly state: StepState;
  readonly chosen: Tensor;
}

/**
 * Continues prompts with a decoder that keeps what it has computed. Prompts of a batch may have different lengths: shorter ones are
 * padded on the left, which changes none of their numbers.
 */
export class Generator {
  readonly #model: Writer;
  readonly #options: JitOptions;
  readonly #context;
  readonly #prefill;
  readonly #step;
  readonly #beamStep;

  constructor(model: Writer) {
    this.#model = model;
    const { config, decoder, writing, numerics, plan } = model;
    const common = { numerics, plan };
    const planFor = planOf(model);
    this.#options = {
      ...(model.mesh ? { mesh: model.mesh } : {}),
      ...(model.engine ? { engine: model.engine } : {}),
    };
    this.#context = jit(
      (w: TensorsOf<DeclaredTree>, inputs: ModelInputs): WritingContext =>
        writing.context?.(forNumerics(w, numerics), config, inputs, common) ?? {},
      this.#options,
    );
    this.#prefill = jit(
      function prefill(
        stored: TensorsOf<DeclaredTree>,
        state: DecoderState,
        tokens: Tensor,
        positions: Tensor,
        groups: Tensor | undefined,
        context: WritingContext,
        isFirst: boolean,
      ) {
        const w = forNumerics(stored, numerics);
        const own = { numerics, plan: planFor(tokens), state, isFirst };
        const out = writing.write(w, config, { tokens, positions, groups, context }, own);
        const last = np.slice(out.hidden, 1, tokens.shape[1] - 1);
        const logits = np.squeeze(decoderLogits(writing.weights(w), decoder, last), 1);
        return { state: out.state!, logits };
      },
      { ...this.#options, donateArgnums: [1] },
    );
    this.#step = jit(
      function step(
        stored: TensorsOf<DeclaredTree>,
        s: StepState,
        context: WritingContext,
        sampling: SamplingTensors,
        steps: SamplingSteps,
        bias: Tensor | undefined,
      ): Step {
        const w = forNumerics(stored, numerics);
        const next = { tokens: np.expandDims(s.token, 1), positions: np.expandDims(s.position, 1) };
        const own = { numerics, plan: planFor(next.tokens), state: s.state };
        const out = writing.write(w, config, { ...next, context }, own);
        const logits = np.squeeze(decoderLogits(writing.weights(w), decoder, out.hidden), 1);
        const token = chooseTokens(logits, sampling, steps, s.index, { bias, occurrences: s.occurrences });
        const occurrences = s.occurrences && counted(s.occurrences, token);
        const [position, index] = [np.add(s.position, 1), np.add(s.index, 1)];
        return { state: { state: out.state!, token, position, index, occurrences }, chosen: token };
      },
      { ...this.#options, donateArgnums: [1] },
    );
    this.#beamStep = jit(
      function beamStep(stored: TensorsOf<DeclaredTree>, s: BeamStepInput, context: WritingContext, k: number) {
        const w = forNumerics(stored, numerics);
        const next = { tokens: np.expandDims(s.token, 1), positions: np.expandDims(s.position, 1) };
        const state = withRows(s.state, s.parents);
        const out = writing.write(w, config, { ...next, context }, { numerics, plan: planFor(next.tokens), state });
        const logits = np.squeeze(decoderLogits(writing.weights(w), decoder, out.hidden), 1);
        return { state: out.state!, ...likeliest(logits, s.scores, k) };
      },
      { ...this.#options, donateArgnums: [1] },
    );
  }

  get #limits(): WritingLimits {
    const { decoder, writing, config } = this.#model;
    const isEncoded = writing.startToken !== undefined;
    return { ...decoder, isEncoded, placeholder: writing.images?.(config).token };
  }

  /** New tokens as they are made, of all prompts in turn. Throws `models/prompt` and `models/sampling`. */
  async *stream(
    prompts: readonly Prompt[],
    options: GenerateOptions | readonly GenerateOptions[],
    inputs: ModelInputs = {},
  ): AsyncGenerator<GeneratedToken> {
    const requests = requestsOf(prompts, options);
    checkRequests(prompts, requests, this.#limits);
    const { vocabSize } = this.#model.decoder;
    const timesFrom = requests[0].timestamps?.first;
    const steps = { ...stepsFor(requests), ...(timesFrom === undefined ? {} : { timesFrom }) };
    const maxNew = Math.max(...requests.map((r) => r.maxNewTokens));
    const sampling = samplingTensors(requests);
    const bias = steps.bias
      ? biasOf(
          requests.map((r) => [r.logitBias]),
          vocabSize,
        )
      : undefined;
    const { startToken } = this.#model.writing;
    const begun = startToken
      ? requests.map((r) => [startToken(this.#model.config), ...(r.decoderPrompt ?? [])])
      : prompts;
    const weights = this.#weightsFor(requests.map((r) => r.adapter));
    const context = this.#context(weights, startToken ? encoderInputs(prompts, inputs) : inputs);
    const constraints = requests.map(
      (r) => r.grammar?.begin() ?? (r.timestamps && new TimestampConstraint(r.timestamps, vocabSize)),
    );
    const isConstrained = constraints.some((c) => c !== undefined);
    const biasWith = (maps: (r: GenerateOptions) => readonly (ReadonlyMap<number, number> | undefined)[]): Tensor =>
      biasOf(
        requests.map(maps),
        vocabSize,
        constraints.map((c, i) => (isDone[i] ? undefined : c?.allowed())),
      );
    const isDone = requests.map(() => false);
    const firstBias =
      isConstrained || requests.some((r) => r.firstLogitBias) ? biasWith((r) => [r.logitBias, r.firstLogitBias]) : bias;
    const firstSteps = { ...steps, bias: firstBias !== undefined };
    let s = this.#start(weights, begun, maxNew, sampling, firstSteps, firstBias, context, inputs.groups);
    const nextSteps = { ...steps, bias: steps.bias || isConstrained };
    for (let i = 0; i < maxNew; i++) {
      const isLast = i + 1 >= maxNew;
      // The next step is under way while this token is read, unless the token decides what may follow.
      const early = isLast || isConstrained ? undefined : this.#step(weights, s.state, context, sampling, steps, bias);
      const tokens = (await s.chosen.data()) as Int32Array;
      for (const [sequence, r] of requests.entries()) {
        if (isDone[sequence]) continue;
        const token = tokens[sequence];
        const finishReason = r.stopTokens?.has(token) ? 'stop' : i + 1 >= r.maxNewTokens ? 'length' : undefined;
        isDone[sequence] = finishReason !== undefined;
        constraints[sequence]?.accept(token);
        yield { sequence, token, ...(finishReason ? { finishReason } : {}) };
        const failure = constraints[sequence]?.failure;
        if (failure) throw failure;
      }
      if (isLast || isDone.every(Boolean)) return;
      s =
        early ??
        this.#step(
          weights,
          s.state,
          context,
          sampling,
          nextSteps,
          biasWith((r) => [r.logitBias]),
        );
    }
  }

  /**
   * The best continuations of every prompt that beam search finds, the best first. Throws `models/prompt` and `models/sampling`.
   * Source: transformers, `generate(num_beams=…)`.
   */
  async beams(prompts: readonly Prompt[], options: BeamOptions, inputs: ModelInputs = {}): Promise<Beam[][]> {
    const { decoder, writing, config } = this.#model;
    const { vocabSize } = decoder;
    checkRequests(prompts, requestsOf(prompts, options), this.#limits);
    checkBeams(options, vocabSize, prompts.length);
    const { numBeams, maxNewTokens } = options;
    const chosen = prompts.map((_, i) => options.adapters?.[i]);
    const weights = this.#weightsFor(chosen);
    const beamWeights = this.#weightsFor(chosen.flatMap((name) => Array<typeof name>(numBeams).fill(name)));
    const begun = writing.startToken ? prompts.map(() => [writing.startToken!(config)]) : prompts;
    const alone = this.#context(weights, writing.startToken ? encoderInputs(prompts, inputs) : inputs);
    const read = this.#read(weights, begun, maxNewTokens, alone, inputs.groups);
    const rows = np.array(
      prompts.flatMap((_, i) => Array<number>(numBeams).fill(i)),
      'i32',
    );
    const spread = jit((x: { state: DecoderState; context: WritingContext }) => withRows(x, rows), this.#options);
    let { state, context } = spread({ state: read.state, context: alone });
    const k = numCandidates(options);
    const searches = prompts.map(() => new BeamSearch(options));
    let found = likeliest(read.logits, np.zeros([prompts.length, 1]), k);
    for (let length = 0; ; length++) {
      const [index, score] = (await Promise.all([found.index.data(), found.score.data()])) as [
        Int32Array,
        Float32Array,
      ];
      const going = searches.map((search, i) =>
        search.advance(
          Array.from({ length: k }, (_, j): BeamCandidate => {
            const at = index[i * k + j];
            return { beam: Math.floor(at / vocabSize), token: at % vocabSize, score: score[i * k + j] };
          }),
        ),
      );
      if (searches.every((s) => s.isDone)) return searches.map((s) => s.result());
      const row = (f: (c: BeamCandidate, prompt: number) => number): Tensor =>
        np.array(
          going.flatMap((own, prompt) => own.map((c) => f(c, prompt))),
          'i32',
        );
      const made = this.#beamStep(
        beamWeights,
        {
          state,
          parents: row((c, prompt) => prompt * numBeams + c.beam),
          token: row((c) => c.token),
          position: row((_, prompt) => begun[prompt].length + length),
          scores: np.array(
            searches.map((s) => s.scores),
            'f32',
          ),
        },
        context,
        k,
      );
      state = made.state;
      found = made;
    }
  }

  #weightsFor(chosen: readonly (string | undefined)[]): TensorsOf<DeclaredTree> {
    return weightsFor(this.#model.weights, chosenAdapters(this.#model.adapterNames, chosen));
  }

  #start(
    weights: TensorsOf<DeclaredTree>,
    prompts: readonly Prompt[],
    maxNew: number,
    sampling: SamplingTensors,
    steps: SamplingSteps,
    bias: Tensor | undefined,
    context: WritingContext,
    groups: Tensor | undefined,
  ): Step {
    const { state, logits } = this.#read(weights, prompts, maxNew, context, groups);
    const occurrences = steps.penalties ? occurrencesIn(prompts, this.#model.decoder.vocabSize) : undefined;
    const token = chooseTokens(logits, sampling, steps, np.full([], 0, 'i32'), { bias, occurrences });
    const position = np.array(
      prompts.map((p) => p.length),
      'i32',
    );
    const index = np.full([], 1, 'i32');
    const counts = occurrences ? { occurrences: counted(occurrences, token) } : {};
    // The state is given away, with a token of its own.
    return { state: { state, token: np.add(token, 0), position, index, ...counts }, chosen: token };
  }

  /** Reads prompts: the state behind them, and the logits of what comes next, `f32[batch, vocab]`. */
  #read(
    weights: TensorsOf<DeclaredTree>,
    prompts: readonly Prompt[],
    maxNew: number,
    context: WritingContext,
    groups: Tensor | undefined,
  ): { readonly state: DecoderState; readonly logits: Tensor } {
    const { decoder, numerics, mesh, plan } = this.#model;
    const longest = Math.max(...prompts.map((p) => p.length));
    // After an encoder every text begins with one token: no padding, which would take places of experts from it.
    const columns = this.#model.writing.startToken ? longest : bucketOf(longest);
    const length = bucketOf(columns + maxNew);
    const batch = prompts.length;
    const declared = decoderState(decoder, { batch, length, dtype: numerics.cache ?? numerics.compute });
    // A batch that the mesh does not divide, such as a text alone, is whole on every device.
    const rules: AxisRules = [...(plan.rules ?? defaultRules), ['batch', null]];
    const specs = mesh ? { outShardings: specsOf(declared, rules, mesh) as never } : {};
    let state = jit(() => initialize(random.key(0), declared) as unknown as DecoderState, {
      ...this.#options,
      ...specs,
    })();
    const tokens = new HostArray('i32', [batch, columns], new Int32Array(batch * columns));
    const positions = HostArray.full('i32', [batch, columns], -1);
    for (const [i, p] of prompts.entries()) {
      (tokens.data as Int32Array).set(p, i * columns + columns - p.length);
      for (let j = 0; j < p.length; j++) (positions.data as Int32Array)[i * columns + columns - p.length + j] = j;
    }
    // What was not given of a group lies in none.
    const padded =
      groups &&
      lax.pad(groups, -1, [
        [0, 0, 0],
        [columns - groups.shape[1], 0, 0],
      ]);
    let logits: Tensor | undefined;
    // Images are numbered within a call, and see each other whole.
    const chunk = context.images ? columns : CHUNK;
    for (let at = 0; at < columns; at += chunk) {
      const cut = (t: Tensor): Tensor => np.slice(t, 1, at, Math.min(columns, at + chunk));
      const part = (a: HostArray): Tensor => cut(np.array(a));
      const own = padded && cut(padded);
      const made = this.#prefill(weights, state, part(tokens), part(positions), own, context, at === 0);
      state = made.state;
      logits = made.logits;
    }
    return { state, logits: logits! };
  }
}

/** Prompts that an encoder reads, padded behind. */
function encoderInputs(prompts: readonly Prompt[], inputs: ModelInputs): ModelInputs {
  const longest = Math.max(...prompts.map((p) => p.length));
  if (longest === 0) return inputs;
  const columns = bucketOf(longest);
  const tokens = HostArray.zeros('i32', [prompts.length, columns]);
  const positions = HostArray.full('i32', [prompts.length, columns], -1);
  for (const [i, p] of prompts.entries())
    for (let j = 0; j < p.length; j++) {
      (tokens.data as Int32Array)[i * columns + j] = p[j];
      (positions.data as Int32Array)[i * columns + j] = j;
    }
  return { ...inputs, tokens: np.array(tokens), positions: np.array(positions) };
}
