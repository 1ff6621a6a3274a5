import { trainTiny } from './train.ts';

/* What the test's page runs: the losses, or the error, end up where the test looks. */
declare const globalThis: { result?: unknown; readonly crossOriginIsolated?: boolean };
trainTiny(4, {}).then(
  (losses) => {
    globalThis.result = { losses, isIsolated: globalThis.crossOriginIsolated === true };
  },
  (error: unknown) => {
    globalThis.result = { error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) };
  },
);
