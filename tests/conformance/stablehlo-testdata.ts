/*
 * npx tsx tests/conformance/stablehlo-testdata.ts [engine=cpu] [--part K/N] [--file PART] [--verbose]
 * Runs StableHLO's own numerical tests (testdata/*.mlir: inputs, op, expected) from the shared conformance folder on an
 * engine and applies their checks. Exit status 0 only if nothing failed; what is refused (`runtime/unsupported`) or not
 * understood by the parser is counted by reason.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dtypeInfo, EspalierError, type HostArray } from '../../src/base/index.ts';
import { Block, Func, Module, Op, parseModule } from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { createEngine } from '../../src/runtime/index.ts';
import { inlineCalls } from '../../src/transform/index.ts';

interface Check {
  readonly kind: string;
  readonly got: HostArray;
  readonly want: HostArray;
}

const here = process.cwd();
const folder = [
  process.env.ESPALIER_CONFORMANCE,
  join(here, '../shared/conformance'),
  join(here, '../../shared/conformance'),
]
  .filter((c) => c !== undefined)
  .map((c) => join(c, 'stablehlo/testdata'))
  .find((c) => existsSync(c));

/** The program with its checks taken out: it returns what they would have compared. */
function withoutChecks(module: Module): { module: Module; kinds: string[] } {
  const main = inlineCalls(module).main;
  const target = (op: Op): string => String((op.attributes as { callTargetName?: unknown }).callTargetName ?? '');
  const isCheck = (op: Op): boolean => op.name === 'stablehlo.custom_call' && target(op).startsWith('check.');
  const checks = main.body.ops.filter(isCheck);
  const rest = main.body.ops.filter((op) => !isCheck(op)).slice(0, -1);
  const end = new Op(
    main.body.terminator.definition,
    checks.flatMap((c) => c.operands),
    {},
    [],
  );
  return {
    module: new Module([new Func('main', new Block(main.body.args, [...rest, end]))]),
    kinds: checks.map(target),
  };
}

/** Distance in units in the last place; values of opposite sign add up. */
function ulps(a: HostArray, b: HostArray, i: number): number {
  const bits = dtypeInfo(a.dtype).bits;
  const ordered = (x: HostArray): bigint => {
    const raw = x.data;
    const view = new DataView(raw.buffer, raw.byteOffset + i * (bits / 8), bits / 8);
    const u =
      bits === 64
        ? view.getBigUint64(0, true)
        : BigInt(bits === 32 ? view.getUint32(0, true) : view.getUint16(0, true));
    const sign = 1n << BigInt(bits - 1);
    return u & sign ? -(u & (sign - 1n)) : u;
  };
  const d = ordered(a) - ordered(b);
  return Number(d < 0n ? -d : d);
}

/** What is wrong with one comparison, if anything. */
function failure({ kind, got, want }: Check): string | undefined {
  const float = dtypeInfo(got.dtype).kind === 'float' && dtypeInfo(got.dtype).bits >= 16;
  for (let i = 0; i < got.size; i++) {
    const [x, y] = [got.number(i), want.number(i)];
    if (x === y || (Number.isNaN(x) && Number.isNaN(y) && kind !== 'check.expect_eq')) continue;
    if (kind === 'check.expect_almost_eq' && Math.abs(x - y) <= 1e-3) continue;
    if (kind === 'check.expect_close' && float && ulps(got, want, i) <= 3) continue;
    return `${kind} ${got.dtype}[${i}]: ${x} instead of ${y}`;
  }
  return undefined;
}

async function main(args: readonly string[]): Promise<number> {
  if (!folder) {
    console.log('skipped: the conformance data (../shared/conformance) is not here');
    return 0;
  }
  const option = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const engine = createEngine(args[0] && !args[0].startsWith('--') ? args[0] : 'cpu');
  const [part, parts] = (option('--part') ?? '0/1').split('/').map(Number);
  const only = option('--file') ?? '';
  const skipped = new Map<string, number>();
  const skip = (reason: string): void => {
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  };
  let passed = 0;
  let failed = 0;
  const files = readdirSync(folder).filter((f) => f.endsWith('.mlir') && f.includes(only));
  for (const [i, file] of files.entries()) {
    if (i % parts !== part) continue;
    try {
      const { module, kinds } = withoutChecks(parseModule(readFileSync(join(folder, file), 'utf8'), registry));
      const executable = await engine.compile(module, { numDevices: 1 });
      const [buffers] = await executable.execute([[]]);
      const arrays = await Promise.all(buffers.map((b) => b.read()));
      const wrong = kinds
        .map((kind, k) => failure({ kind, got: arrays[2 * k], want: arrays[2 * k + 1] }))
        .find((w) => w !== undefined);
      if (wrong === undefined) passed++;
      else {
        failed++;
        console.log(`FAIL ${file}: ${wrong}`);
      }
    } catch (e) {
      if (!(e instanceof EspalierError)) throw e;
      if (e.code === 'runtime/unsupported' || e.code.startsWith('ir/')) skip(e.summary.split('\n')[0]);
      else {
        failed++;
        console.log(`FAIL ${file}: ${e.message}`);
      }
    }
  }
  await engine.close();
  console.log(
    `---- ${engine.name}: ${passed} passed, ${failed} failed, ${[...skipped.values()].reduce((a, b) => a + b, 0)} skipped`,
  );
  if (args.includes('--verbose'))
    for (const [reason, n] of [...skipped].sort((a, b) => b[1] - a[1])) console.log(`     ${n} × ${reason}`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
