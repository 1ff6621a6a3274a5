import { findPlugin } from '../../src/runtime/index.ts';

/** The plugin tests run on, and why they do not where there is none. */
export const plugin = findPlugin();
if (!plugin)
  console.log(
    'skipped: no PJRT plugin is here; "npx espalier engine add xla-cpu" adds one (or set ESPALIER_PJRT_PLUGIN)',
  );
else if (plugin.kind !== 'cpu')
  console.log(`XLA tests run on ${plugin.path}; skipped: those that ask for a number of CPU devices`);
