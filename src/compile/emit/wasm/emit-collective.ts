import { type DType, dtypeInfo, isNarrowFloat } from '../../../base/index.ts';
import type { Collective, CollectiveStep, Combiner } from '../../kernels/kernel-ir.ts';
import { convertScalar, vectorKind } from './element-functions.ts';
import { combine, combinesInVectors, scalarLoad, scalarStore, vectorLoad, vectorStore } from './emit-expr.ts';
import { atomicAdd, type Callee, type FunctionBuilder, get, i32, load, op, type Value } from './function-builder.ts';
import type { WasmLibrary } from './library.ts';
import { BARRIERS, DEVICE_ID, RUN, TABLES } from './parallel.ts';

/*
 * Collectives on shared memory, as native/run/collectives.c does them: every device shows where its operand and result are, all wait
 * for one another, each takes what is its part from the others, and all wait again. Sums go through the members in order, so
 * every device gets the same bits.
 */

const add = (a: Value, b: Value): Value => op('i32.add', a, b);
const mul = (a: Value, b: Value): Value => op('i32.mul', a, b);

/** Rounds of looking before a device goes to sleep. */
const SPINS = 20_000;

/** `barrier(address, members)`: the first word counts arrivals, the second completed rounds. */
function barrier(lib: WasmLibrary): Callee {
  return lib.module.sharedFunction('barrier', ['i32', 'i32'], undefined, (f) => {
    const [at, members] = f.arguments;
    const generation = f.keep(load('i32.atomic.load', at, 4));
    const arrived = atomicAdd('i32.atomic.rmw.add', at, 0, i32(1));
    f.if(op('i32.eq', add(arrived, i32(1)), members), () => {
      f.store('i32.atomic.store', at, i32(0));
      f.run(atomicAdd('i32.atomic.rmw.add', at, 4, i32(1)));
      f.notify(at, 4, i32(-1));
      f.return();
    });
    const left = f.local('i32');
    f.set(left, i32(SPINS));
    f.loop((again, leave) => {
      leave(0, op('i32.ne', load('i32.atomic.load', at, 4), generation));
      f.if(
        get(left),
        () => f.set(left, op('i32.sub', get(left), i32(1))),
        () => f.wait(at, 4, generation),
      );
      again();
    });
  });
}

export function emitCollective(
  lib: WasmLibrary,
  f: FunctionBuilder,
  device: Value,
  step: CollectiveStep,
  from: Value,
  to: Value,
  tables: number[],
): void {
  const { collective: c, groups, barriers } = step;
  const size = Math.max(...groups.map((g) => g.length));
  const devices = Math.max(...groups.flat(), ...(c.op === 'broadcast' ? c.left : [])) + 1;
  const words = 4 + size;
  const first = tables.length;
  for (let d = 0; d < devices; d++) {
    const g = groups.findIndex((x) => x.includes(d));
    const source = c.op === 'permute' ? (c.pairs.find(([, target]) => target === d)?.[0] ?? -1) : 0;
    const isLeft = g < 0 || (c.op === 'broadcast' && c.left.includes(d));
    const members = isLeft ? [] : groups[g];
    tables.push(g < 0 ? 0 : barriers[g], members.length, members.indexOf(d), source);
    for (let i = 0; i < size; i++) tables.push(members[i] ?? -1);
  }
  const id = load('i32.load', device, DEVICE_ID);
  const row = f.keep(add(add(load('i32.load', device, TABLES), i32(4 * first)), mul(id, i32(4 * words))));
  const run = f.keep(load('i32.load', device, RUN));
  const members = f.keep(load('i32.load', row, 4));
  const me = f.keep(load('i32.load', row, 8));
  const [src, dst] = [f.keep(from), f.keep(to)];
  const slot = (deviceId: Value): Value => add(run, mul(deviceId, i32(8)));
  const member = (i: Value): Value => slot(load('i32.load', add(row, mul(i, i32(4))), 16));
  const both = (): void =>
    f.call(barrier(lib), add(run, add(i32(BARRIERS), mul(load('i32.load', row), i32(64)))), members);
  const work = (): void => {
    f.store('i32.store', slot(id), src);
    f.store('i32.store', slot(id), dst, 4);
    both();
    new Exchange(lib, f, dst, members, me, member, slot, row).emit(c);
    both();
  };
  if (c.op === 'broadcast') f.if(members, work, () => f.fillMemory(dst, i32(0), i32(c.bytes)));
  else work();
}

/** What one device does between the two barriers. */
class Exchange {
  private readonly lib: WasmLibrary;
  private readonly f: FunctionBuilder;
  private readonly dst: Value;
  private readonly members: Value;
  private readonly me: Value;
  /** Address of a member's (operand, result) addresses. */
  private readonly member: (i: Value) => Value;
  private readonly slot: (device: Value) => Value;
  private readonly row: Value;

  constructor(
    lib: WasmLibrary,
    f: FunctionBuilder,
    dst: Value,
    members: Value,
    me: Value,
    member: (i: Value) => Value,
    slot: (device: Value) => Value,
    row: Value,
  ) {
    this.lib = lib;
    this.f = f;
    this.dst = dst;
    this.members = members;
    this.me = me;
    this.member = member;
    this.slot = slot;
    this.row = row;
  }

