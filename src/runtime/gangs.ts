import { EspalierError } from '../base/index.ts';
import type { DeviceSet } from './devices.ts';
import type { DeviceBuffer, LocalShards } from './engine.ts';

/** One run that waits for its processes. */
interface Round {
  /** Arguments by position in the set. */
  readonly args: (readonly DeviceBuffer[] | undefined)[];
  readonly results: Promise<DeviceBuffer[][]>;
  readonly resolve: (results: Promise<DeviceBuffer[][]>) => void;
}

/**
 * Runs of programs whose devices belong to several processes, where these share one address space: whoever comes last starts the run
 * for all. Each brings the shards of its own devices and takes away its own results.
 */
export class Gangs {
  private readonly rounds = new Map<string, Round>();

  /**
   * Joins the next run of a program; `key` is equal for programs that are one program to all processes. Call it when the own devices
   * are free. `run` takes the arguments and gives the results of all positions.
   */
  async join(
    key: string,
    devices: DeviceSet,
    args: LocalShards,
    run: (all: LocalShards) => Promise<DeviceBuffer[][]>,
  ): Promise<DeviceBuffer[][]> {
    const set = `${devices.ids.join()};`;
    const name = `${set}${key}`;
    let round = this.rounds.get(name);
    if (!round) {
      let resolve!: Round['resolve'];
      const results = new Promise<DeviceBuffer[][]>((r) => {
        resolve = r;
      });
      round = { args: new Array(devices.size).fill(undefined), results, resolve };
      this.rounds.set(name, round);
    }
    const own = round;
    devices.local.forEach((position, k) => {
      if (own.args[position])
        throw new EspalierError('runtime/devices', 'two processes claim one device', {
          given: `device ${devices.ids[position]} of ${devices}`,
          advice: 'give each process a part of the devices of its own',
        });
      own.args[position] = args[k];
    });
    if (own.args.every((row) => row !== undefined)) {
      this.rounds.delete(name);
      own.resolve(run(own.args as LocalShards));
    } else this.requirePartners(set, devices);
    const results = await own.results;
    return devices.local.map((position) => results[position]);
  }

  /** Each device waits in one round. When all of a set wait, and not in the same, none of these can ever begin. */
  private requirePartners(set: string, devices: DeviceSet): void {
    const stuck = [...this.rounds].filter(([name]) => name.startsWith(set));
    if (!devices.ids.every((_, k) => stuck.some(([, round]) => round.args[k]))) return;
    const error = new EspalierError('runtime/devices', 'processes run different programs on one set of devices', {
      expected: `the same program, of the same shapes, from each owner of ${devices.engine.name}:${devices.ids.join()}`,
      given: `${stuck.length} different ones`,
      advice: 'launch the same programs in the same order in every process',
    });
    for (const [name, round] of stuck) {
      this.rounds.delete(name);
      round.resolve(Promise.reject(error));
    }
  }
}
