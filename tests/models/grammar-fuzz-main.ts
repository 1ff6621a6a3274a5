import fc from 'fast-check';
import { mulberry } from '../random-numbers.ts';
import { anySchema, checkGroup, checkSchema, suiteGroups } from './schema-cases.ts';

/*
 * Random schemas, with texts that are drawn under them and looked at by ajv; and, of a folder of JSON-Schema-Test-Suite, values that must not be let through.
 * Ends with 1 for the first mistake of either kind.
 *   npm run fuzz:grammar -- 3000 1 [JSON-Schema-Test-Suite/tests/draft2020-12]       (schemas, seed)
 */

const [count = '1000', seed = '1', suite] = process.argv.slice(2);
const next = mulberry(Number(seed));
const outcomes = new Map<string, number>();
const failures: string[] = [];
const began = performance.now();
for (const schema of fc.sample(anySchema, { numRuns: Number(count), seed: Number(seed) })) {
  let outcome: string;
  try {
    outcome = checkSchema(schema, next, 3);
  } catch (error) {
    outcome = 'failed';
    failures.push(String((error as Error).message).slice(0, 2000));
  }
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
const ms = Math.round(performance.now() - began);
console.log(JSON.stringify({ schemas: Number(count), ...Object.fromEntries(outcomes), ms }));
if (suite !== undefined) {
  const total = { groups: 0, refused: 0, wrong: 0, valid: 0, letThrough: 0 };
  for (const group of suiteGroups(suite)) {
    total.groups++;
    const found = checkGroup(group);
    if (found === 'refused') {
      total.refused++;
      continue;
    }
    total.valid += found.valid;
    total.letThrough += found.let;
    total.wrong += found.wrong.length;
    for (const value of found.wrong)
      failures.push(
        `${group.file}: ${group.description}: ${JSON.stringify(value)} was let through by ${JSON.stringify(group.schema)}`,
      );
  }
  console.log(JSON.stringify(total));
}
for (const failure of failures.slice(0, 20)) console.error(failure);
process.exit(failures.length > 0 ? 1 : 0);
