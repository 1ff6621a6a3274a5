import { UserError } from '../../base/index.ts';

/**
 * Lists of integers are f32 unless a dtype is given, and f32 has no room for all integers beyond 2^24. Throws `api/inexact` rather
 * than let an identifier or a time turn into another one.
 */
export function requireExact(values: readonly (number | boolean | bigint)[]): void {
  if (!values.every(Number.isSafeInteger)) return;
  const lost = values.find((v) => Math.fround(v as number) !== v);
  if (lost !== undefined)
    throw new UserError(
      'api/inexact',
      `the integer ${lost} has no exact place in f32, the dtype of numbers by default`,
      {
        expected: `integers up to 2^24 = ${2 ** 24}, or a dtype`,
        given: `${lost}`,
        advice: "give the dtype: np.array(x, 'i32') or 'i64' keeps integers, 'f32' rounds them",
      },
    );
}
