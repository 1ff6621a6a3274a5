import { describe, expect, it } from 'vitest';
import {
  checkpoint,
  customVjp,
  defaultEngine,
  devicePut,
  deviceSet,
  EspalierError,
  foriLoop,
  grad,
  hessian,
  hostTensor,
  jacfwd,
  jacrev,
  jit,
  lax,
  Mesh,
  makeMesh,
  nn,
  np,
  P,
  PartitionSpec,
  random,
  scan,
  shard,
  shardMap,
  type Tensor,
  trace,
  tree,
  valueAndGrad,
  vjp,
  vmap,
  whileLoop,
} from '../../src/index.ts';
import { DeviceSet } from '../../src/runtime/index.ts';
import { errorOf } from './error-of.ts';

/* What people write without types: each gets an error in their words, never one of JavaScript's own, and nothing is accepted in silence. */

// biome-ignore lint/suspicious/noExplicitAny: these tests do what the types forbid
const any = (x: unknown): any => x;
const a = np.ones([2, 3]);
const b = np.ones([4, 5]);

describe('errors name what the caller gave', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['matmul', () => np.matmul(a, b), /matmul of \[2,3\] and \[4,5\].*3 and 4/],
    ['matmul of a transposed matrix', () => np.matmul(a, a), /Transpose the second: y\.T/],
    ['matmul of batches', () => np.matmul(np.ones([7, 2, 3]), np.ones([6, 3, 2])), /\[7,2,3\] and \[6,3,2\]/],
    ['matmul as a method', () => a.matmul(b), /matmul of \[2,3\] and \[4,5\]/],
    ['dot', () => np.dot(a, b), /dot of \[2,3\] and \[4,5\]/],
    ['add', () => np.add(a, b), /\[2,3\] and \[4,5\]/],
    ['concatenate', () => np.concatenate([a, b]), /\[2,3\] and \[4,5\] cannot be put together along dimension 0/],
    ['an op of lax', () => lax.add(a, b), /^operands should have one type.*stablehlo\.add violates C1/],
    ['negative sizes', () => np.zeros([-1, 2]), /non-negative integers, got \[-1, 2\]/],
    ['sizes that are no integers', () => np.ones([1.5]), /\[1\.5\]/],
    ['a number where a shape is meant', () => np.zeros(any(3)), /Write \[3\]/],
    ['a number of rows below zero', () => np.eye(-2), /\[-2, -2\]/],
    ['no number of elements', () => np.arange(Number.NaN), /NaN/],
    ['a negative number of points', () => np.linspace(0, 1, -4), /-4/],
    ['the shape of random numbers', () => random.normal(random.key(0), any(3)), /the shape of random numbers.*\[3\]/],
    ['positions that are no integers', () => np.take(a, np.array([0.5])), /positions are integers.*np\.astype/],
    ['a position that is no integer', () => np.take(a, 1.5), /positions are integers: got 1\.5/],
    ['a mask where positions are meant', () => np.take(a, np.array([true])), /mask.*np\.where/],
    ['positions along an axis', () => np.takeAlongAxis(a, np.array([[0.5]])), /positions are integers/],
    ['a start that is no integer', () => lax.dynamicSlice(a, [0.5, 0], [1, 1]), /start indices are integers/],
    ['an index beyond the end', () => np.index(a, 0, 9), /index 9 is out of range for dimension 0/],
    ['an axis beyond the end', () => np.sum(a, 5), /axis 5 is out of range: expected an integer in \[-2, 1\]/],
    [
      'options where a number is meant',
      () => np.argmax(a, any({ axis: 0 })),
      /axis the object \{ axis \}.*as a number/,
    ],
    ['an option that does not exist', () => np.sum(a, any({ axes: 0 })), /no option "axes": expected axis, keepdims/],
    ['an option of another function', () => np.mean(a, any({ ddof: 1 })), /no option "ddof"/],
    ['tensors not in a list', () => any(np.concatenate)(a, b), /one list.*\[a, b\]/],
    ['dimensions not in a list', () => any(np.transpose)(a, 1, 0), /one list/],
    ['a shape not in a list', () => any(np.reshape)(a, 3, 2), /one list/],
    ['how often to repeat', () => np.repeat(a, -1, 0), /how often to repeat/],
    ['a tile that is no list', () => np.tile(a, any(2)), /list of sizes/],
    ['a shift that is no integer', () => np.roll(a, 1.5), /a shift is an integer: got 1\.5/],
    ['texts in lists', () => np.array(any(['a'])), /nested arrays hold numbers: got string/],
    ['a dtype of numpy', () => np.astype(a, any('float32')), /'f32' here/],
  ])('%s', (_, f, message) => {
    const error = errorOf(f);
    expect(error.message).toMatch(message);
    expect(error.code).not.toBe('base/internal');
  });
});

