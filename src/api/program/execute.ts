import type { TensorType } from '../../ir/index.ts';
import { type DeviceBuffer, DeviceQueues, type DeviceSet, type Engine, type Executable } from '../../runtime/index.ts';
import { type Layout, layoutKey, Placed, place } from '../trace/placement.ts';
import { Tensor } from '../trace/tensor.ts';
import { movePlaced } from './move.ts';

/** What running a program needs to know of it. */
export interface Runnable {
  /** Once it is there. */
  readonly compiled: Executable | undefined;
  /** Compiles on first use. */
  readonly executable: () => Promise<Executable>;
  /** Tensors the function closed over: arguments after the explicit ones. */
  readonly captures: readonly Tensor[];
  readonly resultTypes: readonly TensorType[];
  /** Flat positions of donated arguments. */
  readonly donated: readonly number[];
  readonly devices: DeviceSet;
  readonly argLayouts: readonly Layout[];
  readonly resultLayouts: readonly Layout[];
}

/** Starts a program; its results are there at once as tensors, their elements later. */
export function execute(program: Runnable, tensors: readonly Tensor[]): Tensor[] {
  const { donated, resultTypes, resultLayouts } = program;
  const all = program.captures.length > 0 ? [...tensors, ...program.captures] : tensors;
  const given = new Set(donated);
  const placed = all.map((t, i) => ensurePlaced(t, program.argLayouts[i], !given.has(i)));
  const result = (i: number, buffers: readonly DeviceBuffer[] | Promise<readonly DeviceBuffer[]>): Tensor => {
    const type = resultTypes[i];
    return new Tensor(type, { kind: 'placed', placed: new Placed(resultLayouts[i], type, buffers) });
  };
  const readers = donated.flatMap((i) => usesOf(all[i]));
  const markDonated = (): void => {
    for (const i of donated) {
      const { source } = all[i];
      if (source.kind !== 'placed') continue;
      // One that had to be moved is not overwritten itself.
      if (source.placed === placed[i]) source.placed.markDonated();
      else source.placed.dispose();
    }
  };
  let failed: { readonly cause: unknown } | undefined;
  try {
    const now = readers.length === 0 ? runNow(program, placed) : undefined;
    if (now) {
      markDonated();
      return resultTypes.map((_, i) =>
        result(
          i,
          now.map((own) => own[i]),
        ),
      );
    }
  } catch (cause) {
    failed = { cause };
  }
  const launch = async (): Promise<{ readonly results: Promise<DeviceBuffer[][]> }> => {
    if (failed) throw failed.cause;
    if (readers.length > 0) await Promise.allSettled(readers);
    const executable = program.compiled ?? (await program.executable());
    const buffers: (readonly DeviceBuffer[])[] = [];
    for (const p of placed) {
      const own = p instanceof Placed ? p : await p;
      buffers.push(own.known ?? (await own.buffers));
    }
    return { results: executable.execute(perDevice(executable, buffers)) };
  };
  const finished = inLaunchOrder(program.devices, launch).then(({ results }) => results);
  finished.catch(() => undefined); // reported where a result is awaited
  placed.forEach((p, i) => {
    if (given.has(i)) return;
    if (p instanceof Placed) p.use(finished);
    else
      p.then(
        (own) => {
          own.use(finished);
        },
        () => undefined, // reported where a result is awaited
      );
  });
  markDonated();
  return resultTypes.map((_, i) =>
    result(
      i,
      finished.then((results) => results.map((r) => r[i])),
    ),
  );
}

const launches = new WeakMap<Engine, DeviceQueues>();

/**
 * Programs on devices of several processes start in the order of their calls, whatever each has to wait for before: every process
 * starts the same ones in the same order, or they would wait for each other for ever. Others start when they can.
 */
function inLaunchOrder<T>(devices: DeviceSet, work: () => Promise<T>): Promise<T> {
  if (devices.isWhole) return work();
  let queues = launches.get(devices.engine);
  if (!queues) {
    queues = new DeviceQueues();
    launches.set(devices.engine, queues);
  }
  return queues.enqueue(devices.localIds, work);
}

const perDevice = (executable: Executable, buffers: readonly (readonly DeviceBuffer[])[]): DeviceBuffer[][] =>
  executable.devices.local.map((_, k) => buffers.map((b) => b[k]));

/** Results at once, where everything the program needs is there and the engine does not make anybody wait; else undefined. */
function runNow(program: Runnable, placed: readonly (Placed | Promise<Placed>)[]): DeviceBuffer[][] | undefined {
  const { compiled } = program;
  if (!compiled) return undefined;
  const buffers: (readonly DeviceBuffer[])[] = [];
  for (const p of placed) {
    const known = p instanceof Placed ? p.known : undefined;
    if (!known) return undefined;
    buffers.push(known);
  }
  return compiled.executeNow(perDevice(compiled, buffers));
}

/** What reads a tensor: it comes before a program that overwrites it. */
const usesOf = ({ source }: Tensor): readonly Promise<unknown>[] =>
  source.kind === 'placed' ? source.placed.usesSoFar() : [];

/**
 * The tensor's buffers if they already lie as wanted; else moved there. With `stays`, a tensor of the host lives on the devices from
 * now on, so that the next call finds it there.
 */
function ensurePlaced(t: Tensor, layout: Layout, stays = false): Placed | Promise<Placed> {
  const { source } = t;
  if (source.kind === 'placed') {
    const { placed } = source;
    placed.requireLive();
    if (placed.layout === layout || layoutKey(placed.layout) === layoutKey(layout)) return placed;
    return placed.use(inLaunchOrder(layout.devices, () => movePlaced(placed, layout)));
  }
  return t.view().then((array) => {
    const placed = place(array, layout);
    if (stays && t.source === source && source.kind === 'host') t.settle({ kind: 'placed', placed });
    return placed;
  });
}

/** The tensor moved to a layout, as a tensor: itself if it lies so already. */
export function placedTensor(t: Tensor, layout: Layout): Tensor {
  const placed = ensurePlaced(t, layout);
  if (placed instanceof Placed) return t;
  const buffers = placed.then((p) => p.buffers);
  return new Tensor(t.type, { kind: 'placed', placed: new Placed(layout, t.type, buffers) });
}
