/*
 * npm run conformance -- SUITE [DIR] [--json FILE] [--file PART]
 *   SUITE: rules, propagate, pipeline, reshard, execute (Shardy's tests), stablehlo, interpret (StableHLO's);
 *   the last two also take [--engine reference|cpu|wasm|xla] [--constants-as-arguments]
 * Runs the tests of a suite from the shared conformance folder, or from DIR; without a suite all of Shardy's. Prints a table, every
 * failure and the reasons of skips; FILE gets the same as JSON. Exit status 0 only if nothing failed.
 */
import { writeFileSync } from 'node:fs';
import { printReport, type SuiteReport } from './report.ts';
import { isShardySuite, runShardySuite, shardySuites } from './shardy-suites.ts';
import { isStablehloSuite, runStablehloSuite } from './stablehlo-suites.ts';

async function main(args: readonly string[]): Promise<number> {
  const options: Record<string, string> = {};
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (['--json', '--engine', '--file'].includes(args[i])) options[args[i].slice(2)] = args[++i];
    else if (!args[i].startsWith('--')) words.push(args[i]);
  }
  const isSuite = (word: string): boolean => isShardySuite(word) || isStablehloSuite(word);
  const suites = words.filter(isSuite);
  const [directory, ...rest] = words.filter((w) => !isSuite(w));
  if (rest.length > 0) throw new Error(`neither a suite nor the one directory: ${rest.join(' ')}`);
  if (directory !== undefined && suites.length !== 1) throw new Error('a directory needs one suite to run it as');
  const reports: SuiteReport[] = [];
  for (const suite of suites.length > 0 ? suites : shardySuites) {
    const where = { directory, part: options.file };
    const report = isStablehloSuite(suite)
      ? await runStablehloSuite(suite, {
          ...where,
          engine: options.engine,
          constantsAsArguments: args.includes('--constants-as-arguments'),
        })
      : isShardySuite(suite)
        ? runShardySuite(suite, where)
        : undefined;
    if (!report) {
      console.log(`skipped ${suite}: there are no files to run at ${directory ?? '../shared/conformance'}`);
      continue;
    }
    printReport(report);
    reports.push(report);
  }
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 1)}\n`);
  return reports.every((r) => r.failed === 0) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