describe('axis is one convention', () => {
  const m = np.array([
    [1, 2],
    [3, 5],
  ]);
  it.each<[string, (axis: never) => Tensor]>([
    ['sum', (o) => np.sum(m, o)],
    ['mean', (o) => np.mean(m, o)],
    ['variance', (o) => np.variance(m, o)],
    ['std', (o) => np.std(m, o)],
    ['max', (o) => np.max(m, o)],
    ['any', (o) => np.any(m, o)],
    ['median', (o) => np.median(m, o)],
    ['logsumexp', (o) => np.logsumexp(m, o)],
    ['nanmean', (o) => np.nanmean(m, o)],
    ['average', (o) => np.average(m, o)],
    ['ptp', (o) => np.ptp(m, o)],
    ['norm', (o) => np.linalg.norm(m, o)],
  ])('%s takes it as a number, a list or an option', async (_, f) => {
    const values = async (axis: unknown): Promise<unknown> => f(axis as never).toArray();
    expect(await values(0)).toEqual(await values({ axis: 0 }));
    expect(await values(-1)).toEqual(await values({ axis: 1, keepdims: false }));
    expect(await values([1])).toEqual(await values({ axis: [1] }));
  });
  it('cumulative sums without one run over all elements', async () => {
    expect(await np.cumsum(m).toArray()).toEqual([1, 3, 6, 11]);
    expect(await m.cumsum(1).toArray()).toEqual([
      [1, 3],
      [3, 8],
    ]);
  });
});

const oddValues: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['-1', -1],
  ['1.5', 1.5],
  ['NaN', Number.NaN],
  ['a text', 'a'],
  ['an empty object', {}],
  ['options', { axis: 0 }],
  ['an empty list', []],
  ['[-1]', [-1]],
  ['a list of texts', ['a']],
  ['true', true],
  ['a function', () => 1],
  ['a date', new Date(0)],
  ['a promise', Promise.resolve(1)],
  ['99', 99],
  ['a ragged list', [[1], [2, 3]]],
];

describe('odd arguments in a traced function', () => {
  const bases: readonly (readonly (() => unknown)[])[] = [
    [() => a, () => a, () => a],
    [() => np.array([1, 2, 3]), () => 1, () => 0],
    [() => random.key(0), () => [2], () => 0],
  ];
  const namespaces = { np, lax, random, 'np.linalg': np.linalg, 'np.fft': np.fft };
  it.each(Object.entries(namespaces))('of %s lead to a result or an error of ours', (ns, space) => {
    const raw = new Set<string>();
    let calls = 0;
    for (const [name, f] of Object.entries(space as Record<string, unknown>)) {
      if (typeof f !== 'function') continue;
      for (const base of bases)
        for (let position = 0; position < 3; position++)
          for (const [label, value] of oddValues) {
            if (calls++ % 13 !== 0) continue;
            const args = base.map((make, i) => (i === position ? value : make()));
            try {
              trace(() => {
                (f as (...xs: unknown[]) => unknown)(...args);
                return 0;
              })();
            } catch (error) {
              if (!(error instanceof EspalierError) || error.code === 'base/internal')
                raw.add(`${ns}.${name}, argument ${position} = ${label}: ${(error as Error).message.slice(0, 80)}`);
            }
          }
    }
    console.log(`${ns}: ${calls} calls`);
    expect([...raw]).toEqual([]);
  });
});

