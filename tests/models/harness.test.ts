import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../src/data/index.ts';
import {
  type EvaluatedModel,
  evaluatedModel,
  type HarnessReport,
  loadModel,
  readHarnessTasks,
  runHarness,
  type TaskResult,
} from '../../src/models/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { writeHarnessModel } from '../oracles/harness/model.ts';

/* Tasks in lm-eval's YAML, measured here and by lm-eval itself (`tests/oracles/harness/harness.py`). */

const folder = new URL('../oracles/harness/', import.meta.url).pathname;
const oracle = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as HarnessReport & {
  readonly answers: Readonly<Record<string, readonly (readonly [context: string, answer: unknown])[]>>;
};
const work = mkdtempSync(join(tmpdir(), 'espalier-harness-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const names = ['animals', 'binary', 'contexts', 'cloze', 'rolling', 'writing'];

describe('tasks of lm-eval', () => {
  let model: EvaluatedModel;
  let report: HarnessReport;
  let tasks: readonly TaskResult[];
  beforeAll(async () => {
    const dir = await writeHarnessModel(join(work, 'model'));
    const loaded = loadModel(dir, { engine: createEngine('cpu') });
    model = evaluatedModel(loaded, await loadTokenizer(dir), { maxLength: 128 });
    const asked = readHarnessTasks(names.map((n) => join(folder, `${n}.yaml`)));
    ({ report, tasks } = await runHarness(model, asked, { bootstrapIterations: 200 }));
  });

  it('ask what lm-eval asks, and are answered as there', () => {
    for (const { task, samples } of tasks)
      for (const [i, [context, answer]] of oracle.answers[task.name].entries()) {
        // lm-eval lists all documents once per filter.
        const own = samples[i % samples.length];
        if (task.outputType !== 'loglikelihood_rolling') expect(own.context).toBe(context);
        if (task.outputType === 'generate_until') expect(own.answer).toBe(answer);
      }
  });

  it.each(Object.keys(oracle.results))('%s has the numbers and standard errors of lm-eval', (name) => {
    const own = report.results[name];
    const { sample_len: _, sample_count: __, name: ___, ...theirs } = oracle.results[name];
    expect(Object.keys(own).sort()).toEqual(Object.keys(theirs).sort());
    // Relative: a perplexity of 10¹³ has the error of its logarithm.
    for (const [key, value] of Object.entries(theirs))
      if (typeof value === 'number') {
        expect([key, Number(own[key]) / Math.max(1, Math.abs(value))]).toEqual([
          key,
          expect.closeTo(value / Math.max(1, Math.abs(value)), 5),
        ]);
      } else if (key !== 'alias') expect([key, own[key]]).toEqual([key, value]);
  });

  it('counts, versions and examples are in its shape', () => {
    for (const { task } of tasks) {
      expect(report['n-samples'][task.name]).toEqual(oracle['n-samples'][task.name]);
      expect(report['n-shot'][task.name]).toBe(oracle['n-shot'][task.name]);
      expect(report.higher_is_better[task.name]).toEqual(oracle.higher_is_better[task.name]);
    }
    expect(report.versions.choices).toBe(1.5);
    expect(report.group_subtasks).toEqual({ animals: ['choices', 'same-split'] });
  });
});

describe('what is not supported is refused by name', () => {
  const base = {
    task: 'x',
    dataset_path: 'json',
    dataset_kwargs: { data_files: { test: join(folder, 'animals.jsonl') } },
    test_split: 'test',
    doc_to_text: '{{animal}}',
    doc_to_target: '{{first}}',
  };
  it.each([
    [{ process_docs: 'x' }, /"process_docs" is not supported/],
    [{ doc_to_txt: 'x' }, /"doc_to_txt" is not supported.*[Dd]id you mean doc_to_text/],
    [{ dataset_path: 'squad' }, /"dataset_path" is not what it can be: expected json, got "squad"/],
    [{ output_type: 'guess' }, /"output_type".*expected loglikelihood, .* got "guess"/],
    [{ metric_list: [{ metric: 'ter' }] }, /the metric "ter" of generate_until is not supported: expected exact_match/],
    [{ metric_list: [{ metric: 'exact_match', aggregation: 'median' }] }, /the aggregation "median".*expected mean/],
    [{ filter_list: [{ name: 'a', filter: [{ function: 'majority_vote' }] }] }, /the filter "majority_vote"/],
    [{ generation_kwargs: { top_q: 3 } }, /generation_kwargs: "top_q" is not supported/],
    [{ fewshot_split: 'train' }, /there are no files of the split "train": expected test/],
    [{ repeats: 3 }, /"repeats" is not supported/],
  ] as const)('%j', (more, message) => {
    const file = join(work, 'x.yaml');
    writeFileSync(file, JSON.stringify({ ...base, ...more }));
    expect(() => readHarnessTasks([file])).toThrow(message);
  });

  it('functions of Python, members that are nowhere, files that include themselves', () => {
    const write = (text: string): string => {
      writeFileSync(join(work, 'y.yaml'), text);
      return join(work, 'y.yaml');
    };
    expect(() => readHarnessTasks([write('task: y\nprocess_results: !function utils.f\n')])).toThrow(
      /needs Python.*!function/,
    );
    expect(() => readHarnessTasks([write('group: g\ntask: [nowhere]\n')])).toThrow(/nowhere/);
    expect(() => readHarnessTasks([write('include: y.yaml\n')])).toThrow(/includes itself/);
    expect(() => readHarnessTasks([write('task: [\n')])).toThrow(/no YAML/);
  });
});
