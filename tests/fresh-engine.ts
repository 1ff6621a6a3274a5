import { afterAll } from 'vitest';
import { createEngine, setDefaultEngine } from '../src/index.ts';

/* Files share a process: each leaves a default engine that works, whatever it did to its own. */
afterAll(() => {
  setDefaultEngine(createEngine(process.env.ESPALIER_ENGINE || undefined));
});
