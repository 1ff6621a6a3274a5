import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { startDashboard } from '../../dashboard/index.ts';
import { nonNegativeInteger } from '../options.ts';
import { stopOnSignals } from '../stop-signal.ts';

export function addDashboardCommand(program: Command): void {
  program
    .command('dashboard')
    .description('Watch runs in a browser: a page of this machine, which reads their folders and changes nothing.')
    .argument('[runs...]', 'folders of runs, or folders with such (default: runs)')
    .option('--port <n>', '0 takes a free one', nonNegativeInteger, 6060)
    .action(async (folders: readonly string[], o: { readonly port: number }) => {
      const roots = (folders.length > 0 ? folders : ['runs']).map((folder) => resolve(folder));
      const missing = folders.find((_, i) => !existsSync(roots[i]));
      if (missing !== undefined)
        throw new UserError('cli/runs', `there is no folder ${missing}`, { expected: 'a run, or a folder with runs' });
      const dashboard = await startDashboard({ roots, html: readPage(), port: o.port });
      console.log(`dashboard at ${dashboard.url} (Ctrl-C ends it)`);
      const stop = stopOnSignals(() => {});
      await new Promise((done) => stop.signal.addEventListener('abort', done));
      await dashboard.close();
      stop.release();
    });
}

/** The build puts the page beside the bundle of the command line. */
function readPage(): string {
  const path = fileURLToPath(new URL('../web/dashboard.html', import.meta.url));
  if (!existsSync(path))
    throw new UserError('cli/page', 'the page of the dashboard is not built', { advice: 'run npm run build' });
  return readFileSync(path, 'utf8');
}
