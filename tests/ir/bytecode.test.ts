import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/base/index.ts';
import {
  exportedModule,
  isBytecode,
  parseModule,
  printModule,
  readBytecode,
  writeBytecode,
} from '../../src/ir/index.ts';
import { registry } from '../../src/ops/index.ts';
import { runCli } from '../cli/cli.ts';
import { scaled } from '../scale.ts';

/* Portable artifacts: read as the text of the same program, written so that they read back the same, refused when damaged or too new. */

const folder = new URL('../oracles/jax-programs/', import.meta.url);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const names = [
  'grouped_query_attention',
  'cond_switch_while',
  'sharded_megatron_mlp',
  'shard_map_ring_and_sums',
  'linalg_gradients',
];
/** One element in brackets or without them is the same. */
const normal = (text: string): string => text.replace(/dense<\[+(\([^)]*\)|[^[\],]+)\]+>/g, 'dense<$1>');

describe('artifacts that jax.export wrote', () => {
  it.each(names)('%s is the program of the text', (name) => {
    const artifact = bytesOf(`${name}.mlirbc`);
    expect(isBytecode(artifact)).toBe(true);
    const module = readBytecode(artifact, registry);
    // Texts of these programs were exported too, with locations or in the generic form; the plain ones keep what artifacts replace.
    if (!textOf(`${name}.mlir`).includes('stablehlo.custom_call') && /loc\(|"func.func"/.test(textOf(`${name}.mlir`)))
      expect(normal(printModule(module))).toBe(normal(printModule(parseModule(textOf(`${name}.mlir`), registry))));
    const found = exportedModule(bytesOf(`${name}.exported`), name);
    expect(found && printModule(readBytecode(found, registry))).toBe(printModule(module));
  });
  it.each(names)('%s is written so that it reads back the same', (name) => {
    const module = readBytecode(bytesOf(`${name}.mlirbc`), registry);
    expect(printModule(readBytecode(writeBytecode(module), registry))).toBe(printModule(module));
  });
});

describe('values of all kinds survive writing and reading', () => {
  const types = [
    'i1',
    'i4',
    'i8',
    'i16',
    'i32',
    'i64',
    'ui4',
    'ui8',
    'ui32',
    'ui64',
    'f16',
    'bf16',
    'f32',
    'f64',
    'f8E4M3FN',
  ];
  it('constants, attributes, nested regions', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...types, 'complex<f32>'),
        fc.array(fc.nat(3), { maxLength: 3 }),
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 64, maxLength: 64 }),
        fc.dictionary(
          fc.stringMatching(/^[a-z][a-z_]{0,6}$/),
          fc.oneof(
            fc.boolean(),
            fc.integer(),
            fc.string({ maxLength: 6 }),
            fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
          ),
        ),
        (type, shape, values, attributes) => {
          const count = shape.reduce((n, d) => n * d, 1);
          let at = 0;
          const scalar = (): string => {
            const v = values[at++ % values.length];
            if (type === 'i1') return v ? 'true' : 'false';
            if (type.startsWith('complex')) return `(${v}.5, -${v}.25)`;
            return /^b?f/.test(type) ? `${v}.5` : String(v * 7);
          };
          const literal = (d: number): string =>
            d === shape.length ? scalar() : `[${Array.from({ length: shape[d] }, () => literal(d + 1)).join(', ')}]`;
          const t = `tensor<${[...shape, type].join('x')}>`;
          const dictionary = Object.entries(attributes)
            .map(
              ([k, v]) =>
                `${k} = ${typeof v === 'string' ? JSON.stringify(v).replace(/[^\x20-\x7e]/g, '') : typeof v === 'number' ? `${v} : i32` : v}`,
            )
            .join(', ');
          const text = `module @m {
  func.func public @main(%p: tensor<i1> {jax.arg_info = "p"}) -> (${t} {x = 1 : i32}) {
    %r = "stablehlo.if"(%p) ({
      %c = stablehlo.constant {${dictionary}} dense<${count === 0 ? '' : literal(0)}> : ${t}
      stablehlo.return %c : ${t}
    }, {
      %d = stablehlo.constant dense<${count === 0 ? '' : literal(0)}> : ${t}
      stablehlo.return %d : ${t}
    }) : (tensor<i1>) -> ${t}
    return %r : ${t}
  }
}`;
          let module: ReturnType<typeof parseModule>;
          try {
            module = parseModule(text, registry);
          } catch {
            return; // Strings with backslashes are another test's.
          }
          expect(normal(printModule(readBytecode(writeBytecode(module), registry)))).toBe(normal(printModule(module)));
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });
});

