import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startServer } from './fake-server.ts';
import { attack, attacked, hostile } from './hostile.ts';

/* `npm run fuzz:serve` sends ten thousand. */
test('hostile requests get nothing but 2xx and 4xx, and leave nothing behind', async () => {
  const s = await startServer({}, { requestTimeoutMs: 1500 }, attacked.engine, attacked.model);
  const port = Number(new URL(s.url).port);
  const all = fc.sample(hostile, { numRuns: 300, seed: Number(process.env.ESPALIER_SEED ?? 1) });
  const statuses = new Map<number, number>();
  for (let at = 0; at < all.length; at += 30)
    for (const status of await Promise.all(all.slice(at, at + 30).map((h) => attack(port, h))))
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
  expect([...statuses.keys()].filter((x) => x >= 500)).toEqual([]);
  expect(statuses.get(400)).toBeGreaterThan(50);
  expect((await fetch(`${s.url}/health`)).status).toBe(200);
  while (s.engine.state.numUsedPages > 0) await new Promise((done) => setTimeout(done, 5));
  expect(s.engine.state).toMatchObject({ numRunning: 0, numWaiting: 0 });
  expect(s.logged.filter((l) => 'level' in l && l.level === 'error')).toEqual([]);
  await s.close();
});
