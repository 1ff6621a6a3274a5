import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { NativeModule } from '../../compile/index.ts';
import {
  parseSharding,
  parseTypeText,
  shardingText,
  type TensorSharding,
  type TensorType,
  typeText,
} from '../../ir/index.ts';
import type { BoundaryShardings } from '../../program/index.ts';
import { nativeDirectory, ownFile } from '../package-files.ts';
import { cacheDirectory, isIntact, readRecord, recordPath, writeRecord } from './cache-files.ts';
import { headerText } from './compile-cache.ts';
import { toolchainKey } from './compiler.ts';

/*
 * What is known of compiled programs, by what they were made from: a process that asks for one again neither optimizes nor
 * partitions nor lowers it, and starts no compiler.
 */

/** What the engine must know of a program to run it, besides its code and its callback steps. */
export type ProgramDescription = Pick<
  NativeModule,
  'argTypes' | 'resultTypes' | 'arenaBytes' | 'constants' | 'barrierCount' | 'aliases' | 'timeUs' | 'points' | 'kept'
>;

export interface ProgramRecord {
  /** Path of the shared object. */
  readonly path: string;
  readonly description: ProgramDescription;
  /** How its arguments and results lie on its mesh. */
  readonly boundary: BoundaryShardings;
}

/** A record as JSON. */
interface Written extends Omit<ProgramDescription, 'argTypes' | 'resultTypes' | 'constants'> {
  readonly object: string;
  readonly argTypes: readonly string[];
  readonly resultTypes: readonly string[];
  readonly constants: string;
  readonly inShardings: readonly (string | null)[];
  readonly outShardings: readonly (string | null)[];
}

/** Where the record of a program lies. `key` is the program and all options: its text, not a name. */
export const programRecordPath = (key: string): string => recordPath('program', `${environmentKey()}\n${key}`);

/** Keeps what {@link readProgramRecord} finds. */
export function recordProgram(
  recordFile: string,
  path: string,
  d: ProgramDescription,
  boundary: BoundaryShardings,
): void {
  const written: Written = {
    object: basename(path),
    argTypes: d.argTypes.map(typeText),
    resultTypes: d.resultTypes.map(typeText),
    arenaBytes: d.arenaBytes,
    constants: Buffer.from(d.constants).toString('base64'),
    barrierCount: d.barrierCount,
    aliases: d.aliases,
    timeUs: d.timeUs,
    points: d.points,
    kept: d.kept,
    inShardings: boundary.inShardings.map(textOrNull),
    outShardings: boundary.outShardings.map(textOrNull),
  };
  writeRecord(recordFile, written);
}

/** The record, or undefined. Whether its shared object is still there is another question: see {@link hasObject}. */
export function readProgramRecord(recordFile: string): ProgramRecord | undefined {
  const w = readRecord(recordFile) as Written | undefined;
  if (!w) return undefined;
  const types = (texts: readonly string[]): TensorType[] => texts.map((text) => parseTypeText(text) as TensorType);
  const { arenaBytes, barrierCount, aliases, timeUs, points, kept } = w;
  const constants = new Uint8Array(Buffer.from(w.constants, 'base64'));
  return {
    path: join(cacheDirectory(), w.object),
    description: {
      argTypes: types(w.argTypes),
      resultTypes: types(w.resultTypes),
      arenaBytes,
      constants,
      barrierCount,
      aliases,
      timeUs,
      points,
      kept,
    },
    boundary: { inShardings: w.inShardings.map(orUndefined), outShardings: w.outShardings.map(orUndefined) },
  };
}

const textOrNull = (s: TensorSharding | undefined): string | null => (s ? shardingText(s) : null);
const orUndefined = (text: string | null): TensorSharding | undefined =>
  text === null ? undefined : parseSharding(text);

export const hasObject = (record: ProgramRecord): Promise<boolean> => isIntact(record.path);

let code: string | undefined;
/** Everything but the program that shapes its code: this version of Espalier, the C headers, the compiler, the processor. */
function environmentKey(): string {
  code ??= createHash('sha256').update(`${codeKey()}\n${headerText()}`).digest('hex');
  return `${code}\n${toolchainKey()}`;
}

/** Text that is another one when Espalier's own code is: sizes and dates of its files. */
function codeKey(): string {
  const version = readFileSync(join(nativeDirectory(), '..', 'package.json'), 'utf8');
  return [version, ownFile, ...codeFiles().map(stampOf).sort()].join('\n');
}

/** All our modules or, in somebody's bundle, that one file: what else lies beside it is none of ours. */
function codeFiles(): string[] {
  const here = dirname(ownFile);
  if (!here.startsWith(join(nativeDirectory(), '..'))) return [ownFile];
  // Bundles (scripts/bundle.ts) lie side by side; otherwise this is the room `runtime` of a tree of rooms.
  const root = basename(here) === 'runtime' ? dirname(here) : here;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((f) => /\.[jt]s$/.test(f.name))
    .map((f) => join(f.parentPath ?? f.path, f.name));
}

function stampOf(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}