describe('damaged and newer files', () => {
  const good = [
    ...names.map((n) => bytesOf(`${n}.mlirbc`)),
    writeBytecode(readBytecode(bytesOf(`${names[1]}.mlirbc`), registry)),
  ];

  it('lead to a module or to an error with its place, quickly', { timeout: 120_000 }, () => {
    const numRuns = scaled(600);
    let [modules, errors, slowest] = [0, 0, 0];
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.array(fc.tuple(fc.nat(1 << 20), fc.nat(255), fc.constantFrom('set', 'cut', 'insert', 'flip')), {
          minLength: 1,
          maxLength: 6,
        }),
        (which, edits) => {
          let bytes = good[which].slice();
          for (const [place, value, kind] of edits) {
            const at = place % bytes.length;
            if (kind === 'set') bytes[at] = value;
            else if (kind === 'flip') bytes[at] ^= 1 << (value % 8);
            else if (kind === 'cut') bytes = bytes.slice(0, Math.max(4, at));
            else bytes = Uint8Array.from([...bytes.subarray(0, at), value, ...bytes.subarray(at)]);
          }
          const before = process.cpuUsage();
          try {
            readBytecode(bytes, registry);
            modules++;
          } catch (error) {
            errors++;
            expect(error).toBeInstanceOf(EspalierError);
            expect((error as EspalierError).code).toMatch(/^(ir|base)\//);
            expect((error as EspalierError).code).not.toBe('base/internal');
          }
          // Not the time on the wall: others are at work, too.
          slowest = Math.max(slowest, process.cpuUsage(before).user / 1000);
        },
      ),
      { numRuns, seed: 20261130 },
    );
    expect(modules).toBeGreaterThan(numRuns / 60);
    expect(errors).toBeGreaterThan(numRuns / 3);
    expect(slowest).toBeLessThan(2000);
  });

  it('of a newer version are refused by its number', () => {
    const newer = bytesOf(`${names[0]}.mlirbc`);
    const at = Buffer.from(newer).indexOf('StableHLO_v1.');
    newer[at + 'StableHLO_v'.length] = '7'.charCodeAt(0);
    expect(() => readBytecode(newer, registry)).toThrow(/StableHLO 7\.\d+\.\d+, newer/);
    const container = bytesOf(`${names[0]}.mlirbc`);
    container[4] = 2 * 9 + 1;
    expect(() => readBytecode(container, registry)).toThrow(/bytecode version 9 is newer/);
  });

  it('what artifacts cannot hold is refused by name', () => {
    const module = parseModule(
      'func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n  %y = chlo.erf %x : tensor<2xf32> -> tensor<2xf32>\n  return %y : tensor<2xf32>\n}',
      registry,
    );
    expect(() => writeBytecode(module)).toThrow(/portable artifacts have no chlo\.erf/);
  });
});

describe('the command line', () => {
  const dir = mkdtempSync(join(tmpdir(), 'espalier-bytecode-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  it('reads bytecode and exported functions, and writes bytecode', async () => {
    const name = 'cond_switch_while';
    for (const ending of ['mlirbc', 'exported']) writeFileSync(join(dir, `p.${ending}`), bytesOf(`${name}.${ending}`));
    const printed = await runCli(['opt', 'p.mlirbc'], dir);
    expect(printed.stdout).toBe(printModule(readBytecode(bytesOf(`${name}.mlirbc`), registry)));
    expect((await runCli(['opt', 'p.exported'], dir)).stdout).toBe(printed.stdout);
    expect((await runCli(['opt', 'p.mlirbc', '--emit', 'bytecode', '--output', 'q.mlirbc'], dir)).stderr).toBe('');
    expect((await runCli(['opt', 'q.mlirbc'], dir)).stdout).toBe(printed.stdout);
    const ran = await runCli(['run', 'q.mlirbc', '--random', '1', '--engine', 'reference'], dir);
    expect(ran.stdout).toMatch(/result 3: f32\[5\]/);
    writeFileSync(join(dir, 'cut.mlirbc'), bytesOf(`${name}.mlirbc`).subarray(0, 100));
    const cut = await runCli(['run', 'cut.mlirbc'], dir);
    expect(cut.code).not.toBe(0);
    expect(cut.stderr).toMatch(/cut\.mlirbc: byte \d+: /);
  });
});
