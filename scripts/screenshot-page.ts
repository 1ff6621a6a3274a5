import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { ScheduledSequence, StepResult } from '../src/models/index.ts';
import { ServingMetrics } from '../src/serve/index.ts';
import { startServer } from '../tests/serve/fake-server.ts';

/*
 * Makes docs/serving-page.png: the page of `espalier serve` as Chromium shows it, with a model that writes what is written here, slowly, as sure of its
 * tokens as a hash says. Needs Chromium (CHROMIUM, or /usr/bin/chromium).
 *   npx tsx scripts/screenshot-page.ts [FILE.png]
 */

const QUESTION = 'What is an espalier?';
const ANSWER =
  'A tree trained to grow flat against a wall or a trellis: its branches are tied to a frame and cut back until they keep to it. ' +
  'It takes little room, and every leaf has light.';
const UNTIL = 'every leaf has';

const file = process.argv[2] ?? fileURLToPath(new URL('../docs/serving-page.png', import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) throw new Error(`there is no Chromium at ${executablePath}: name it with CHROMIUM`);

let script: readonly number[] = [];
const sureness = (token: number, index: number): number => -(((token * 31 + index * 17) % 97) ** 3) / 200_000;
const decoder = {
  pageSize: 16,
  numPages: 256,
  maxTokensPerStep: 512,
  maxSequences: 8,
  maxPositions: 4096,
  vocabSize: 95,
  async step(sequences: readonly ScheduledSequence[]): Promise<readonly StepResult[]> {
    await new Promise((done) => setTimeout(done, 12));
    return sequences.flatMap(({ id, sample }) => {
      if (!sample) return [];
      const token = script[sample.index] ?? 0;
      const logprob = sureness(token, sample.index);
      const others = [1, 2, 3].map((i) => [(token + 7 * i) % 95, Math.min(-0.7, logprob) - 1.1 * i] as const);
      return [{ id, token, logprob, top: [[token, logprob] as const, ...others] }];
    });
  },
};
const metrics = await ServingMetrics.open();
const s = await startServer(
  {},
  { metrics },
  { open: async () => decoder, observer: metrics.observer('my-model') },
  { name: 'my-model' },
);
metrics.watch('my-model', s.engine);
script = [...s.tokenizer.encode(ANSWER), 0];
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 452 }, colorScheme: 'light' });
  await page.goto(s.url);
  await page.locator('#model option').first().waitFor({ state: 'attached' });
  await page.fill('#text', QUESTION);
  await page.keyboard.press('Enter');
  // In the middle of the answer, so that the engine is at work.
  await page.locator('#chat', { hasText: UNTIL }).waitFor();
  const bytes = await page.screenshot();
  mkdirSync(fileURLToPath(new URL('.', `file://${file}`)), { recursive: true });
  writeFileSync(file, bytes);
  console.log(`${file}: ${Math.ceil(bytes.length / 1024)} KiB`);
} finally {
  await browser.close();
  await s.close();
  s.tokenizer.close();
}
