import { writeFileSync } from 'node:fs';
import { abiHeader } from '../src/compile/index.ts';

/* Writes native/abi.h from the tables of src/compile/emit/c/abi.ts. */
writeFileSync(new URL('../native/abi.h', import.meta.url), abiHeader());