describe('transformations ignore nothing in silence', () => {
  const f = (x: Tensor, y: Tensor): Tensor => np.sum(np.multiply(x, y));
  it.each<[string, () => unknown, RegExp]>([
    ['grad(f, 1), as in JAX', () => any(grad)(f, 1), /grad takes its options as an object.*argnum, argnums.*got 1/],
    ['grad of a value', () => any(grad)(f(a, a)), /grad takes a function.*grad\(f\)\(x\)/],
    ['no function', () => any(jit)(), /jit takes a function/],
    ['argNums', () => any(grad)(f, { argNums: 1 }), /no option "argNums".*Write argnums/],
    ['valueAndGrad with has_aux', () => any(valueAndGrad)(f, { has_aux: true }), /no option "has_aux"/],
    ['in_axes', () => any(vmap)(f, { in_axes: 0 }), /no option "in_axes".*Write inAxes/],
    ['vmap(f, 0)', () => any(vmap)(f, 0), /vmap takes its options as an object/],
    ['static_argnums', () => any(jit)(f, { static_argnums: [1] }), /Write staticArgnums/],
    ['one position', () => any(jit)(f, { staticArgnums: 1 }), /list.*got 1\. Write \[1\]/],
    ['one donated position', () => any(jit)(f, { donateArgnums: 0 }), /got 0\. Write \[0\]/],
    ['positions from the end', () => any(jit)(f, { staticArgnums: [-1] }), /non-negative/],
    ['jacfwd', () => any(jacfwd)(f, { argnums: 1 }), /jacfwd has no option "argnums"/],
    ['jacrev', () => any(jacrev)(f, 1), /jacrev takes its options/],
    ['hessian', () => any(hessian)(f, 1), /hessian takes its options/],
    ['scan', () => any(scan)(f, a, a, { len: 3 }), /scan has no option "len"/],
    ['whileLoop', () => any(whileLoop)(true, f, a), /the condition of whileLoop is a function/],
    ['foriLoop', () => any(foriLoop)(0, 3, 4, a), /foriLoop takes a function/],
    ['checkpoint', () => any(checkpoint)(f, { prevent_cse: true }), /no option "prevent_cse"/],
    ['customVjp without rules', () => any(customVjp)(f), /forward rule of customVjp is a function/],
    ['vjp', () => any(vjp)(a), /vjp takes a function/],
    ['shardMap', () => any(shardMap)(f, { in_specs: [] }), /Write inSpecs/],
    ['a mesh of lists', () => new Mesh(any([2, 2])), /object like \{ data: 2, model: 4 \}/],
    ['a spec that is a text', () => shard(a, any('data')), /PartitionSpec.*P\('data'/],
    ['devicePut on an engine', () => devicePut(a, any('cpu')), /devicePut\(x, mesh, P/],
    ['hostTensor of a list', () => hostTensor(any([1])), /np\.array/],
    ['softmax of an axis that is none', () => nn.softmax(a, any('a')), /options as an object/],
    ['uniform numbers between', () => random.uniform(random.key(0), [2], any({ minval: 0 })), /"minval".*low, high/],
  ])('%s', (_, call, message) => {
    expect(errorOf(call).message).toMatch(message);
  });
  it('softmax takes its axis as reductions do', async () => {
    const m = np.array([
      [0, 1],
      [2, 5],
    ]);
    expect(await nn.softmax(m, 0).toArray()).toEqual(await nn.softmax(m, { axis: 0 }).toArray());
    expect(await nn.logSoftmax(m, 0).toArray()).toEqual(await nn.logSoftmax(m, { axis: 0 }).toArray());
  });
});

describe('trees that contain themselves', () => {
  const cyclic: Record<string, unknown> = { a };
  cyclic.self = cyclic;
  const list: unknown[] = [];
  list.push(list);
  it.each<[string, () => unknown]>([
    ['jit', () => any(jit)((p: { a: Tensor }) => p.a)(cyclic)],
    ['a static argument', () => any(jit)((t: Tensor) => t, { staticArgnums: [1] })(a, cyclic)],
    ['grad', () => any(grad)((p: { a: Tensor }) => np.sum(p.a))(cyclic)],
    ['vmap', () => any(vmap)((p: { a: Tensor }) => p.a)(cyclic)],
    ['a result', () => any(jit)(() => cyclic)()],
    ['the carry of scan', () => any(scan)((c: unknown, x: unknown) => [c, x], cyclic, a)],
    ['tree.map', () => tree.map((x: unknown) => x, cyclic)],
    ['np.array', () => np.array(any(list))],
  ])('%s', (_, f) => {
    const error = errorOf(f);
    expect(error.code).toBe('api/tree');
    expect(error.message).toMatch(/contains itself/);
  });
  it('deep ones do not', async () => {
    let deep: unknown = a;
    for (let i = 0; i < 500; i++) deep = i % 2 ? [deep] : { deep };
    const f = jit((p: unknown) => np.sum(any(tree.leaves(p)[0])));
    expect(await f(deep).item()).toBe(6);
  });
});

describe('odd values of elements and sizes', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['full without a value', () => any(np.full)([2]), /number.*got undefined/],
    ['full of a text', () => np.full([2], any('a')), /got "a"/],
    ['a dtype in an object', () => np.array([1], any({ dtype: 'i32' })), /a dtype is a name.*'f32'/],
    ['a class as dtype', () => np.astype(a, any(Float32Array)), /a dtype is a name/],
    ['arange of a text', () => np.arange(any('3')), /the end of arange is a number.*got "3"/],
    ['arange without steps', () => np.arange(0, 3, 0), /step of arange is 0/],
    ['linspace', () => np.linspace(0, 1, 2.5), /number of points of linspace/],
    ['half an element of padding', () => np.pad(a, 1.5), /before and after.*got 1\.5/],
    ['a pair that is none', () => np.pad(a, any([[1, 1], [0]])), /a pair for each dimension/],
    ['an unknown mode', () => np.pad(a, 1, any('reflecty')), /no such mode.*reflect/],
    ['no widths', () => any(np.pad)(a), /got undefined/],
    ['randint between fractions', () => random.randint(random.key(0), [2], 0, 1.5), /upper bound of randint/],
    ['randint without bounds', () => any(random.randint)(random.key(0), [2]), /lower bound of randint/],
    ['nonzero without a size', () => any(np.nonzero)(a), /write \{ size: 3 \}/i],
    ['split without parts', () => any(np.split)(a), /equal parts/],
    ['einsum without a text', () => any(np.einsum)(a, 'ij->i'), /'ij,jk->ik'/],
    ['broadcastTo a number', () => np.broadcastTo(a, any(3)), /shape of broadcastTo.*\[3\]/],
    ['expandDims nowhere', () => any(np.expandDims)(a), /axis is missing/],
    ['stack with an option', () => any(np.stack)([a, a], { axis: 1 }), /number itself, not an object/],
  ])('%s', (_, f, message) => {
    const error = errorOf(f);
    expect(error.message).toMatch(message);
    expect(error.code).not.toBe('ir/verify');
  });
});

