import { type ErrorCode, UserError } from '../../base/index.ts';
import { OpenedFile } from './opened-file.ts';

export const isRecord = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && !Array.isArray(x);

/** The value in a file of JSON of at most `maxBytes` bytes. Throws `code` for anything else. */
export function readJsonFile(path: string, code: ErrorCode, maxBytes: number): unknown {
  const file = new OpenedFile(path, code);
  try {
    if (file.numBytes > maxBytes)
      throw new UserError(code, `${path} is too long`, {
        expected: `at most ${maxBytes} bytes`,
        given: `${file.numBytes}`,
      });
    return JSON.parse(Buffer.from(file.read(0, file.numBytes)).toString('utf8'));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(code, `${path} is no JSON`, {
      given: String((error as Error).message).slice(0, 120),
      cause: error,
    });
  } finally {
    file.close();
  }
}
