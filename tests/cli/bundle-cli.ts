import { bundle } from '../../scripts/bundle.ts';

/** Before all tests: the command line as it is installed, but from the sources. Loading those one by one takes seconds each time. */
export const setup = (): Promise<void> => bundle('build/test');
