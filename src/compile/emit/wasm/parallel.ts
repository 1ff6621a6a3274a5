import { atomicAdd, type Callee, compareExchange, get, i32, load, op } from './function-builder.ts';
import type { WasmLibrary } from './library.ts';

/*
 * A device's block of memory, shared between its threads and the runtime (src/runtime/wasm/team.ts), and dealing out a loop to
 * them. Byte offsets from the device's address:
 */

/** Threads of the device; 1: nobody else to wake. */
export const THREADS = 0;
/** The device's number, and how many there are. */
export const DEVICE_ID = 4;
export const DEVICE_COUNT = 8;
/** Addresses of what the devices of a run share, and of the program's tables. */
export const RUN = 12;
export const TABLES = 16;
/** In the shared block: two words per device (operand and result of a collective), then 64 bytes per barrier. */
export const BARRIERS = 8192;
/** Counts jobs; helpers wait for it to change. */
export const GENERATION = 64;
/** Whether the present job takes helpers, and how many are inside. */
export const OPEN = 68;
export const BUSY = 72;
/** First point nobody took yet, number of points, points of the smallest piece. */
export const NEXT = 76;
export const COUNT = 80;
export const GRAIN = 84;
/** Function of the job in the table of the program. */
export const FUNCTION = 88;
/** Number of the program in the workers. */
export const PROGRAM = 92;
/** Helpers asleep. */
export const SLEEPERS = 96;
/** Messages sent to the helpers so far. */
export const MESSAGES = 100;
/** A device's question to the main thread: 0 until answered; and the answer, if it is a number. */
export const REPLY = 104;
export const ANSWER = 112;
/** Arguments of the job. */
export const CONTEXT = 256;
export const DEVICE_BYTES = 4096;

/** `parallel(device, function, count, grain)`: calls function(context, begin, end) on pieces of 0 … count, which begin at multiples of `grain`. */
export function parallel(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('parallel', ['i32', 'i32', 'i32', 'i32'], undefined, (f) => {
    const [dev, index, count, grain] = f.arguments;
    const type = lib.module.typeIndex(['i32', 'i32', 'i32']);
    const context = op('i32.add', dev, i32(CONTEXT));
    const alone = op('i32.or', op('i32.le_s', load('i32.load', dev, THREADS), i32(1)), op('i32.le_s', count, grain));
    f.if(alone, () => {
      f.callIndirect(index, type, context, i32(0), count);
      f.return();
    });
    f.store('i32.store', dev, count, COUNT);
    f.store('i32.store', dev, grain, GRAIN);
    f.store('i32.store', dev, index, FUNCTION);
    f.store('i32.atomic.store', dev, i32(0), NEXT);
    f.store('i32.atomic.store', dev, i32(1), OPEN);
    f.run(atomicAdd('i32.atomic.rmw.add', dev, GENERATION, i32(1)));
    f.if(load('i32.atomic.load', dev, SLEEPERS), () => f.notify(dev, GENERATION, i32(-1)));
    f.call(work(lib), dev);
    f.store('i32.atomic.store', dev, i32(0), OPEN);
    // Those still inside finish their last piece.
    f.loop((again, leave) => {
      leave(0, op('i32.eqz', load('i32.atomic.load', dev, BUSY)));
      again();
    });
  });
}

/**
 * `work(device)`: takes pieces of the present job until none is left. Pieces get smaller as the work does, down to the grain:
 * a thread that another program slows down is not waited for long.
 */
export function work(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('work', ['i32'], undefined, (f) => {
    const [dev] = f.arguments;
    const type = lib.module.typeIndex(['i32', 'i32', 'i32']);
    const [count, grain, job] = [COUNT, GRAIN, FUNCTION].map((at) => f.keep(load('i32.load', dev, at)));
    const threads = f.keep(load('i32.load', dev, THREADS));
    const [begin, size, seen] = [f.local('i32'), f.local('i32'), f.local('i32')];
    f.set(begin, load('i32.atomic.load', dev, NEXT));
    f.loop((again, leave) => {
      leave(0, op('i32.ge_s', get(begin), count));
      const left = f.keepCopy(op('i32.sub', count, get(begin)));
      const grains = op('i32.div_u', left, op('i32.mul', grain, op('i32.shl', threads, i32(1))));
      f.set(size, op('i32.mul', op('i32.add', grains, op('i32.eqz', grains)), grain));
      f.if(op('i32.gt_s', get(size), left), () => f.set(size, left));
      f.set(seen, compareExchange(dev, NEXT, get(begin), op('i32.add', get(begin), get(size))));
      f.if(
        op('i32.eq', get(seen), get(begin)),
        () => {
          const end = op('i32.add', get(begin), get(size));
          f.callIndirect(job, type, op('i32.add', dev, i32(CONTEXT)), get(begin), end);
          f.set(begin, load('i32.atomic.load', dev, NEXT));
        },
        () => f.set(begin, get(seen)),
      );
      again();
    });
  });
}

/** `help(device)`: joins the present job if it still takes helpers. */
export function help(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('help', ['i32'], undefined, (f) => {
    const [dev] = f.arguments;
    f.run(atomicAdd('i32.atomic.rmw.add', dev, BUSY, i32(1)));
    f.if(load('i32.atomic.load', dev, OPEN), () => f.call(work(lib), dev));
    f.run(atomicAdd('i32.atomic.rmw.add', dev, BUSY, i32(-1)));
  });
}
