import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { partsOf, runLines } from './run-lines.ts';
import { runShardySuite } from './shardy-suites.ts';

/* The runner of Shardy's suites on files of our own. */

const folder = mkdtempSync(join(tmpdir(), 'suite-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('RUN lines', () => {
  it('name flags, parts and prefixes; a backslash goes on', () => {
    const [a, b, ...rest] = runLines(`// RUN: split-file %s %t
// RUN: sdy_opt %t/in.mlir -sdy-basic-propagate="keep-sharding-rules=true conservative-propagation=true" \\
// RUN:   -split-input-file 2>&1 | FileCheck %t/want.mlir --check-prefix=KEEP
// RUN: sdy_opt %s -sdy-basic-propagate | FileCheck %s`);
    expect(rest).toEqual([]);
    expect(a).toEqual({
      flags: ['-sdy-basic-propagate=keep-sharding-rules=true conservative-propagation=true', '-split-input-file'],
      input: 'in.mlir',
      checks: 'want.mlir',
      prefixes: ['KEEP'],
    });
    expect(b).toEqual({ flags: ['-sdy-basic-propagate'], input: undefined, checks: undefined, prefixes: ['CHECK'] });
  });
  it('parts keep their line numbers', () => {
    expect([...partsOf('// RUN\n//--- a.mlir\nx\n//--- b.mlir\ny\n')]).toEqual([
      ['a.mlir', '\n\nx\n'],
      ['b.mlir', '\n\n\n\ny\n\n'],
    ]);
  });
});

const module = `sdy.mesh @mesh = <["x"=2]>
func.func @main(%arg0: tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> tensor<8xf32> {
  %0 = stablehlo.sine %arg0 : tensor<8xf32>
  return %0 : tensor<8xf32>
}
`;

describe('a suite over a directory', () => {
  it('reports every label of every RUN line, and what fails with its reason', () => {
    const path = file(
      'two-runs.mlir',
      `// RUN: split-file %s %t
// RUN: sdy_opt %t/part1.mlir -sdy-basic-propagate="keep-sharding-rules=true" | FileCheck %t/part1.mlir --check-prefix=KEEP
// RUN: sdy_opt %t/part2.mlir -sdy-basic-propagate | FileCheck %t/part2.mlir
//--- part1.mlir
// KEEP-LABEL: func @main
// KEEP: sine %arg0 {{.*}}sdy.sharding_rule
${module}//--- part2.mlir
// CHECK-LABEL: func @main
// CHECK: sine %arg0 {{.*}}sdy.sharding_rule
${module}`,
    );
    const report = runShardySuite('propagate', { directory: path });
    expect(report).toMatchObject({ suite: 'propagate', total: 2, passed: 1, failed: 1, skipped: 0 });
    expect(report?.failures[0]).toMatchObject({ file: 'two-runs.mlir', case: 'func @main (RUN 2)' });
  });
  it('runs every function of an execute file that has no main', () => {
    const path = file(
      'several.mlir',
      `//--- any-name.mlir
sdy.mesh @mesh = <["x"=2]>
func.func @half(%a: tensor<4xi32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) -> (tensor<4xi32> {sdy.sharding = #sdy.sharding<@mesh, [{"x"}]>}) {
  %0 = stablehlo.reverse %a, dims = [0] : tensor<4xi32>
  return %0 : tensor<4xi32>
}
//--- runs.mlir
${[0, 1]
  .map(
    (k) => `func.func @run${k}() {
  %a = stablehlo.constant dense<[1, 2]> : tensor<2xi32>
  %b = stablehlo.constant dense<[3, ${4 + k}]> : tensor<2xi32>
  %r:2 = "interpreter.run_parallel"(%a, %b) {programs = [[@half, @half]]} : (tensor<2xi32>, tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi32>)
  %want = stablehlo.constant dense<[4, 3]> : tensor<2xi32>
  "check.expect_eq"(%r#0, %want) : (tensor<2xi32>, tensor<2xi32>) -> ()
  return
}`,
  )
  .join('\n')}
`,
    );
    const report = runShardySuite('execute', { directory: path });
    expect(report).toMatchObject({ total: 2, passed: 1, failed: 1 });
    expect(report?.failures[0].case).toBe('several.mlir @run1');
  });
});
