import { EspalierError } from '../../src/index.ts';

/** The error of ours that `f` throws; another one, or none, fails the test. */
export function errorOf(f: () => unknown): EspalierError {
  try {
    f();
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
