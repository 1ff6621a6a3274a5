import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import { exportEvents, runsIn, startDashboard } from '../../dashboard/index.ts';
import { nonNegativeInteger } from '../options.ts';
import { stopOnSignals } from '../stop-signal.ts';

interface DashboardCommandOptions {
  readonly port: number;
  readonly exportTensorboard?: boolean;
}

export function addDashboardCommand(program: Command): void {
  program
    .command('dashboard')
    .description('Watch runs in a browser: a page of this machine, which reads their folders.')
    .argument('[runs...]', 'folders of runs, or folders with such (default: runs)')
    .option('--port <n>', '0 takes a free one', nonNegativeInteger, 6060)
    .option('--export-tensorboard', 'write the metrics of each run as an event file in its folder tensorboard, and end')
    .action(async (folders: readonly string[], o: DashboardCommandOptions) => {
      const roots = (folders.length > 0 ? folders : ['runs']).map((folder) => resolve(folder));
      const missing = folders.find((_, i) => !existsSync(roots[i]));
      if (missing !== undefined)
        throw new UserError('cli/runs', `there is no folder ${missing}`, { expected: 'a run, or a folder with runs' });
      if (o.exportTensorboard) {
        const dirs = roots.flatMap((root) => runsIn(root));
        if (dirs.length === 0) throw new UserError('cli/runs', 'there is no run to export');
        for (const dir of dirs) console.log(relative(process.cwd(), exportEvents(dir)));
        return;
      }
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
