import { ConfigReader, type Json } from './config-reader.ts';

/* What a folder says of the bits that its weights were trained for (MatQuant): rounded to others they are as good as any model's, not better. */

const FIELD = 'matquant';

/** The field of `config.json` that says for which bits weights were trained; undefined takes it away. */
export const trainedBitsField = (bits: readonly number[] | undefined): Json => ({ [FIELD]: bits });

/** The bits that the weights of a folder with this `config.json` were trained for, if for any. Throws `models/config`. */
export const trainedBits = (config: Json): readonly number[] | undefined => new ConfigReader(config).numbers(FIELD);
