import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { dashboardPage } from '../scripts/dashboard-page.ts';
import { startDashboard } from '../src/dashboard/index.ts';
import { mulberry } from '../tests/random-numbers.ts';

/*
 * Many long runs on the page of `espalier dashboard`, in headless Chromium: how long until all are read and shown, and how long frames take while charts are
 * zoomed and moved, and how much processor time of the page, which other work on the machine does not change. Needs Chromium (CHROMIUM, or /usr/bin/chromium).
 *   npx tsx bench/dashboard.ts [RUNS] [LINES] [ROUNDS]
 */

const [numRuns, numLines, rounds] = [50, 100_000, 3].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) throw new Error(`there is no Chromium at ${executablePath}: name it with CHROMIUM`);

/** Runs in this page, where `requestAnimationFrame` is: milliseconds between frames while keys zoom and move the first chart. */
const measureFrames = `async () => {
  const canvas = document.querySelector('figure canvas');
  canvas.focus();
  const press = (key) => canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const times = [];
  let before = await frame();
  for (let i = 0; i < 120; i++) {
    press(i < 12 ? '+' : i < 60 ? 'ArrowRight' : i < 108 ? 'ArrowLeft' : '-');
    const now = await frame();
    times.push(now - before);
    before = now;
  }
  press('0');
  return times;
}`;

const work = mkdtempSync(join(tmpdir(), 'espalier-bench-dashboard-'));
let dashboard: Awaited<ReturnType<typeof startDashboard>> | undefined;
let browser: Awaited<ReturnType<typeof chromium.launch>> | undefined;
try {
  for (let r = 0; r < numRuns; r++) {
    const random = mulberry(r);
    const dir = join(work, `run-${String(r).padStart(2, '0')}`);
    mkdirSync(dir);
    const lines = Array.from({ length: numLines }, (_, i) => {
      const loss = (1 + 3 / (1 + i / 2000) + 0.2 * random() + r / 50).toFixed(5);
      return `{"step":${i + 1},"loss":${loss},"tokensPerSec":${20_000 + Math.round(2000 * random())},"timeMs":${(40 + 5 * random()).toFixed(2)},"bytesPerDevice":311000000}`;
    });
    writeFileSync(join(dir, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  }
  const html = await dashboardPage();
  process.chdir(work);
  const began = performance.now();
  dashboard = await startDashboard({ roots: [work], html, port: 0 });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  await page.goto(dashboard.url);
  const sinceStart = async (script: string): Promise<string> => {
    await page.waitForFunction(script, undefined, { timeout: 120_000 });
    return `${((performance.now() - began) / 1000).toFixed(1)} s`;
  };
  console.log(`${numRuns} runs of ${numLines} lines; load ${loadavg()[0].toFixed(1)}`);
  console.log(
    `all runs listed after ${await sinceStart(`document.querySelectorAll('#runs tbody tr').length === ${numRuns}`)}`,
  );
  const last = `[...document.querySelectorAll('#runs tbody tr')].every((row) => row.cells[2].textContent === '${numLines / 1000}k')`;
  console.log(`all lines read after ${await sinceStart(last)}`);
  console.log(
    `all charts show them after ${await sinceStart(`[...document.querySelectorAll('canvas')].every((c) => c.getAttribute('aria-label')?.includes('${numRuns} runs'))`)}`,
  );
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  /** Seconds of processor time that the page's thread has taken. */
  const taken = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find((m) => m.name === 'TaskDuration')?.value ?? Number.NaN;
  };
  for (let round = 0; round < rounds; round++) {
    await page.waitForTimeout(2500);
    const before = await taken();
    const times = ((await page.evaluate(`(${measureFrames})()`)) as number[]).sort((a, b) => a - b);
    const cpuMs = (1000 * ((await taken()) - before)) / times.length;
    const at = (share: number): string =>
      times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
    const late = times.filter((ms) => ms > 17.5).length;
    console.log(
      `round ${round + 1}: frames take ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms (most); ${late} of ${times.length} late; ${cpuMs.toFixed(1)} ms of processor time each; load ${loadavg()[0].toFixed(1)}`,
    );
  }
} finally {
  await browser?.close();
  await dashboard?.close();
  rmSync(work, { recursive: true, force: true });
}
