/*
 * npm run conformance -- rules|propagate|pipeline|reshard|execute … [--json FILE] [--verbose] [--file PART]
 * npm run conformance -- stablehlo|interpret [DIR] [--engine reference|cpu|xla] [--constants-as-arguments] [--json FILE] [--file PART]
 * Runs Shardy's and StableHLO's own tests from the shared conformance folder; exit status 0 only if nothing failed.
 */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runExecuteFile } from './execute-suite.ts';
import { conformanceRoot } from './files.ts';
import { printReport } from './report.ts';
import { isStablehloSuite, runStablehloSuite } from './stablehlo-suites.ts';
import { type CaseResult, runTextFile } from './text-suites.ts';

const suites = ['rules', 'propagate', 'pipeline', 'reshard', 'execute'];

function filesUnder(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesUnder(path) : path.endsWith('.mlir') ? [path] : [];
    });
}

function main(args: readonly string[]): number {
  const folder = conformanceRoot();
  if (!folder) {
    console.log('skipped: the conformance data (../shared/conformance) is not here');
    return 0;
  }
  const option = (name: string): string | undefined => {
    const i = args.indexOf(name);
    return i < 0 ? undefined : args[i + 1];
  };
  const json = option('--json');
  const part = option('--file');
  const verbose = args.includes('--verbose');
  const chosen = args.filter((a) => suites.includes(a));
  const all: Record<string, CaseResult[]> = {};
  let failed = 0;
  for (const suite of chosen.length > 0 ? chosen : suites) {
    let passedInSuite = 0;
    let totalInSuite = 0;
    for (const file of filesUnder(join(folder, 'shardy', suite))) {
      const short = file.slice(folder.length + 'shardy/'.length + 1);
      if (part && !short.includes(part)) continue;
      const results = suite === 'execute' ? runExecuteFile(file) : runTextFile(file);
      all[short] = results;
      const passed = results.filter((r) => r.error === undefined).length;
      passedInSuite += passed;
      totalInSuite += results.length;
      failed += results.length - passed;
      console.log(
        `${passed === results.length ? 'ok  ' : 'FAIL'} ${`${passed}/${results.length}`.padStart(8)}  ${short}`,
      );
      if (verbose)
        for (const r of results)
          if (r.error) console.log(`     ${r.name}\n       ${r.error.replaceAll('\n', '\n       ')}`);
    }
    console.log(`---- ${suite}: ${passedInSuite} of ${totalInSuite}`);
  }
  if (json) writeFileSync(json, `${JSON.stringify(all, undefined, 1)}\n`);
  return failed === 0 ? 0 : 1;
}

/** A StableHLO suite over `DIR` or the shared folder. */
async function stablehlo(args: readonly string[]): Promise<number> {
  const options: Record<string, string> = {};
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (['--json', '--engine', '--file'].includes(args[i])) options[args[i++].slice(2)] = args[i];
    else if (!args[i].startsWith('--')) words.push(args[i]);
  }
  const [suite, directory] = words;
  if (!isStablehloSuite(suite)) throw new Error(`unknown suite ${suite}`);
  const report = await runStablehloSuite(suite, {
    directory,
    engine: options.engine,
    part: options.file,
    constantsAsArguments: args.includes('--constants-as-arguments'),
  });
  if (!report) {
    console.log(`skipped: there are no files to run at ${directory ?? '../shared/conformance'}`);
    return 0;
  }
  printReport(report);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 1)}\n`);
  return report.failed === 0 ? 0 : 1;
}

const args = process.argv.slice(2);
process.exitCode = args.some(isStablehloSuite) ? await stablehlo(args) : main(args);
