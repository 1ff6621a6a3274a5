import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { HostArray, numElements, textTable } from '../src/base/index.ts';
import { parseModule } from '../src/ir/index.ts';
import { registry } from '../src/ops/index.ts';
import { CpuEngine } from '../src/runtime/cpu/engine.ts';
import { WasmEngine } from '../src/runtime/index.ts';
import { median } from './measure.ts';

/*
 * Fourier transforms of complex float32 beside torch.fft, in turns; medians.
 *
 *   npx tsx bench/fft.ts [--engine cpu|wasm] [--python python3]
 */
const { values } = parseArgs({
  options: { engine: { type: 'string', default: 'cpu' }, python: { type: 'string', default: 'python3' } },
});

const rounds = 2;
const runs = 9;
const cases: readonly { readonly shape: readonly number[]; readonly dims: number }[] = [
  { shape: [4096, 1024], dims: 1 },
  { shape: [1, 2 ** 20], dims: 1 },
  { shape: [512, 1000], dims: 1 },
  { shape: [1024, 1024], dims: 2 },
];

/** Times of each case in torch, in ms; undefined without it. */
function torchTimesMs(): number[][] | undefined {
  const program = `
import json, time, torch
out = []
for shape, dims in ${JSON.stringify(cases.map((c) => [c.shape, c.dims]))}:
    x = torch.randn(*shape, dtype=torch.complex64)
    own = []
    for _ in range(${runs}):
        start = time.perf_counter()
        torch.fft.fftn(x, dim=tuple(range(-dims, 0)))
        own.append((time.perf_counter() - start) * 1e3)
    out.append(own)
print(json.dumps(out))`;
  try {
    return JSON.parse(execFileSync(values.python, ['-c', program], { encoding: 'utf8' }));
  } catch {
    return undefined;
  }
}

const engine = values.engine === 'wasm' ? new WasmEngine() : new CpuEngine();
const programs = await Promise.all(
  cases.map(async ({ shape, dims }) => {
    const type = `tensor<${shape.join('x')}xcomplex<f32>>`;
    const module = parseModule(
      `func.func @main(%x: ${type}) -> ${type} {
        %y = stablehlo.fft %x, type = FFT, length = [${shape.slice(-dims)}] : (${type}) -> ${type}
        return %y : ${type}
      }`,
      registry,
    );
    const x = new HostArray('c64', shape, new Float32Array(2 * numElements(shape)).map(Math.random));
    return { executable: await engine.compile(module), x: engine.put(x, 0) };
  }),
);
const ours: number[][] = cases.map(() => []);
const theirs: number[][] = cases.map(() => []);
for (let round = 0; round < rounds; round++) {
  for (const [i, { executable, x }] of programs.entries())
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      const [[y]] = await executable.execute([[x]]);
      ours[i].push(performance.now() - start);
      y.dispose();
    }
  torchTimesMs()?.forEach((times, i) => {
    theirs[i].push(...times);
  });
}
const rows = cases.map(({ shape, dims }, i) => {
  const [own, other] = [median(ours[i]), theirs[i].length > 0 ? median(theirs[i]) : undefined];
  return [
    `${shape.join(' × ')}, ${dims} dim`,
    `${own.toFixed(2)} ms`,
    other ? `${other.toFixed(2)} ms` : 'not here',
    other ? (other / own).toFixed(2) : '',
  ];
});
console.log(textTable(['shape', values.engine, 'torch.fft', 'torch / ours'], rows));
await engine.close();