describe('odd arguments outside a trace', () => {
  const used = (
    'array zeros ones full zerosLike onesLike arange linspace eye reshape transpose ravel squeeze expandDims concatenate stack ' +
    'vstack hstack split tile repeat flip roll pad add subtract multiply divide power negative abs exp log sqrt square sin tanh ' +
    'maximum minimum clip where sum mean prod max min argmax argmin any all variance std cumsum sort argsort matmul dot einsum ' +
    'tensordot outer take takeAlongAxis equal less greater astype broadcastTo broadcastShapes swapaxes moveaxis nonzero unique ' +
    'meshgrid isclose allclose triu tril diag median round'
  ).split(' ');
  const draws = 'key split normal uniform randint bernoulli permutation choice categorical foldIn'.split(' ');
  const bases: readonly (readonly unknown[])[] = [
    [a, a, a],
    [np.array([1, 2, 3]), 1, 0],
    [random.key(0), [2], 0],
    [[a, a], 0],
    ['ij,jk->ik', a, np.ones([3, 2])],
  ];
  it.each([...used.map((name) => ['np', name] as const), ...draws.map((name) => ['random', name] as const)])(
    '%s.%s',
    (ns, name) => {
      const f = ({ np, random }[ns] as Record<string, unknown>)[name] as (...xs: unknown[]) => unknown;
      expect(f).toBeTypeOf('function');
      const raw = new Set<string>();
      const attempt = (label: string, args: readonly unknown[]): void => {
        try {
          f(...args);
        } catch (error) {
          if (!(error instanceof EspalierError) || error.code === 'base/internal')
            raw.add(`${label}: ${(error as Error).message.slice(0, 80)}`);
        }
      };
      attempt('nothing', []);
      for (const base of bases)
        for (let position = 0; position < base.length; position++)
          for (const [label, value] of oddValues)
            attempt(
              `argument ${position} = ${label}`,
              base.map((x, i) => (i === position ? value : x)),
            );
      expect([...raw]).toEqual([]);
    },
  );
});

