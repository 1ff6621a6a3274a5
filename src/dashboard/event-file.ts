import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../base/index.ts';
import { MetricsFile } from './metrics-file.ts';
import { startOf } from './runs.ts';

/*
 * Event files of TensorBoard: records with a masked CRC-32C of their length and of their bytes, each an `Event` as TensorFlow's event.proto has it. Only
 * numbers are written, as `simple_value` of summaries.
 */

const polynomial = 0x82f63b78;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ polynomial : c >>> 1;
  return c >>> 0;
});

/** CRC-32C (Castagnoli) of bytes. */
export function crc32c(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** The checksum as records have it: turned right by 15 bits, plus a constant. */
export function maskedCrc(bytes: Uint8Array): number {
  const c = crc32c(bytes);
  return (((c >>> 15) | (c << 17)) + 0xa282ead8) >>> 0;
}

/** A record: length (u64), its checksum (u32), bytes, their checksum (u32), all little-endian. */
export function recordOf(bytes: Uint8Array): Buffer {
  const record = Buffer.alloc(bytes.length + 16);
  record.writeBigUInt64LE(BigInt(bytes.length));
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(bytes, 12);
  record.writeUInt32LE(maskedCrc(bytes), 12 + bytes.length);
  return record;
}

/** Wire types of protocol buffers. */
const wire = { varint: 0, f64: 1, bytes: 2, f32: 5 } as const;

/** A whole number as a varint: seven bits at a time, the lowest first. */
function varint(n: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(n);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

const tag = (field: number, type: number): Buffer => varint((field << 3) | type);
const message = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([tag(field, wire.bytes), varint(bytes.length), bytes]);

function float(field: number, type: typeof wire.f32 | typeof wire.f64, value: number): Buffer {
  const bytes = Buffer.alloc(type === wire.f32 ? 4 : 8);
  if (type === wire.f32) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, type), bytes]);
}

/** The record that a file begins with. */
export const versionRecord = (wallTime: number): Buffer =>
  recordOf(Buffer.concat([float(1, wire.f64, wallTime), message(3, Buffer.from('brain.Event:2'))]));

/** The record of numbers at a step, at a time in seconds since 1970. */
export function scalarsRecord(
  wallTime: number,
  step: number,
  scalars: Iterable<readonly [tag: string, value: number]>,
): Buffer {
  const values = Array.from(scalars, ([name, value]) =>
    message(1, Buffer.concat([message(1, Buffer.from(name)), float(2, wire.f32, value)])),
  );
  return recordOf(
    Buffer.concat([float(1, wire.f64, wallTime), tag(2, wire.varint), varint(step), message(5, Buffer.concat(values))]),
  );
}

/** Records are collected up to so many bytes before they are written. */
const WRITE_BYTES = 2 ** 20;
/** Columns of the dashboard that are no metrics. */
const notMetrics = new Set(['step', 'time', 'tokens']);

/**
 * Writes the numbers of a run's metrics to an event file in the folder `tensorboard` beside them, instead of one that was written before; its path. The
 * time of a step is the run's start plus the time of the steps up to it. Throws `dashboard/no-metrics` for folders that have none.
 */
export function exportEvents(dir: string): string {
  const metrics = new MetricsFile(join(dir, 'metrics.jsonl'));
  while (metrics.readSome() === 'more');
  const { columns } = metrics;
  if (columns.length === 0)
    throw new UserError('dashboard/no-metrics', `${dir} has no metrics`, {
      expected: 'the folder of a run that has done a step',
    });
  const startSeconds = startOf(dir) / 1000;
  const to = join(dir, 'tensorboard');
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(to)) if (name.startsWith('events.out.tfevents.')) rmSync(join(to, name));
  const path = join(to, `events.out.tfevents.${String(Math.floor(startSeconds)).padStart(10, '0')}.${hostname()}.0.0`);
  const [steps, times] = [columns.get('step')!, columns.get('time')!];
  const series = columns.keys.flatMap((key) => (notMetrics.has(key) ? [] : [[key, columns.get(key)!] as const]));
  let waiting = [versionRecord(startSeconds)];
  let bytes = 0;
  const fd = openSync(path, 'w');
  const flush = (): void => {
    const all = Buffer.concat(waiting);
    for (let at = 0; at < all.length; ) at += writeSync(fd, all, at);
    waiting = [];
    bytes = 0;
  };
  try {
    for (let i = 0; i < columns.length; i++) {
      const scalars = series.flatMap(([key, values]) => (Number.isNaN(values[i]) ? [] : [[key, values[i]] as const]));
      if (scalars.length === 0) continue;
      const record = scalarsRecord(startSeconds + times[i], steps[i], scalars);
      waiting.push(record);
      bytes += record.length;
      if (bytes > WRITE_BYTES) flush();
    }
    flush();
  } finally {
    closeSync(fd);
  }
  return path;
}
