/*
 * Which layers make a stage, and on which part of the cluster it runs: for every cap on the slowest stage's time, a dynamic programme
 * over stages, layers and devices finds the least sum of times.
 * Source: Zheng et al., "Alpa: automating inter- and intra-operator parallelism" (2022), section 5.2.
 */

/** What one stage takes on one submesh. */
export interface StageCost {
  /** One micro-batch, forward and backward. */
  readonly timeS: number;
  /** Later stages that there may be at most: under 1F1B a stage keeps a micro-batch for each of them, and one more. */
  readonly maxSuccessors: number;
}

export interface PipelineProblem {
  readonly numLayers: number;
  readonly numDevices: number;
  readonly microBatches: number;
  /** Parts of the cluster that a stage may run on, and how many ways there are to use each. */
  readonly submeshes: readonly { readonly devices: number; readonly configs: number }[];
  /** Of layers `from` to before `to`; undefined where the stage is not wanted. */
  cost(from: number, to: number, submesh: number, config: number): StageCost | undefined;
}

export interface PipelineStage {
  readonly from: number;
  readonly to: number;
  readonly submesh: number;
  readonly config: number;
  readonly timeS: number;
}

export interface PipelinePlan {
  readonly stages: readonly PipelineStage[];
  /** Of a step: the sum of all stages and the slowest once more for every other micro-batch. */
  readonly stepS: number;
}

interface Option extends PipelineStage, StageCost {
  readonly devices: number;
}

/** Σ times + (m − 1) · slowest. */
export function pipelineStepS(stageTimesS: readonly number[], microBatches: number): number {
  return stageTimesS.reduce((a, b) => a + b, 0) + (microBatches - 1) * Math.max(...stageTimesS);
}

/** The pipeline of the least step time that uses exactly all devices; undefined where none fits. */
export function searchPipeline(problem: PipelineProblem): PipelinePlan | undefined {
  const options = optionsOf(problem);
  const caps = [...new Set(options.map((o) => o.timeS))].sort((a, b) => a - b);
  const search = new CappedSearch(problem, options);
  // No plan's sum is less than that without a cap.
  const loosest = search.under(Infinity);
  if (!loosest) return undefined;
  let best = loosest;
  const leastSum = loosest.sumS;
  let [low, high] = [0, caps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (search.under(caps[middle])) high = middle;
    else low = middle + 1;
  }
  for (let c = low; c < caps.length; c++) {
    if ((problem.microBatches - 1) * caps[c] + leastSum >= best.plan.stepS) break;
    const found = search.under(caps[c]);
    if (found && found.plan.stepS < best.plan.stepS) best = found;
  }
  return best.plan;
}

/** Of each stretch and submesh the ways that no other beats in time and successors. */
function optionsOf({ numLayers, numDevices, submeshes, cost }: PipelineProblem): Option[] {
  const options: Option[] = [];
  for (let from = 0; from < numLayers; from++)
    for (let to = from + 1; to <= numLayers; to++)
      submeshes.forEach(({ devices, configs }, submesh) => {
        if (devices > numDevices) return;
        const own: Option[] = [];
        for (let config = 0; config < configs; config++) {
          const c = cost(from, to, submesh, config);
          if (c && c.maxSuccessors >= 0) own.push({ ...c, from, to, submesh, config, devices });
        }
        options.push(
          ...own.filter(
            (a, i) =>
              !own.some(
                (b, j) =>
                  b.timeS <= a.timeS &&
                  b.maxSuccessors >= a.maxSuccessors &&
                  (b.timeS < a.timeS || b.maxSuccessors > a.maxSuccessors || j < i),
              ),
          ),
        );
      });
  return options;
}

class CappedSearch {
  readonly #problem: PipelineProblem;
  readonly #byStart: Option[][];
  /** Least sum of `s` stages over layers from k on and exactly d devices: [s, k, d]. */
  readonly #sums: Float64Array;
  readonly #choices: Int32Array;
  /** Of each [s, k] the least and the most devices with which there is a way. */
  readonly #least: Int32Array;
  readonly #most: Int32Array;
  readonly #maxStages: number;

  constructor(problem: PipelineProblem, options: readonly Option[]) {
    this.#problem = problem;
    const { numLayers, numDevices } = problem;
    this.#byStart = Array.from({ length: numLayers }, () => []);
    for (const o of options) this.#byStart[o.from].push(o);
    this.#maxStages = Math.min(numLayers, numDevices);
    const size = (this.#maxStages + 1) * (numLayers + 1) * (numDevices + 1);
    this.#sums = new Float64Array(size);
    this.#choices = new Int32Array(size);
    this.#least = new Int32Array((this.#maxStages + 1) * (numLayers + 1));
    this.#most = new Int32Array(this.#least.length);
  }

  #at(s: number, k: number): number {
    const { numLayers, numDevices } = this.#problem;
    return (s * (numLayers + 1) + k) * (numDevices + 1);
  }

  under(capS: number): { readonly plan: PipelinePlan; readonly sumS: number } | undefined {
    const { numLayers, numDevices, microBatches } = this.#problem;
    const [sums, choices] = [this.#sums, this.#choices];
    sums.fill(Infinity);
    sums[this.#at(0, numLayers)] = 0;
    const [least, most] = [this.#least.fill(numDevices + 1), this.#most.fill(-1)];
    least[numLayers] = 0;
    most[numLayers] = 0;
    for (let s = 1; s <= this.#maxStages; s++)
      for (let k = numLayers - s; k >= 0; k--) {
        const here = this.#at(s, k);
        const own = s * (numLayers + 1) + k;
        this.#byStart[k].forEach(({ timeS, to, devices, maxSuccessors }, o) => {
          if (timeS > capS || s - 1 > maxSuccessors) return;
          const rest = this.#at(s - 1, to);
          const after = (s - 1) * (numLayers + 1) + to;
          const last = Math.min(numDevices, most[after] + devices);
          for (let d = least[after] + devices; d <= last; d++) {
            const sum = timeS + sums[rest + d - devices];
            if (sum < sums[here + d]) {
              sums[here + d] = sum;
              choices[here + d] = o;
            }
          }
          if (last >= least[after] + devices) {
            least[own] = Math.min(least[own], least[after] + devices);
            most[own] = Math.max(most[own], last);
          }
        });
      }
    let best: { plan: PipelinePlan; sumS: number } | undefined;
    for (let s = 1; s <= this.#maxStages; s++) {
      const sumS = sums[this.#at(s, 0) + numDevices];
      if (sumS === Infinity) continue;
      const stages = this.#stages(s);
      const stepS = pipelineStepS(
        stages.map((x) => x.timeS),
        microBatches,
      );
      if (!best || stepS < best.plan.stepS)
        best = { plan: { stages, stepS }, sumS: Math.min(sumS, best?.sumS ?? sumS) };
      else best = { ...best, sumS: Math.min(best.sumS, sumS) };
    }
    return best;
  }

  #stages(numStages: number): PipelineStage[] {
    const stages: PipelineStage[] = [];
    let [k, d] = [0, this.#problem.numDevices];
    for (let s = numStages; s > 0; s--) {
      const { from, to, submesh, config, timeS, devices } = this.#byStart[k][this.#choices[this.#at(s, k) + d]];
      stages.push({ from, to, submesh, config, timeS });
      [k, d] = [to, d - devices];
    }
    return stages;
  }
}
