import { jit, lax, nn, np, random, type Tensor, vjp } from '../../src/api/index.ts';

/* Single kernels for `npm run bench -- --only kernel`: the same cases as `kernel` in bench/peers/torch_peer.py. */

export interface KernelOptions {
  readonly kind: string;
  readonly [size: string]: unknown;
}

type Filled = (...shape: number[]) => Tensor;

/** A function of device tensors and those tensors. */
export function kernelOf(o: KernelOptions, filled: Filled): readonly [(...a: Tensor[]) => unknown, Tensor[]] {
  const num = (name: string): number => o[name] as number;
  const integers = (n: number, below: number): Tensor =>
    np.array(
      Array.from({ length: n }, (_, i) => (i * 7919 + ((i * i) % 1013)) % below),
      'i32',
    );
  switch (o.kind) {
    case 'conv':
    case 'convGrad': {
      const [batch, size, inputs, outputs, window, stride, groups] = [
        'batch',
        'size',
        'inputs',
        'outputs',
        'window',
        'stride',
        'groups',
      ].map(num);
      const pad = Math.floor(window / 2);
      const f = (x: Tensor, w: Tensor): Tensor =>
        lax.convGeneralDilated(
          x,
          w,
          [stride, stride],
          [
            [pad, pad],
            [pad, pad],
          ],
          {
            dimensionNumbers: o.channelsLast ? ['NHWC', 'HWIO', 'NHWC'] : ['NCHW', 'OIHW', 'NCHW'],
            featureGroupCount: groups,
          },
        );
      const images = (side: number, features: number): Tensor =>
        o.channelsLast ? filled(batch, side, side, features) : filled(batch, features, side, side);
      const x = images(size, inputs);
      const w = o.channelsLast
        ? filled(window, window, inputs / groups, outputs)
        : filled(outputs, inputs / groups, window, window);
      if (o.kind === 'conv') return [f, [x, w]];
      const out = Math.floor((size + 2 * pad - window) / stride) + 1;
      return [(a, b, ct) => vjp(f, a, b)[1](ct), [x, w, images(out, outputs)]];
    }
    case 'sort':
      return [(x) => np.sort(x), [filled(num('rows'), num('n'))]];
    case 'argsort':
      return [(x) => np.argsort(x), [filled(num('rows'), num('n'))]];
    case 'topk':
      return [(x) => lax.topK(x, num('k')), [filled(num('rows'), num('n'))]];
    case 'gather':
      return [
        (x, i) => np.take(x, i, 0),
        [filled(num('vocabulary'), num('width')), integers(num('count'), num('vocabulary'))],
      ];
    case 'scatterAdd':
      return [
        (x, i, u) =>
          lax.scatterAdd(x, np.reshape(i, [num('count'), 1]), u, {
            updateWindowDims: [1],
            insertedWindowDims: [0],
            scatterDimsToOperandDims: [0],
            indexVectorDim: 1,
          }),
        [
          filled(num('vocabulary'), num('width')),
          integers(num('count'), num('vocabulary')),
          filled(num('count'), num('width')),
        ],
      ];
    case 'cumsum':
    case 'cumprod':
    case 'cummax': {
      const { kind } = o;
      return [(x) => lax[kind](x, num('axis')), [filled(num('rows'), num('n'))]];
    }
    case 'cumsumGrad':
      return [
        (x, ct) => vjp((a: Tensor) => np.cumsum(a, num('axis')), x)[1](ct),
        [filled(num('rows'), num('n')), filled(num('rows'), num('n'))],
      ];
    case 'sum':
    case 'max': {
      const { kind } = o;
      return [(x) => np[kind](x, { axis: o.axis as number | undefined }), [filled(num('rows'), num('n'))]];
    }
    case 'argmax':
      return [(x) => np.argmax(x, num('axis')), [filled(num('rows'), num('n'))]];
    case 'softmax':
      return [(x) => nn.softmax(x, { axis: num('axis') }), [filled(num('rows'), num('n'))]];
    case 'maxPool':
    case 'maxPoolGrad': {
      const f = (x: Tensor): Tensor =>
        lax.reduceWindow(x, 'max', [1, 3, 3, 1], { windowStrides: [1, 2, 2, 1], padding: 'VALID' });
      const [batch, size, width] = [num('batch'), num('size'), num('width')];
      const x = filled(batch, size, size, width);
      if (o.kind === 'maxPool') return [f, [x]];
      const out = Math.floor((size - 3) / 2) + 1;
      return [(a, ct) => vjp(f, a)[1](ct), [x, filled(batch, out, out, width)]];
    }
    case 'uniform':
      return [(key) => random.uniform(key as never, [num('n')]), [random.key(0) as never]];
    default:
      throw new Error(`no kernel "${o.kind}"`);
  }
}

/** One call of the kernel per run. */
export function kernelRun(o: KernelOptions, filled: Filled): () => Promise<unknown> {
  const [f, given] = kernelOf(o, filled);
  const compiled = jit(f as never) as unknown as (...a: Tensor[]) => Tensor | Tensor[];
  const place = jit((...a: Tensor[]) => a.map((t) => np.add(t, 0)));
  const placed = o.kind === 'uniform' ? given : place(...given);
  return async () => {
    const out = [compiled(...placed)].flat() as Tensor[];
    await Promise.all(out.map((t) => t.ready()));
    for (const t of out) t.dispose();
  };
}