describe('lists that are written over after a call', () => {
  const square = np.array([
    [1, 2],
    [3, 4],
  ]);
  const turned = [
    [1, 3],
    [2, 4],
  ];

  it('do not change what the call means, outside a trace and inside', async () => {
    const turn = (x: Tensor): Tensor => {
      const order = [1, 0];
      const y = lax.transpose(x, order);
      order.reverse();
      return y;
    };
    expect(await turn(square).toArray()).toEqual(turned);
    expect(await jit(turn)(square).toArray()).toEqual(turned);
    const firsts = (x: Tensor): Tensor => {
      const [from, to] = [
        [0, 0],
        [1, 1],
      ];
      const parts = [0, 1].map((i) => {
        [from[0], to[0]] = [i, i + 1];
        return lax.slice(x, from, to);
      });
      return np.concatenate(parts);
    };
    expect(await firsts(square).toArray()).toEqual([[1], [3]]);
    expect(await jit(firsts)(square).toArray()).toEqual([[1], [3]]);
  });

  it('do not change the shape of what was made', async () => {
    const shape = [2];
    const made = [np.zeros(shape), np.full(shape, 3), random.uniform(random.key(0), shape), np.reshape(square, [4])];
    const y = jit(() => np.zeros(shape));
    expect(y().shape).toEqual([2]);
    shape[0] = 9;
    expect(made.map((t) => t.shape)).toEqual([[2], [2], [2], [4]]);
    expect(await made[0].toArray()).toEqual([0, 0]);
  });

  it('do not change a transformation, nor that of who asks for the same one', async () => {
    const f = (a: Tensor, b: Tensor): Tensor => np.add(np.multiply(a, 2), np.multiply(b, 3));
    const argnums = [0];
    const first = grad(f, { argnums });
    argnums[0] = 1;
    for (const g of [first, grad(f, { argnums: [0] })])
      expect(await Promise.all(g(np.array(1), np.array(1)).map((t) => (t as Tensor).item()))).toEqual([2]);
    const inAxes = [0, null];
    const mapped = vmap(f, { inAxes });
    inAxes[1] = 0;
    expect(await mapped(np.array([1, 2]), np.array(1)).toArray()).toEqual([5, 7]);
    const entries = ['x'];
    const spec = new PartitionSpec(entries);
    entries[0] = 'y';
    expect(spec.toString()).toBe('P("x")');
  });

  it('do not change a compiled function, nor a set of devices', async () => {
    const [mesh, donateArgnums] = [new Mesh({ x: 2 }), [1]];
    const inShardings = [P('x'), P()];
    const add = jit((a: Tensor, b: Tensor) => np.add(a, b), { mesh, inShardings, donateArgnums });
    [inShardings[0], donateArgnums[0]] = [P(null, 'x'), 0];
    const kept = np.array([1, 2]);
    expect(await add(kept, np.array([3, 4])).toArray()).toEqual([4, 6]);
    expect(await kept.toArray()).toEqual([1, 2]);
    const ids = [0, 1];
    const devices = new DeviceSet(defaultEngine(), ids);
    ids[1] = 0;
    expect(devices.ids).toEqual([0, 1]);
  });

  it('are not those of a tensor: its shape stays', () => {
    const { shape } = np.zeros([2, 3]);
    expect(() => {
      (shape as number[])[0] = 5;
    }).toThrow(TypeError);
  });
});

it('meshes and sets of devices say what they are made of', () => {
  expect(errorOf(() => makeMesh({ x: 2 } as never, ['x'])).message).toMatch(/a list of sizes and a list of names/);
  expect(errorOf(() => makeMesh([2, 2], ['x', 'x'])).message).toMatch(/expected 2 different names, got x, x/);
  const [q, pool] = [np.zeros([1, 1, 1, 1, 1]), np.zeros([3, 2, 1, 1])];
  expect(errorOf(() => lax.pagedAttention(q, pool, pool, undefined as never)).message).toMatch(
    /table, lengths, positions/,
  );
  expect(errorOf(() => lax.pagedAttention(q, pool, pool, {} as never)).message).toMatch(/table, lengths or positions/);
  expect(errorOf(() => deviceSet(8 as never)).message).toMatch(/deviceSet takes an engine: got 8/);
});
