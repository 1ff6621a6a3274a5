import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startDashboard } from '../src/dashboard/index.ts';
import { mulberry } from '../tests/random-numbers.ts';
import { dashboardPage } from './dashboard-page.ts';

/*
 * Makes docs/dashboard.png: the page of `espalier dashboard` as Chromium shows it, with runs whose numbers are made up here. Needs Chromium (CHROMIUM, or
 * /usr/bin/chromium).
 *   npx tsx scripts/screenshot-dashboard.ts [FILE.png] [light|dark]
 */

const file = process.argv[2] ?? fileURLToPath(new URL('../docs/dashboard.png', import.meta.url));
const theme = process.argv[3] === 'dark' ? 'dark' : 'light';
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) throw new Error(`there is no Chromium at ${executablePath}: name it with CHROMIUM`);

const STEPS = 3000;
const work = mkdtempSync(join(tmpdir(), 'espalier-dashboard-'));

function makeRun(name: string, learningRate: number, batchSize: number, seed: number, isLive: boolean): void {
  const dir = join(work, name);
  mkdirSync(dir);
  const random = mulberry(seed);
  const noise = (): number => random() + random() + random() - 1.5;
  const lines = Array.from({ length: isLive ? STEPS * 0.7 : STEPS }, (_, i) => {
    const step = i + 1;
    const warm = Math.min(1, step / 150);
    const loss = 1.3 + 4.2 * Math.exp(-((step * learningRate * 900) ** 0.5) / 9) + (0.5 / batchSize) * noise();
    return JSON.stringify({
      step,
      loss,
      ...(step % 250 === 0 ? { valLoss: loss + 0.06 + 0.02 * random() } : {}),
      learningRate: learningRate * warm * (0.55 + 0.45 * Math.cos((Math.PI * step) / STEPS)),
      gradNorm: 0.6 + 3 * Math.exp(-step / 120) + 0.15 * Math.abs(noise()),
      tokensPerSec: Math.round(21_000 + 40 * batchSize + 900 * noise()),
      timeMs: 48.2 + noise(),
      bytesPerDevice: 311_000_000 + 2_400_000 * batchSize,
    });
  });
  writeFileSync(join(dir, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(dir, 'run.json'),
    JSON.stringify({ espalier: 'run', startedAt: new Date(Date.UTC(2026, 0, seed)).toISOString() }),
  );
  const settings = { preset: 'small', learningRate, batchSize, optimizer: 'adamw' };
  writeFileSync(
    join(dir, 'manifest.json'),
    JSON.stringify({ settings: Object.fromEntries(Object.entries(settings).map(([k, value]) => [k, { value }])) }),
  );
  if (isLive) writeFileSync(join(dir, 'run.lock'), '{}');
}

makeRun('small-1e-3', 1e-3, 16, 1, false);
makeRun('small-3e-3', 3e-3, 16, 2, false);
makeRun('small-3e-3-b32', 3e-3, 32, 3, false);
makeRun('small-6e-3-b32', 6e-3, 32, 4, true);
process.chdir(work);
const dashboard = await startDashboard({ roots: [work], html: await dashboardPage(), port: 0 });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: theme });
  page.on('console', (message) => console.log(message.text()));
  page.on('pageerror', (error) => console.log(error));
  await page.goto(`${dashboard.url}/#smooth=0.95`);
  await page.locator('figure[data-key=loss] canvas[aria-label*="4 runs"]').waitFor();
  await page.waitForTimeout(800);
  const bytes = await page.screenshot();
  writeFileSync(file, bytes);
  console.log(`${file}: ${Math.ceil(bytes.length / 1024)} KiB`);
} finally {
  await browser.close();
  await dashboard.close();
  rmSync(work, { recursive: true });
}
