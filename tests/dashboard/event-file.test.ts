import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { crc32c, recordOf, scalarsRecord } from '../../src/dashboard/event-file.ts';
import { exportEvents } from '../../src/dashboard/index.ts';
import { writeRun } from './files.ts';

const work = mkdtempSync(join(tmpdir(), 'espalier-events-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** CRC-32C bit by bit, without a table. */
function slowCrc(bytes: Uint8Array): number {
  let c = 0xffffffffn;
  for (const byte of bytes) {
    c ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) c = c & 1n ? (c >> 1n) ^ 0x82f63b78n : c >> 1n;
  }
  return Number(c ^ 0xffffffffn);
}
const masked = (bytes: Uint8Array): number => {
  const c = BigInt(slowCrc(bytes));
  return Number((((c >> 15n) | (c << 17n)) + 0xa282ead8n) & 0xffffffffn);
};

test('the checksum is that of RFC 3720 for its samples, and of any bytes', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const record = recordOf(bytes);
      expect(record.readBigUInt64LE()).toBe(BigInt(bytes.length));
      expect(record.readUInt32LE(8)).toBe(masked(record.subarray(0, 8)));
      expect(record.subarray(12, -4)).toEqual(Buffer.from(bytes));
      expect(record.readUInt32LE(record.length - 4)).toBe(masked(bytes));
    }),
  );
});

test('an event of a number is these bytes', () => {
  // wall_time 1.5, step 300, summary { value { tag "loss", simple_value 0.25 } }, by hand after event.proto and summary.proto.
  const event = '09000000000000f83f10ac022a0d0a0b0a046c6f737315000080' + '3e';
  expect(
    scalarsRecord(1.5, 300, [['loss', 0.25]])
      .subarray(12, -4)
      .toString('hex'),
  ).toBe(event);
});

/** Records of a file, whose checksums are right. */
function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(masked(file.subarray(at, at + 8)));
    records.push(file.subarray(at + 12, at + 12 + length));
    expect(file.readUInt32LE(at + 12 + length)).toBe(masked(records.at(-1)!));
    at += 16 + length;
  }
  return records;
}

test('a run has one record for each line, behind the version; a second export takes the place of the first', () => {
  const dir = join(work, 'run');
  writeRun(dir, [
    { step: 1, loss: 2, timeMs: 500 },
    { step: 2, loss: null, timeMs: 500, tasks: { math: 4 } },
  ]);
  const path = exportEvents(dir);
  expect(exportEvents(dir)).toBe(path);
  const start = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
  expect(path).toMatch(new RegExp(`tensorboard/events\\.out\\.tfevents\\.${start}\\.`));
  const [version, ...events] = recordsOf(readFileSync(path));
  expect(version.subarray(9).toString('latin1')).toBe('\x1a\rbrain.Event:2');
  expect(events).toEqual([
    recordsOf(
      scalarsRecord(start + 0.5, 1, [
        ['loss', 2],
        ['timeMs', 500],
      ]),
    )[0],
    recordsOf(
      scalarsRecord(start + 1, 2, [
        ['timeMs', 500],
        ['tasks/math', 4],
      ]),
    )[0],
  ]);
  expect(() => exportEvents(work)).toThrow('has no metrics');
});
