import { MAX_EVENTS } from '../../compile/index.ts';
import type { Address, NativeLibrary, NativeProgram } from './library.ts';

/** Number of a profile point, number of the device, beginning and end in nanoseconds. */
export type RawEvent = readonly [point: number, device: number, startNs: number, endNs: number];

const WORDS = 4;

/**
 * The events that loaded code records. It has one buffer, whatever the number of device sets it runs on: who takes the events of its
 * own devices leaves those of others for them.
 */
export class EventLog {
  private readonly library: NativeLibrary;
  private readonly addresses: () => readonly [events: Address, counter: Address];
  private left: RawEvent[] = [];
  private rowsRead = 0;

  constructor(library: NativeLibrary, program: NativeProgram) {
    this.library = library;
    this.addresses = () => [library.symbol(program, 'esp_events'), library.symbol(program, 'esp_event_count')];
  }

  /**
   * Events of these devices since the last call. While code records on other devices (`isRecording`), its buffer is read but not
   * emptied.
   */
  take(ids: readonly number[], isRecording: boolean): RawEvent[] {
    const own = new Set(ids);
    const all = [...this.left, ...this.drain(isRecording)];
    this.left = all.filter(([, device]) => !own.has(device)).slice(-MAX_EVENTS);
    return all.filter(([, device]) => own.has(device));
  }

  private drain(isRecording: boolean): RawEvent[] {
    const [events, counter] = this.addresses();
    const count = new BigInt64Array(1);
    this.library.copyOut(count, counter);
    const rows = Math.min(MAX_EVENTS, Number(count[0])) - this.rowsRead;
    const data = new BigInt64Array(WORDS * rows);
    this.library.copyOut(data, events, 8 * WORDS * this.rowsRead);
    const read: RawEvent[] = [];
    for (let i = 0; i < rows; i++) {
      const [point, device, startNs, endNs] = [0, 1, 2, 3].map((k) => Number(data[WORDS * i + k]));
      if (endNs === 0) break; // counted, but not written yet
      read.push([point, device, startNs, endNs]);
    }
    this.rowsRead += read.length;
    if (!isRecording && this.rowsRead > 0) {
      this.library.copyIn(events, new BigInt64Array(WORDS * this.rowsRead));
      this.library.copyIn(counter, new BigInt64Array(1));
      this.rowsRead = 0;
    }
    return read;
  }
}

const logs = new Map<Address, WeakRef<EventLog>>();

/** The log of loaded code: the same for all executables made of it, as long as one of them lives. */
export function eventLogOf(library: NativeLibrary, program: NativeProgram): EventLog {
  const known = logs.get(program.handle)?.deref();
  if (known) return known;
  const log = new EventLog(library, program);
  logs.set(program.handle, new WeakRef(log));
  return log;
}
