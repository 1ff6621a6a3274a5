/*
 * npm run conformance -- rules|propagate|pipeline|reshard|execute … [--json FILE] [--verbose] [--file PART]
 * Runs Shardy's own tests from the shared conformance folder; exit status 0 only if nothing failed.
 */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runExecuteFile } from './execute-suite.ts';
import { conformanceRoot } from './files.ts';
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

process.exitCode = main(process.argv.slice(2));
