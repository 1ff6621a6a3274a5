import { conformanceRoot } from './files.ts';

/** Cases of every suite over the conformance data, so that a run without the data says what it leaves out. */
const cases = {
  'parse → print → parse': 1542,
  'Shardy sharding rules': 72,
  'Shardy rules': 77,
  'Shardy propagate': 134,
  'Shardy pipeline': 47,
  'Shardy reshard': 320,
  'Shardy execute': 42,
  'StableHLO interpret': 290,
  'StableHLO testdata': 1379,
} as const;

export interface SuiteData {
  /** The folder of the data; undefined where it is absent. */
  readonly root: string | undefined;
  readonly cases: number;
  /** For the name of the suite: empty, or why it is skipped. */
  readonly note: string;
}

/** The data of a suite. Says on the console what is skipped where it is absent. */
export function suiteData(suite: keyof typeof cases): SuiteData {
  const root = conformanceRoot();
  if (root) return { root, cases: cases[suite], note: '' };
  const note = `skipped: ${cases[suite]} cases, shared/conformance does not lie beside this project`;
  console.log(`${suite}: ${note}`);
  return { root, cases: cases[suite], note: ` (${note})` };
}
