import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainTiny } from './train.ts';

/* The library in a bundle, in a page of headless Chromium: the same losses as in Node, with threads and without. */

const executablePath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
if (!executablePath) console.log('skipped: no Chromium found; install one or set CHROMIUM to its path');

describe.skipIf(!executablePath)('in a browser page', () => {
  let browser: Browser;
  let servers: Server[] = [];
  let script = '';

  beforeAll(async () => {
    const out = await build({
      entryPoints: [new URL('page.ts', import.meta.url).pathname],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    script = out.outputFiles[0].text;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    for (const s of servers) s.close();
    servers = [];
  });

  /** Serves the page, isolated from other origins or not, and gives what it computed. */
  async function visit(isolated: boolean): Promise<{ losses: number[]; isIsolated: boolean }> {
    const server = createServer((request, response) => {
      if (isolated) {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      }
      const isScript = request.url === '/page.js';
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (e) => problems.push(e.message));
    page.on('console', (m) => m.type() === 'error' && problems.push(m.text()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const handle = await page
      .waitForFunction('globalThis.result', undefined, { timeout: 50_000 })
      .catch((e: Error) => Promise.reject(new Error(`${e.message}\n${problems.join('\n')}`)));
    const result = (await handle.jsonValue()) as { losses: number[]; isIsolated: boolean; error?: string };
    await page.close();
    if (result.error) throw new Error(result.error);
    return result;
  }

  for (const isolated of [true, false])
    test(`a tiny Transformer trains as in Node, ${isolated ? 'with threads' : 'without shared memory'}`, async () => {
      const want = await trainTiny(4, { threads: 1 });
      expect(want[3]).toBeLessThan(want[0]);
      const got = await visit(isolated);
      expect(got.isIsolated).toBe(isolated);
      expect(got.losses).toEqual(want);
    });
});
