import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../base/index.ts';
import type { Setting } from '../../train/index.ts';
import { VERSION } from '../version.ts';
import { commandPath, isGiven, layersFor, settableOptions, textOf } from './layers.ts';

/*
 * What a run was made with, in its folder: every setting with where it came from, the machine, the data. `espalier repro` starts the same run from it.
 */

export const MANIFEST = 'manifest.json';

export interface SettingRecord {
  readonly value: Setting;
  /** `default`, a preset, a file, a variable, or `--option`. */
  readonly source: string;
}

export interface DataRecord {
  readonly path: string;
  readonly bytes: number;
  /** sha256 of the file, or of its first and last MiB where it is larger than 64 MiB. */
  readonly fingerprint: string;
}

export interface MachineRecord {
  readonly espalier: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly numCores: number;
  readonly memoryBytes: number;
  readonly engine: string;
}

export interface RunManifest {
  readonly espalier: 'manifest';
  readonly command: string;
  /** Paths among settings are relative to it. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, SettingRecord>>;
  readonly machine: MachineRecord;
  readonly data: readonly DataRecord[];
  /** Each time that the run began or went on. */
  readonly starts: readonly {
    readonly at: string;
    readonly resumed: boolean;
    readonly commandLine: readonly string[];
  }[];
}

export const machineNow = (engine: string): MachineRecord => ({
  espalier: VERSION,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  numCores: cpus().length,
  memoryBytes: totalmem(),
  engine,
});

const WHOLE_BYTES = 2 ** 26;
const END_BYTES = 2 ** 20;

/** What tells a file from others, without reading all of a large one. Undefined: it is not there, or no file. */
export function fingerprintOf(path: string): DataRecord | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return undefined;
  const hash = createHash('sha256');
  if (stat.size <= WHOLE_BYTES) hash.update(readFileSync(path));
  else {
    const fd = openSync(path, 'r');
    try {
      for (const at of [0, stat.size - END_BYTES]) {
        const part = Buffer.alloc(END_BYTES);
        readSync(fd, part, 0, END_BYTES, at);
        hash.update(part);
      }
    } finally {
      closeSync(fd);
    }
  }
  return { path, bytes: stat.size, fingerprint: hash.digest('hex') };
}

/** A value as it would be typed. */
const settingOf = (value: unknown): Setting => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((x) => (typeof x === 'number' ? x : String(x)));
  return String(value);
};

/** Options that say where and how a run goes on, not what it is. */
export const ofTheRun = ['out', 'resume'];

/** Records a run of a command in its folder. */
export class RunRecord {
  readonly #command: Command;
  readonly #out: string;
  readonly #chosen = new Map<string, SettingRecord>();
  #data: readonly string[] = [];
  #engine = '';
  #isWritten = false;

  constructor(command: Command, out: string) {
    this.#command = command;
    this.#out = out;
  }

  /** What was chosen for settings that nobody gave, and why. */
  choose(settings: Readonly<Record<string, unknown>>, source: string = 'default'): void {
    for (const [name, value] of Object.entries(settings))
      if (value !== undefined && !isGiven(this.#command, name))
        this.#chosen.set(name, { value: settingOf(value), source });
  }

  /** Where it runs, and files that it reads. */
  uses(engine: string, data: readonly string[]): void {
    this.#engine = engine;
    this.#data = data;
  }

  /** Writes the manifest, once, when the run has its folder. A full disk or a damaged file of before does not end the run: `warn` is told. */
  write(resumed: boolean, warn: (text: string) => void): void {
    if (this.#isWritten) return;
    this.#isWritten = true;
    try {
      this.#write(resumed);
    } catch (error) {
      warn(`warning  the run has no new ${MANIFEST}: ${(error as Error).message}`);
    }
  }

  #write(resumed: boolean): void {
    const path = join(this.#out, MANIFEST);
    const before = existsSync(path) ? readManifest(this.#out) : undefined;
    const start = { at: new Date().toISOString(), resumed, commandLine: process.argv.slice(2) };
    const manifest: RunManifest = {
      espalier: 'manifest',
      command: commandPath(this.#command),
      folder: process.cwd(),
      settings: this.#settings(),
      machine: machineNow(this.#engine),
      data: this.#data.flatMap((file) => fingerprintOf(file) ?? []),
      starts: [...(before?.starts ?? []), start],
    };
    const temporary = `${path}.new`;
    writeFileSync(temporary, `${JSON.stringify(manifest, null, 2)}\n`);
    renameSync(temporary, path);
  }

  #settings(): Record<string, SettingRecord> {
    const all: [string, SettingRecord][] = [];
    for (const option of settableOptions(this.#command)) {
      const name = option.attributeName();
      if (ofTheRun.includes(name)) continue;
      const chosen = this.#chosen.get(name);
      const last = layersFor(this.#command).get(name)?.at(-1);
      if (chosen) all.push([name, chosen]);
      else if (last) {
        const value = last.source === 'default' ? settingOf(last.value) : textOf(this.#command, option, last);
        all.push([name, { value, source: last.source }]);
      }
    }
    return Object.fromEntries(all);
  }
}

/** Throws `cli/manifest` for folders that have none, and for files that are none. */
export function readManifest(dir: string): RunManifest {
  const path = join(dir, MANIFEST);
  if (!existsSync(path))
    throw new UserError('cli/manifest', `${dir} has no ${MANIFEST}`, {
      expected: 'the folder of a run of espalier train',
      ...(existsSync(dir) ? {} : { given: 'no such folder' }),
    });
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError('cli/manifest', `${path} is no JSON`, { given: (cause as Error).message, cause });
  }
  if (!isManifest(manifest)) throw new UserError('cli/manifest', `${path} is no manifest of a run, or damaged`);
  return manifest;
}

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && !Array.isArray(x);
const isSetting = (x: unknown): boolean =>
  Array.isArray(x)
    ? x.every((y) => ['string', 'number'].includes(typeof y))
    : ['string', 'number', 'boolean'].includes(typeof x);

function isManifest(x: unknown): x is RunManifest {
  if (!isRecord(x) || x.espalier !== 'manifest' || !isRecord(x.settings) || !isRecord(x.machine)) return false;
  const { settings, data, starts } = x;
  return (
    [x.command, x.folder].every((text) => typeof text === 'string') &&
    Object.values(settings).every((s) => isRecord(s) && isSetting(s.value) && typeof s.source === 'string') &&
    Array.isArray(data) &&
    data.every((d) => isRecord(d) && typeof d.path === 'string' && typeof d.fingerprint === 'string') &&
    Array.isArray(starts)
  );
}
