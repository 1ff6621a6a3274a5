import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';

/* Settings from files, environment and command line, what is told of them, and runs that are made again from what they were made with. */

const work = mkdtempSync(join(tmpdir(), 'espalier-config-'));
const before = process.cwd();
let made = 0;
beforeEach(() => {
  const folder = join(work, String(made++));
  mkdirSync(folder);
  process.chdir(folder);
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (/^ESPALIER_(TRAIN|EVAL)_/.test(name)) delete process.env[name];
});
afterAll(() => {
  process.chdir(before);
  rmSync(work, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a command says, in this process. */
async function espalier(...args: string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const { write } = process.stdout;
  const writeError = process.stderr.write;
  const into = (which: keyof typeof said) => (text: string) => {
    said[which] += String(text);
    return true;
  };
  process.stdout.write = into('out') as typeof write;
  process.stderr.write = into('err') as typeof write;
  try {
    const code = await runCli(['node', 'espalier', ...args]);
    return { code, ...said };
  } finally {
    process.stdout.write = write;
    process.stderr.write = writeError;
  }
}

const json = (file: string, commands: object, more: object = {}): void =>
  writeFileSync(file, JSON.stringify({ ...more, commands }));
const settings = async (...args: string[]): Promise<Record<string, { value: unknown; source: string }>> =>
  JSON.parse((await espalier(...args, 'config', 'show', '--json')).out);

describe('settings', () => {
  it('come from defaults, files that files extend, and the environment, the last of which counts', async () => {
    json('base.json', { train: { steps: 7, seqLen: 32, weightDecay: 0.5 } });
    json('espalier.config.json', { train: { seqLen: 16, data: ['a', 'b'] } }, { extends: './base.json' });
    process.env.ESPALIER_TRAIN_WEIGHT_DECAY = '0.25';
    expect(await settings()).toMatchObject({
      steps: { value: 7, source: 'base.json' },
      seqLen: { value: 16, source: 'espalier.config.json' },
      weightDecay: { value: 0.25, source: 'ESPALIER_TRAIN_WEIGHT_DECAY' },
      data: { value: ['a', 'b'] },
      seed: { value: 0, source: 'default' },
    });
    const { out } = await espalier('config', 'explain', 'seqLen');
    expect(out).toMatch(
      /--seq-len <n>.*ESPALIER_TRAIN_SEQ_LEN\n {2}32 {2}\(base\.json\)\n→ 16 {2}\(espalier\.config\.json\)/,
    );
    expect(await settings('--settings', 'none')).not.toHaveProperty('steps');
    json('other.json', { train: { steps: 9 } });
    expect(await settings('--settings', 'other.json')).toMatchObject({ steps: { value: 9, source: 'other.json' } });
  });

  it('may be TypeScript, and stand beside tasks', async () => {
    writeFileSync(
      'espalier.config.ts',
      `const steps: number = 5;\nexport default { tasks: { t: { files: 'x.jsonl' } }, commands: { train: { steps } } };`,
    );
    expect((await settings()).steps).toEqual({ value: 5, source: 'espalier.config.ts' });
    const { err } = await espalier('eval', 'task', '--model', 'nowhere', '--task', 'nobody');
    expect(err).toMatch(/espalier\.config\.ts has no task nobody: expected t/);
  });

  it('of subcommands, also those that they cannot do without', async () => {
    json('espalier.config.json', { 'eval.perplexity': { model: 'no-such-model' } });
    writeFileSync('text', 'abc');
    expect((await espalier('eval', 'perplexity', '--data', 'text')).err).toMatch(/no-such-model/);
    expect((await espalier('eval', 'perplexity', '--data', 'text', '--model', 'typed')).err).toMatch(/typed/);
  });

  it.each([
    [{ train: { stepps: 3 } }, /train has no setting stepps\. Did you mean steps/],
    [{ trian: { steps: 3 } }, /there is no command trian\. Did you mean train/],
    [{ train: { steps: 'three' } }, /steps cannot be that: expected a positive integer, got "three"/],
    [{ train: { optimizer: 'adamv' } }, /optimizer cannot be adamv.*Did you mean adamw/],
    [{ train: { resume: 'yes' } }, /resume cannot be that: expected true or false/],
    [{ train: { steps: [1, 2] } }, /steps cannot be that: expected one value/],
    [{ train: 3 }, /settings of train are an object/],
  ])('that make no sense are named: %j', async (commands, message) => {
    json('espalier.config.json', commands);
    const { code, err } = await espalier('train', '--data', 'none', '--out', 'run');
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
    expect(err).toMatch(/espalier\.config\.json/);
  });

  it('of the environment that there are not, and files that extend each other, are named, too', async () => {
    process.env.ESPALIER_TRAIN_STEP = '3';
    expect((await espalier('config', 'show')).err).toMatch(
      /ESPALIER_TRAIN_STEP: train has no such setting\. Did you mean ESPALIER_TRAIN_STEPS/,
    );
    delete process.env.ESPALIER_TRAIN_STEP;
    json('a.json', {}, { extends: 'b.json' });
    json('b.json', {}, { extends: 'a.json' });
    expect((await espalier('--settings', 'a.json', 'config', 'show')).err).toMatch(
      /circle.*a\.json → b\.json → a\.json/,
    );
    writeFileSync('c.json', '{');
    expect((await espalier('--settings', 'c.json', 'config', 'show')).err).toMatch(/c\.json is no JSON/);
    expect((await espalier('--settings', 'd.json', 'config', 'show')).err).toMatch(/d\.json/);
    expect((await espalier('config', 'explain', 'lerningRate')).err).toMatch(/Did you mean learningRate/);
  });

  it.each([
    [{ train: { steps: 3 } }, /has no "train"\. Put it into "commands"/],
    [{ command: {} }, /has no "command"\. Did you mean commands/],
    [{ extends: 3 }, /extends is no path, nor several: got 3/],
    [{ extends: [''] }, /extends is no path/],
    [{ commands: [] }, /commands are an object/],
    [[], /a configuration is an object/],
  ])('in files of another shape are refused: %j', async (contents, message) => {
    writeFileSync('espalier.config.json', JSON.stringify(contents));
    const { code, err } = await espalier('config', 'show');
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });

  it('have a schema, and a file to begin with', async () => {
    const schema = JSON.parse((await espalier('config', 'schema')).out);
    expect(schema.properties.commands.properties.train.properties.optimizer.enum).toContain('adamw');
    expect(schema.properties.commands.properties['eval.perplexity'].properties).toHaveProperty('model');
    await espalier('config', 'init', '--preset', 'small');
    expect(readFileSync('espalier.config.ts', 'utf8')).toContain('preset: "small"');
    expect((await espalier('config', 'init')).err).toMatch(/is there already/);
  });
});

describe('a run', () => {
  it('is made again from its manifest, which says where each setting came from', async () => {
    writeFileSync('text.txt', 'to be or not to be, '.repeat(200));
    json('espalier.config.json', {
      train: { steps: 2, batchSize: 2, evalEvery: 0, checkpointEvery: 0, data: 'text.txt' },
    });
    const first = await espalier('train', '--seq-len', '16', '--out', 'first', '--mesh', 'data=2', '--engine', 'cpu');
    expect(first.code).toBe(0);
    const { settings, machine, data } = JSON.parse(readFileSync('first/manifest.json', 'utf8'));
    expect(settings).toMatchObject({
      steps: { value: 2, source: 'espalier.config.json' },
      seqLen: { value: 16, source: '--seq-len' },
      mesh: { value: 'data=2', source: '--mesh' },
      seed: { value: 0, source: 'default' },
    });
    expect(machine).toMatchObject({ node: process.version, engine: 'cpu' });
    expect(data).toHaveLength(1);
    // Whatever is configured meanwhile.
    json('espalier.config.json', { train: { steps: 50, batchSize: 3, weightDecay: 0.5 } });
    process.env.ESPALIER_TRAIN_SEED = '4';
    const again = await espalier('repro', 'first', '--out', 'second');
    expect([again.code, again.err]).toEqual([0, expect.not.stringContaining('error')]);
    expect(again.out).not.toContain('different');
    const losses = (run: string): number[] =>
      readFileSync(`${run}/metrics.jsonl`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).loss);
    expect(losses('second')).toEqual(losses('first'));
    expect((await espalier('config', 'diff', 'first', 'second')).out).toContain('the same settings');
    expect((await espalier('config', 'diff', 'first', 'here')).out).toMatch(
      /batchSize +2 \(espalier\.config\.json\) +3/,
    );
    writeFileSync('text.txt', 'something else');
    const dry = await espalier('repro', 'first', '--dry-run');
    expect(dry.out).toMatch(/different {2}.*text\.txt has other contents[\s\S]*--steps 2/);
    // What is damaged is said so, and ends no run that goes on.
    const whole = JSON.parse(readFileSync('first/manifest.json', 'utf8'));
    for (const damaged of [
      { ...whole, settings: null },
      { ...whole, settings: { steps: 3 } },
      { ...whole, data: {} },
      [],
    ]) {
      writeFileSync('first/manifest.json', JSON.stringify(damaged));
      expect((await espalier('repro', 'first')).err).toMatch(/no manifest of a run, or damaged/);
      expect((await espalier('config', 'show', '--run', 'first')).err).toMatch(/no manifest of a run, or damaged/);
    }
    expect((await espalier('repro', 'nowhere')).err).toMatch(/nowhere has no manifest\.json/);
  });
});
