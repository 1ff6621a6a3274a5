import fc from 'fast-check';

/* Property tests draw the same cases in every run; ESPALIER_SEED draws others. A failure prints its seed. */
fc.configureGlobal({ seed: Number(process.env.ESPALIER_SEED ?? 1) });