  emit(c: Collective): void {
    const { f, dst, members, me, member } = this;
    switch (c.op) {
      case 'all_reduce': {
        const { bytes } = dtypeInfo(c.dtype);
        // Member m reduces the m-th part and writes it to everyone; so the result may be the operand's memory.
        const share = op('i32.div_u', op('i32.sub', add(i32(c.elements), members), i32(1)), members);
        const rounded = f.keep(op('i32.and', add(share, i32(15)), i32(-16)));
        const begin = f.keep(mul(me, rounded));
        const end = f.local('i32');
        f.set(end, add(begin, rounded));
        f.if(op('i32.gt_s', get(end), i32(c.elements)), () => f.set(end, i32(c.elements)));
        this.reduce(c.reduction, c.dtype, begin, get(end), (at, write) => {
          const m = f.local('i32');
          f.for(m, i32(0), members, 1, () => write(add(load('i32.load', member(get(m)), 4), mul(at, i32(bytes)))));
        });
        break;
      }
      case 'reduce_scatter': {
        const { bytes } = dtypeInfo(c.dtype);
        const o = f.local('i32');
        f.for(o, i32(0), i32(c.outer), 1, () => {
          const begin = f.keep(mul(add(mul(get(o), members), me), i32(c.inner)));
          const shift = f.keep(op('i32.sub', mul(get(o), i32(c.inner)), begin));
          this.reduce(c.reduction, c.dtype, begin, f.keep(add(begin, i32(c.inner))), (at, write) =>
            write(add(dst, mul(add(at, shift), i32(bytes)))),
          );
        });
        break;
      }
      case 'all_gather': {
        const [m, o] = [f.local('i32'), f.local('i32')];
        f.for(m, i32(0), members, 1, () =>
          f.for(o, i32(0), i32(c.outer), 1, () => {
            const to = add(dst, mul(add(mul(get(o), members), get(m)), i32(c.innerBytes)));
            f.copyMemory(to, add(load('i32.load', member(get(m))), mul(get(o), i32(c.innerBytes))), i32(c.innerBytes));
          }),
        );
        break;
      }
      case 'all_to_all': {
        const m = f.local('i32');
        f.for(m, i32(0), members, 1, () => {
          const from = f.keep(add(load('i32.load', member(get(m))), mul(me, i32(c.fromStep))));
          this.copyBox(c, 0, from, f.keep(add(dst, mul(get(m), i32(c.toStep)))));
        });
        break;
      }
      case 'permute': {
        const source = f.keep(load('i32.load', this.row, 12));
        f.if(
          op('i32.lt_s', source, i32(0)),
          () => f.fillMemory(dst, i32(0), i32(c.bytes)),
          () => f.copyMemory(dst, load('i32.load', this.slot(source)), i32(c.bytes)),
        );
        break;
      }
      case 'broadcast':
        f.copyMemory(dst, load('i32.load', member(i32(0))), i32(c.bytes));
        break;
    }
  }

  /** The innermost size of the box is in bytes. */
  private copyBox(c: Collective & { op: 'all_to_all' }, d: number, from: Value, to: Value): void {
    const { f } = this;
    if (d === c.boxSizes.length - 1) {
      f.copyMemory(to, from, i32(c.boxSizes[d]));
      return;
    }
    const i = f.local('i32');
    f.for(i, i32(0), i32(c.boxSizes[d]), 1, () => {
      const [a, b] = [
        [from, c.fromStrides[d]],
        [to, c.toStrides[d]],
      ].map(([base, stride]) => f.keep(add(base as Value, mul(get(i), i32(stride as number)))));
      this.copyBox(c, d + 1, a, b);
    });
  }

  /** Elements begin … end - 1 of all members' operands combined; `place` says where element `at` goes. */
  private reduce(
    combiner: Combiner,
    d: DType,
    begin: Value,
    end: Value,
    place: (at: Value, write: (address: Value) => void) => void,
  ): void {
    const { f, lib, members, member } = this;
    const { bytes } = dtypeInfo(d);
    const narrow = isNarrowFloat(d);
    const wide: DType = narrow ? 'f32' : d;
    const vectors = !narrow && vectorKind(d) !== undefined && combinesInVectors(combiner, d);
    const round = (lanes: 1 | 4) => (): void => {
      const at = get(i);
      const read = (m: Value): Value => {
        const address = { at: f.keep(add(load('i32.load', member(m)), mul(at, i32(bytes)))), offset: 0 };
        return lanes === 4 ? vectorLoad(f, d, address, 1, 4) : convertScalar(lib, d, wide, scalarLoad(lib, d, address));
      };
      const start = read(i32(0));
      const sum = f.local(start.type);
      f.set(sum, start);
      const m = f.local('i32');
      f.for(m, i32(1), members, 1, () =>
        f.set(sum, combine(lib, f, combiner, wide, get(sum), f.keep(read(get(m))), lanes === 4)),
      );
      place(at, (address) => {
        const to = { at: f.keep(address), offset: 0 };
        if (lanes === 4) vectorStore(f, d, to, get(sum), 4);
        else scalarStore(lib, f, d, to, convertScalar(lib, wide, d, get(sum)));
      });
    };
    const i = f.local('i32');
    f.set(i, begin);
    if (vectors)
      f.loop((again, leave) => {
        leave(0, op('i32.gt_s', add(get(i), i32(4)), end));
        round(4)();
        f.set(i, add(get(i), i32(4)));
        again();
      });
    f.loop((again, leave) => {
      leave(0, op('i32.ge_s', get(i), end));
      round(1)();
      f.set(i, add(get(i), i32(1)));
      again();
    });
  }
}
