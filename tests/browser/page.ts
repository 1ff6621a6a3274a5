import { trainTiny } from './train.ts';

/* What the test's page runs: the losses, or the error, end up where the test looks. */
const page = globalThis as { result?: unknown; readonly crossOriginIsolated?: boolean };
trainTiny(4, {}).then(
  (losses) => {
    page.result = { losses, isIsolated: page.crossOriginIsolated === true };
  },
  (error: unknown) => {
    page.result = { error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) };
  },
);
