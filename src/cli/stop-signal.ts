/** Aborts on Ctrl-C and `kill`, after telling so; the second time the process leaves at once. `release` ends it. */
export function stopOnSignals(note: (text: string) => void): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    note('stopping after this step (press Ctrl-C again to leave at once)');
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const release = (): void => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  return { signal: stop.signal, release };
}
