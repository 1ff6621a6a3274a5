import { UserError } from '../../base/index.ts';
import type { ImagePlaces } from '../families/family.ts';
import { checkSampling } from './sampling.ts';
import type { ScheduledSequence } from './steps.ts';

/** What a paged decoder takes in a step. */
export interface StepLimits {
  readonly pageSize: number;
  readonly numPages: number;
  readonly maxTokensPerStep: number;
  readonly maxScoredTokens: number;
  readonly maxDrafts: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly embedDim: number;
  readonly takesHidden: boolean;
  /** Of models that see. */
  readonly images: ImagePlaces | undefined;
}

/** Throws `models/paged` for a page that nobody may have. */
export function checkPage(page: number, numPages: number): void {
  if (!Number.isInteger(page) || page < 1 || page >= numPages)
    throw new UserError('models/paged', 'there is no such page to use', {
      expected: `1 … ${numPages - 1}`,
      given: String(page),
    });
}

/** Throws `models/paged` for what does not fit together in a step of `all`, and `models/sampling`. */
export function checkScheduled(s: ScheduledSequence, all: readonly ScheduledSequence[], limits: StepLimits): void {
  const { tokens, firstPosition, pages, drafts = [], images = [] } = s;
  const refuse = (summary: string, expected: string, given: number): never => {
    throw new UserError('models/paged', `sequence ${s.id}: ${summary}`, { expected, given: String(given) });
  };
  if (tokens.length < 1 || tokens.length > limits.maxTokensPerStep)
    refuse('so many tokens are not computed in a step', `1 … ${limits.maxTokensPerStep}`, tokens.length);
  if (drafts.length > limits.maxDrafts)
    refuse('so many guesses are not checked', `at most ${limits.maxDrafts}`, drafts.length);
  if (drafts.length > 0 && (tokens.length > 1 || s.scores || !s.sample?.index))
    refuse('guesses come behind one token, which is not the first of its output', 'one token', tokens.length);
  const end = firstPosition + tokens.length + drafts.length;
  if (!Number.isInteger(firstPosition) || firstPosition < 0 || end > limits.maxPositions)
    refuse('it is longer than the model can take', `at most ${limits.maxPositions} tokens`, end);
  const needed = Math.ceil(end / limits.pageSize);
  if (pages.length < needed) refuse('it has too few pages', `at least ${needed}`, pages.length);
  for (const page of pages) checkPage(page, limits.numPages);
  if (s.scores && tokens.length > limits.maxScoredTokens)
    refuse('so many tokens are not scored in a step', `at most ${limits.maxScoredTokens}`, tokens.length);
  const { vocabSize, images: places } = limits;
  const isKnown = (t: number): boolean => Number.isInteger(t) && t >= 0 && t < vocabSize;
  const unknown = [...tokens, ...drafts.map((d) => d.token), s.scores?.next ?? tokens[0]].find(
    (t) => !isKnown(t) && !(images.length > 0 && t === places?.token),
  );
  if (unknown !== undefined) refuse('the model does not know a token', `0 … ${vocabSize - 1}`, unknown);
  for (const { at, vectors } of images) {
    const { token, perImage } = places ?? refuse('the model sees nothing', 'no images', images.length);
    const isThere = Array.from({ length: perImage }, (_, i) => tokens[at + i]).every((t) => t === token);
    if (!isThere) refuse('an image is not where its tokens are', `${perImage} tokens ${token}`, at);
    if (vectors.length !== perImage * limits.embedDim)
      refuse('an image has not as many numbers as its tokens', `${perImage * limits.embedDim}`, vectors.length);
  }
  const { guidance, sample } = s;
  const guide = guidance && all.find(({ id }) => id === guidance.by && id !== s.id);
  if (guidance && (!guide || guide.scores || guide.guidance || !sample || s.scores || drafts.length > 0))
    refuse('nobody guides it', 'a sequence of the same step, and a token that is sampled', guidance.by);
  if (guidance && !Number.isFinite(guidance.scale)) refuse('it is guided by no number', 'a scale', guidance.scale);
  if (limits.takesHidden && s.hidden?.length !== tokens.length + drafts.length)
    refuse('it has no vectors to go on from', `${tokens.length + drafts.length}`, s.hidden?.length ?? 0);
  for (const each of [sample, ...drafts.map((d) => d.sample)]) if (each) checkSampling(each.options);
}
