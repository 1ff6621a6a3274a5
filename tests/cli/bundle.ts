import { bundle } from '../../scripts/bundle.ts';

/** Before the tests of this project: the command line as it is installed, since loading the sources one by one takes seconds each time. */
export const setup = (): Promise<void> => bundle('build/test');
