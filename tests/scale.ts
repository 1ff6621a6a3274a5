/** So many cases of a test that could go on for ever, times `$ESPALIER_TEST_SCALE`: 1 in `npm test`, 5 in `npm run test:long`. */
export const scaled = (cases: number): number => Math.ceil(cases * Number(process.env.ESPALIER_TEST_SCALE ?? 1));
