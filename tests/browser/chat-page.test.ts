import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeServer, startServer } from '../serve/fake-server.ts';

/* The page at `/` of a server, in headless Chromium: images that a chat has. */

const executablePath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
if (!executablePath) console.log('skipped: no Chromium found; install one or set CHROMIUM to its path');

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Waits until something is true of a page, which lets nothing be evaluated inside it. */
const until = (page: Page, what: string): Promise<void> =>
  expect.poll(() => page.evaluate(what), { timeout: 10_000 }).toBe(true);

describe.skipIf(!executablePath)('the page of a server', () => {
  let browser: Browser;
  let seeing: FakeServer;
  let blind: FakeServer;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const sight = { places: { perImage: 4, isPrefix: false } as never, see: async () => [] };
    [seeing, blind] = await Promise.all([startServer({}, {}, {}, { sight }), startServer()]);
  });
  afterAll(async () => {
    await browser?.close();
    await seeing?.close();
    await blind?.close();
  });

  async function visit(s: FakeServer): Promise<{ page: Page; problems: string[]; asked: unknown[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    const asked: unknown[] = [];
    page.on('pageerror', (e) => problems.push(e.message));
    page.on('console', (m) => m.type() === 'error' && problems.push(m.text()));
    await page.route('**/v1/chat/completions', async (route) => {
      asked.push(route.request().postDataJSON().messages);
      const data = JSON.stringify({ choices: [{ delta: { content: 'A dot.' } }] });
      await route.fulfill({ contentType: 'text/event-stream', body: `data: ${data}\n\ndata: [DONE]\n\n` });
    });
    await page.goto(s.url);
    await until(page, `document.querySelector('#model').value === 'fake'`);
    return { page, problems, asked };
  }
  /** As a browser tells of files that are pasted or dropped. */
  const give = (page: Page, kind: 'paste' | 'drop', names: readonly string[], type = 'image/png'): Promise<void> =>
    page.evaluate(
      `{ const data = new DataTransfer();
         const bytes = Uint8Array.from(atob('${PNG}'), (c) => c.charCodeAt(0));
         for (const name of ${JSON.stringify(names)}) data.items.add(new File([bytes], name, { type: '${type}' }));
         const Kind = { paste: ClipboardEvent, drop: DragEvent }.${kind};
         document.dispatchEvent(new Kind('${kind}', { clipboardData: data, dataTransfer: data, cancelable: true })); }`,
    ) as Promise<void>;

  it('takes images that are chosen, pasted and dropped, and sends those that are not removed', async () => {
    const { page, problems, asked } = await visit(seeing);
    const file = { name: 'chosen.png', mimeType: 'image/png', buffer: Buffer.from(PNG, 'base64') };
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.press('#attach', 'Enter')]);
    await chooser.setFiles([file]);
    await page.waitForSelector('[title="Remove chosen.png"]');
    await give(page, 'paste', ['pasted.png']);
    await page.waitForSelector('[title="Remove pasted.png"]');
    await give(page, 'drop', ['dropped.png']);
    await page.waitForSelector('[title="Remove dropped.png"]');
    // By keyboard; what stands there next has the focus, the text where nothing does.
    await page.press('[title="Remove chosen.png"]', 'Delete');
    expect(await page.evaluate('document.activeElement.title')).toBe('Remove pasted.png');
    await page.keyboard.press('Enter');
    await page.fill('#text', 'What is it?');
    await page.press('#text', 'Enter');
    await until(page, `document.querySelector('.assistant')?.textContent === 'A dot.'`);
    const url = `data:image/png;base64,${PNG}`;
    const content = [
      { type: 'image_url', image_url: { url } },
      { type: 'text', text: 'What is it?' },
    ];
    expect(asked).toEqual([[{ role: 'user', content }]]);
    expect(await page.evaluate(`document.querySelector('.user img').naturalWidth`)).toBe(1);
    expect(await page.isHidden('#images')).toBe(true);
    // What is no image is refused.
    await give(page, 'drop', ['text.txt'], 'text/plain');
    await until(page, `document.querySelector('.error')?.textContent === 'only images can be attached'`);
    expect(problems).toEqual([]);
  });

  it('offers nothing where the model does not see', async () => {
    const { page } = await visit(blind);
    expect(await page.isHidden('#attach')).toBe(true);
    await give(page, 'paste', ['pasted.png']);
    await until(page, `document.querySelector('.error')?.textContent === 'fake does not see images'`);
    expect(await page.isHidden('#images')).toBe(true);
  });
});
