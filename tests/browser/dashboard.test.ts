import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dashboardPage } from '../../scripts/dashboard-page.ts';
import { type Dashboard, startDashboard } from '../../src/dashboard/index.ts';
import { linesOf, stepLine, writeRun } from '../dashboard/files.ts';

/* The page of `espalier dashboard` in headless Chromium. */

const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
);
if (!executablePath) console.log('skipped: no Chromium found; install one or set CHROMIUM to its path');

const MOST_BYTES = 100_000;
let html = '';
beforeAll(async () => {
  html = await dashboardPage();
});

test(`the page is at most ${MOST_BYTES} bytes, zipped`, () => {
  const bytes = gzipSync(html).length;
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

describe.skipIf(!executablePath)('in a browser', () => {
  const work = mkdtempSync(join(tmpdir(), 'espalier-dashboard-page-'));
  const steps = Array.from({ length: 300 }, (_, i) => i + 1);
  const problems: string[] = [];
  const asked = new Set<string>();
  let browser: Browser;
  let dashboard: Dashboard;
  let page: Page;

  beforeAll(async () => {
    writeRun(
      join(work, 'one'),
      steps.map((s) => stepLine(s, 4 / s + 1)),
      { batchSize: 8, seed: 0 },
    );
    writeRun(
      join(work, 'two'),
      steps.map((s) => stepLine(s, 3 / s + 1)),
      { batchSize: 16, seed: 0 },
    );
    dashboard = await startDashboard({ roots: [work], html, port: 0 });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 900, height: 600 } });
    page.on('pageerror', (e) => problems.push(e.message));
    page.on('console', (m) => m.type() === 'error' && problems.push(m.text()));
    page.on('request', (r) => asked.add(new URL(r.url()).origin));
    await page.goto(dashboard.url);
    await page.locator('figure[data-key=loss] canvas[aria-label*="2 runs"]').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.close();
    rmSync(work, { recursive: true, force: true });
  });

  const loss = () => page.locator('figure[data-key=loss] canvas');
  const hash = (): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.slice(1));

  test('charts what runs have, and tells what differs between them', async () => {
    expect(await loss().getAttribute('aria-label')).toMatch(/loss by step, 2 runs\. Last values: .*one 1\.013 nats/);
    expect(await page.locator('#config th, #config td').allTextContents()).toEqual([
      'run',
      'batchSize',
      'one',
      '8',
      'two',
      '16',
    ]);
    const inked = await loss().evaluate((canvas) => {
      const c = canvas as unknown as { width: number; height: number; getContext(kind: string): unknown };
      const g = c.getContext('2d') as { getImageData(...box: number[]): { data: Uint8ClampedArray } };
      const { data } = g.getImageData(0, 0, c.width, c.height);
      // The blue of the first run.
      let n = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] < 30 && data[i + 2] > 150 && data[i + 3] > 200) n++;
      return n;
    });
    expect(inked).toBeGreaterThan(100);
  });

  test('a line that is written appears by itself, soon', async () => {
    const started = performance.now();
    appendFileSync(join(work, 'one/metrics.jsonl'), linesOf([stepLine(301, 0.5)]));
    await page.locator('figure[data-key=loss] canvas[aria-label*="one 0.5 nats"]').waitFor();
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test('keys zoom, move and show all; values are read with Shift and arrows', async () => {
    await loss().focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => Number(hash().get('from'))).toBeGreaterThan(30);
    expect(Number(hash().get('to')) - Number(hash().get('from'))).toBeCloseTo(240, 0);
    await page.keyboard.press('Shift+ArrowRight');
    expect(await page.locator('#tip').textContent()).toMatch(/^step \d+\n[\d.]+ nats +\S+/);
    await page.keyboard.press('0');
    await expect.poll(() => hash().has('from')).toBe(false);
  });

  test('a run can be left out, axes chosen, and a chart saved', async () => {
    await page.locator('input[aria-label$="two"]').uncheck();
    await page.selectOption('#axis', 'tokens');
    await page.locator('figure[data-key=loss] canvas[aria-label*="loss by tokens, 1 runs"]').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[aria-label="Save loss as CSV"]'),
    ]);
    let csv = '';
    for await (const chunk of await download.createReadStream()) csv += String(chunk);
    expect(csv.split('\n')[0]).toBe('run,curve,tokens,loss');
    expect(csv.split('\n')).toHaveLength(1 + 301 + 1);
    expect(problems).toEqual([]);
    expect([...asked].filter((origin) => /^http/.test(origin))).toEqual([dashboard.url]);
  });
});
