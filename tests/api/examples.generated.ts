/** Made by scripts/api-report.ts from the docstrings of src/api; do not edit. */
import { HostArray, Mesh, NamedSharding, P, PartitionSpec, allGather, allToAll, associativeScan, axisIndex, axisSize, blockUntilReady, checkpoint, closureConvert, collectiveTable, compilationCount, cond, currentMesh, customGradient, customJvp, customVjp, defaultBackend, defaultEngine, deviceCount, deviceGet, devicePut, devices, evalShape, foriLoop, fwdAndBwd, grad, hessian, hostTensor, hvp, inspectSharding, isTensor, jacfwd, jacobian, jit, jvp, lax, linearTranspose, linearize, lowerImported, makeJaxpr, makeMesh, map, nn, np, pmax, pmean, pmin, ppermute, pshuffle, psum, psumScatter, pswapaxes, random, runModule, scan, setDefaultEngine, shapeDtypeStruct, shard, shardMap, stagesText, switchCase, trace, tree, type Tensor, valueAndGrad, valueAndGradAux, visualizeSharding, vjp, vmap, whileLoop, withMesh } from '../../src/index.ts';

export interface GeneratedExample {
  readonly name: string;
  readonly expected: string;
  readonly run: () => Promise<unknown>;
}

export const examples: readonly GeneratedExample[] = [
  {
    name: "Mesh",
    expected: "8",
    run: async () => {
      return new Mesh({ data: 2, model: 4 }).size;
    },
  },
  {
    name: "NamedSharding",
    expected: "'P(\"data\")'",
    run: async () => {
      return new NamedSharding(new Mesh({ data: 2 }), P('data')).spec.toString();
    },
  },
  {
    name: "P",
    expected: "'P(\"data\", null)'",
    run: async () => {
      return P('data', null).toString();
    },
  },
  {
    name: "PartitionSpec",
    expected: "'P(\"data\", null)'",
    run: async () => {
      return new PartitionSpec(['data', null]).toString();
    },
  },
  {
    name: "Tensor",
    expected: "[2, 2]",
    run: async () => {
      return np.array([[1, 2], [3, 4]]).shape;
    },
  },
  {
    name: "allGather",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return vmap((x: Tensor) => allGather(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "allToAll",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return vmap((x: Tensor) => allToAll(x, 'i', 0, 0), { axisName: 'i' })(np.array([[1, 2], [3, 4]]));
    },
  },
  {
    name: "associativeScan",
    expected: "[1, 2, 6, 24]",
    run: async () => {
      return associativeScan((a: Tensor, b: Tensor) => np.multiply(a, b), np.array([1, 2, 3, 4]));
    },
  },
  {
    name: "axisIndex",
    expected: "[10, 21]",
    run: async () => {
      return vmap((x: Tensor) => np.add(x, axisIndex('i')), { axisName: 'i' })(np.array([10, 20], 'i32'));
    },
  },
  {
    name: "axisSize",
    expected: "[2, 4]",
    run: async () => {
      return vmap((x: Tensor) => np.multiply(x, axisSize('i')), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "blockUntilReady",
    expected: "3",
    run: async () => {
      return (await blockUntilReady({ a: np.add(1, 2) })).a;
    },
  },
  {
    name: "checkpoint",
    expected: "0.36004",
    run: async () => {
      return grad(checkpoint((x: Tensor) => np.sin(np.sin(x))))(np.array(1));
    },
  },
  {
    name: "closureConvert",
    expected: "[]",
    run: async () => {
      return closureConvert((x: Tensor) => np.sin(x), np.array(1))[1];
    },
  },
  {
    name: "collectiveTable",
    expected: "true",
    run: async () => {
      const f = jit((x: Tensor) => np.sum(shard(x, P('data'))), { mesh: new Mesh({ data: 2 }) });
      return collectiveTable(f.lower(np.ones([4])).report!).includes('all_reduce');
    },
  },
  {
    name: "compilationCount",
    expected: "true",
    run: async () => {
      const before = compilationCount();
      jit((x: Tensor) => np.multiply(x, 3))(np.array(2));
      return compilationCount() - before <= 1;
    },
  },
  {
    name: "cond",
    expected: "0",
    run: async () => {
      return cond(np.greater(2, 1), np.sin, np.cos, np.array(0));
    },
  },
  {
    name: "currentMesh",
    expected: "undefined",
    run: async () => {
      return currentMesh();
    },
  },
  {
    name: "customGradient",
    expected: "1",
    run: async () => {
      const clipped = customGradient((x: Tensor) => [x, (ct: Tensor) => [np.clip(ct, -1, 1)]] as const);
      return grad((x: Tensor) => np.multiply(clipped(x), 5))(np.array(2));
    },
  },
  {
    name: "customJvp",
    expected: "2",
    run: async () => {
      const f = customJvp((x: Tensor) => np.exp(x), ([x], [t]) => [np.exp(x), np.multiply(t, 2)]);
      return grad(f)(np.array(0));
    },
  },
  {
    name: "customVjp",
    expected: "-1",
    run: async () => {
      const f = customVjp((x: Tensor) => np.abs(x), (x) => [np.abs(x), x] as const, (x, ct) => [np.multiply(ct, np.sign(x))]);
      return grad(f)(np.array(-3));
    },
  },
  {
    name: "defaultBackend",
    expected: "true",
    run: async () => {
      return ['cpu', 'reference', 'xla'].includes(defaultBackend());
    },
  },
  {
    name: "defaultEngine",
    expected: "true",
    run: async () => {
      return defaultEngine().name === defaultBackend();
    },
  },
  {
    name: "deviceCount",
    expected: "true",
    run: async () => {
      return deviceCount() >= 1;
    },
  },
  {
    name: "deviceGet",
    expected: "[1, 2]",
    run: async () => {
      return (await deviceGet({ a: np.array([1, 2]) })).a.toNumbers();
    },
  },
  {
    name: "devicePut",
    expected: "[1, 2, 3]",
    run: async () => {
      return devicePut([1, 2, 3]);
    },
  },
  {
    name: "devices",
    expected: "0",
    run: async () => {
      return devices()[0].id;
    },
  },
  {
    name: "evalShape",
    expected: "[3, 3]",
    run: async () => {
      return evalShape((x: Tensor) => np.matmul(x, np.transpose(x)), np.ones([3, 4])).shape;
    },
  },
  {
    name: "foriLoop",
    expected: "6",
    run: async () => {
      return foriLoop(0, 4, (i, sum: Tensor) => np.add(sum, i), np.array(0, 'i32'));
    },
  },
  {
    name: "fwdAndBwd",
    expected: "[6]",
    run: async () => {
      const [forward, backward] = fwdAndBwd((x: Tensor) => np.square(x));
      const [, residuals] = forward(np.array(3));
      return backward(residuals, np.array(1));
    },
  },
  {
    name: "grad",
    expected: "[2, 4, 6]",
    run: async () => {
      return grad((x: Tensor) => np.sum(np.square(x)))(np.array([1, 2, 3]));
    },
  },
  {
    name: "hessian",
    expected: "[[0, 1], [1, 0]]",
    run: async () => {
      return hessian((x: Tensor) => np.prod(x))(np.array([2, 3]));
    },
  },
  {
    name: "hostTensor",
    expected: "'i32'",
    run: async () => {
      return hostTensor(HostArray.from('i32', [2], [1, 2])).dtype;
    },
  },
  {
    name: "hvp",
    expected: "[6, 0]",
    run: async () => {
      return hvp((x: Tensor) => np.sum(np.power(x, 3)), np.array([1, 2]), np.array([1, 0]));
    },
  },
  {
    name: "inspectSharding",
    expected: "true",
    run: async () => {
      const f = jit((x: Tensor) => shard(np.add(x, 1), P('data')), { mesh: new Mesh({ data: 2 }) });
      return Object.keys(inspectSharding(f.lower(np.ones([4])))).includes('collectives');
    },
  },
  {
    name: "isTensor",
    expected: "[true, false]",
    run: async () => {
      return [isTensor(np.ones([2])), isTensor([1, 1])];
    },
  },
  {
    name: "jacfwd",
    expected: "[[2, 0], [0, 4]]",
    run: async () => {
      return jacfwd((x: Tensor) => np.multiply(x, x))(np.array([1, 2]));
    },
  },
  {
    name: "jacobian",
    expected: "[[2, 0], [0, 4]]",
    run: async () => {
      return jacobian((x: Tensor) => np.multiply(x, x))(np.array([1, 2]));
    },
  },
  {
    name: "jit",
    expected: "[3, 5]",
    run: async () => {
      const f = jit((x: Tensor) => np.add(np.multiply(x, 2), 1));
      return f(np.array([1, 2]));
    },
  },
  {
    name: "jvp",
    expected: "[9, 6]",
    run: async () => {
      return jvp((x: Tensor) => np.square(x), [np.array(3)], [np.array(1)]);
    },
  },
  {
    name: "linearTranspose",
    expected: "[6]",
    run: async () => {
      return linearTranspose((x: Tensor) => np.multiply(x, 3), np.array(0))(np.array(2));
    },
  },
  {
    name: "linearize",
    expected: "[9, 6]",
    run: async () => {
      const [value, derivative] = linearize((x: Tensor) => np.square(x), np.array(3));
      return [value, derivative(np.array(1))];
    },
  },
  {
    name: "lowerImported",
    expected: "1",
    run: async () => {
      const { module } = trace((x: Tensor) => np.sin(x))(np.ones([2]));
      return lowerImported(module).lowered.perDevice.main.argTypes.length;
    },
  },
  {
    name: "makeJaxpr",
    expected: "true",
    run: async () => {
      return makeJaxpr((x: Tensor) => np.sin(x))(np.ones([2])).text().includes('stablehlo.sine');
    },
  },
  {
    name: "makeMesh",
    expected: "{ data: 2, model: 4 }",
    run: async () => {
      return makeMesh([2, 4], ['data', 'model']).axes;
    },
  },
  {
    name: "map",
    expected: "[3, 7]",
    run: async () => {
      return map((x: Tensor) => np.sum(x), np.array([[1, 2], [3, 4]]));
    },
  },
  {
    name: "pmax",
    expected: "[2, 2]",
    run: async () => {
      return vmap((x: Tensor) => pmax(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "pmean",
    expected: "[1.5, 1.5]",
    run: async () => {
      return vmap((x: Tensor) => pmean(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "pmin",
    expected: "[1, 1]",
    run: async () => {
      return vmap((x: Tensor) => pmin(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "ppermute",
    expected: "[2, 1]",
    run: async () => {
      return vmap((x: Tensor) => ppermute(x, 'i', [[0, 1], [1, 0]]), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "pshuffle",
    expected: "[2, 1]",
    run: async () => {
      return vmap((x: Tensor) => pshuffle(x, 'i', [1, 0]), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "psum",
    expected: "[3, 3]",
    run: async () => {
      return vmap((x: Tensor) => psum(x, 'i'), { axisName: 'i' })(np.array([1, 2]));
    },
  },
  {
    name: "psumScatter",
    expected: "[4, 6]",
    run: async () => {
      return vmap((x: Tensor) => psumScatter(x, 'i'), { axisName: 'i' })(np.array([[1, 2], [3, 4]]));
    },
  },
  {
    name: "pswapaxes",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return vmap((x: Tensor) => pswapaxes(x, 'i', 0), { axisName: 'i' })(np.array([[1, 2], [3, 4]]));
    },
  },
  {
    name: "runModule",
    expected: "[2, 4]",
    run: async () => {
      const { module } = trace((x: Tensor) => np.multiply(x, 2))(np.ones([2]));
      return (await runModule(module, [HostArray.from('f32', [2], [1, 2])]))[0].toNumbers();
    },
  },
  {
    name: "scan",
    expected: "[6, [0, 2, 9]]",
    run: async () => {
      return scan((sum: Tensor, x: Tensor) => [np.add(sum, x), np.multiply(sum, x)] as const, np.array(0), np.array([1, 2, 3]));
    },
  },
  {
    name: "setDefaultEngine",
    expected: "'reference'",
    run: async () => {
      return setDefaultEngine('reference').name;
    },
  },
  {
    name: "shapeDtypeStruct",
    expected: "[2, 3]",
    run: async () => {
      return shapeDtypeStruct([2, 3], 'bf16').shape;
    },
  },
  {
    name: "shard",
    expected: "[2, 3]",
    run: async () => {
      const f = jit((x: Tensor) => shard(np.add(x, 1), P('data')), { mesh: new Mesh({ data: 2 }) });
      return f(np.array([1, 2]));
    },
  },
  {
    name: "shardMap",
    expected: "[3]",
    run: async () => {
      const mesh = new Mesh({ data: 2 });
      const f = shardMap((x: Tensor) => psum(x, 'data'), { mesh, inSpecs: [P('data')], outSpecs: P() });
      return jit(f, { mesh })(np.array([1, 2]));
    },
  },
  {
    name: "stagesText",
    expected: "['traced', 'optimized']",
    run: async () => {
      return [...stagesText(jit((x: Tensor) => np.sin(x)).lower(np.ones([2]))).keys()];
    },
  },
  {
    name: "switchCase",
    expected: "1",
    run: async () => {
      return switchCase(np.array(1, 'i32'), [np.sin, np.exp, np.cos], np.array(0));
    },
  },
  {
    name: "valueAndGrad",
    expected: "[5, [2, 4]]",
    run: async () => {
      return valueAndGrad((x: Tensor) => np.sum(np.square(x)))(np.array([1, 2]));
    },
  },
  {
    name: "valueAndGradAux",
    expected: "[[9, { twice: 6 }], 6]",
    run: async () => {
      return valueAndGradAux((x: Tensor) => [np.square(x), { twice: np.add(x, x) }])(np.array(3));
    },
  },
  {
    name: "visualizeSharding",
    expected: "true",
    run: async () => {
      return visualizeSharding(devicePut(np.ones([4]), new Mesh({ data: 2 }), P('data'))).length > 0;
    },
  },
  {
    name: "vjp",
    expected: "[9, [6]]",
    run: async () => {
      const [value, pullback] = vjp((x: Tensor) => np.square(x), np.array(3));
      return [value, pullback(np.array(1))];
    },
  },
  {
    name: "vmap",
    expected: "[3, 14]",
    run: async () => {
      return vmap((x: Tensor, y: Tensor) => np.vdot(x, y))(np.array([[1, 2], [3, 4]]), np.array([[1, 1], [2, 2]]));
    },
  },
  {
    name: "whileLoop",
    expected: "192",
    run: async () => {
      return whileLoop((x: Tensor) => np.less(x, 100), (x) => np.multiply(x, 2), np.array(3));
    },
  },
  {
    name: "withMesh",
    expected: "2",
    run: async () => {
      return withMesh(new Mesh({ data: 2 }), () => currentMesh()?.size);
    },
  },
  {
    name: "lax.abs",
    expected: "[1, 2]",
    run: async () => {
      return lax.abs([-1, 2]);
    },
  },
  {
    name: "lax.acos",
    expected: "[1.5708, 0]",
    run: async () => {
      return lax.acos([0, 1]);
    },
  },
  {
    name: "lax.acosh",
    expected: "[0, 1.317]",
    run: async () => {
      return lax.acosh([1, 2]);
    },
  },
  {
    name: "lax.add",
    expected: "[4, 6]",
    run: async () => {
      return lax.add(np.array([1, 2]), np.array([3, 4]));
    },
  },
  {
    name: "lax.approxMaxK",
    expected: "[[3, 2], [0, 2]]",
    run: async () => {
      return lax.approxMaxK([3, 1, 2], 2);
    },
  },
  {
    name: "lax.approxMinK",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return lax.approxMinK([3, 1, 2], 2);
    },
  },
  {
    name: "lax.argmax",
    expected: "1",
    run: async () => {
      return lax.argmax([3, 9, 2]);
    },
  },
  {
    name: "lax.argmin",
    expected: "2",
    run: async () => {
      return lax.argmin([3, 9, 2]);
    },
  },
  {
    name: "lax.asTensor",
    expected: "[2, 2]",
    run: async () => {
      return lax.asTensor([[1, 2], [3, 4]]).shape;
    },
  },
  {
    name: "lax.asin",
    expected: "[0, 1.5708]",
    run: async () => {
      return lax.asin([0, 1]);
    },
  },
  {
    name: "lax.asinh",
    expected: "[0, 0.88137]",
    run: async () => {
      return lax.asinh([0, 1]);
    },
  },
  {
    name: "lax.atan",
    expected: "[0, 0.7854]",
    run: async () => {
      return lax.atan([0, 1]);
    },
  },
  {
    name: "lax.atan2",
    expected: "[0.7854, -1.5708]",
    run: async () => {
      return lax.atan2(np.array([1, -1]), np.array([1, 0]));
    },
  },
  {
    name: "lax.atanh",
    expected: "[0, 0.54931]",
    run: async () => {
      return lax.atanh([0, 0.5]);
    },
  },
  {
    name: "lax.avgPool",
    expected: "[1.5, 3.5]",
    run: async () => {
      return lax.avgPool([1, 2, 3, 4], [2], { windowStrides: [2] });
    },
  },
  {
    name: "lax.batchMatmul",
    expected: "[[[3]], [[3]]]",
    run: async () => {
      return lax.batchMatmul(np.ones([2, 1, 3]), np.ones([2, 3, 1]));
    },
  },
  {
    name: "lax.besselI0e",
    expected: "[1, 0.46576]",
    run: async () => {
      return lax.besselI0e([0, 1]);
    },
  },
  {
    name: "lax.besselI1e",
    expected: "[0, 0.20791]",
    run: async () => {
      return lax.besselI1e([0, 1]);
    },
  },
  {
    name: "lax.betainc",
    expected: "[0.26172, 0.6875]",
    run: async () => {
      return lax.betainc(2, 3, np.array([0.25, 0.5]));
    },
  },
  {
    name: "lax.bitcastConvertType",
    expected: "[1065353216]",
    run: async () => {
      return lax.bitcastConvertType(np.array([1]), 'i32');
    },
  },
  {
    name: "lax.bitwiseAnd",
    expected: "[2, 1]",
    run: async () => {
      return lax.bitwiseAnd(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "lax.bitwiseNot",
    expected: "[-1, -6]",
    run: async () => {
      return lax.bitwiseNot(np.array([0, 5], 'i32'));
    },
  },
  {
    name: "lax.bitwiseOr",
    expected: "[7, 7]",
    run: async () => {
      return lax.bitwiseOr(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "lax.bitwiseXor",
    expected: "[5, 6]",
    run: async () => {
      return lax.bitwiseXor(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "lax.broadcast",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return lax.broadcast(np.array([1, 2]), [2]);
    },
  },
  {
    name: "lax.broadcastInDim",
    expected: "[[1, 1, 1], [2, 2, 2]]",
    run: async () => {
      return lax.broadcastInDim(np.array([1, 2]), [2, 3], [0]);
    },
  },
  {
    name: "lax.broadcastLike",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return lax.broadcastLike(np.array([1, 2]), np.zeros([2, 2]));
    },
  },
  {
    name: "lax.broadcastShapes",
    expected: "[2, 3]",
    run: async () => {
      return lax.broadcastShapes([2, 1], [3]);
    },
  },
  {
    name: "lax.broadcastedIota",
    expected: "[[0, 1], [0, 1]]",
    run: async () => {
      return lax.broadcastedIota('i32', [2, 2], 1);
    },
  },
  {
    name: "lax.cbrt",
    expected: "[2, -3]",
    run: async () => {
      return lax.cbrt([8, -27]);
    },
  },
  {
    name: "lax.ceil",
    expected: "[2, -1]",
    run: async () => {
      return lax.ceil([1.2, -1.2]);
    },
  },
  {
    name: "lax.clamp",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return lax.clamp(0, np.array([-1, 0.5, 2]), 1);
    },
  },
  {
    name: "lax.clz",
    expected: "[31, 23]",
    run: async () => {
      return lax.clz(np.array([1, 256], 'i32'));
    },
  },
  {
    name: "lax.collapse",
    expected: "[2, 12]",
    run: async () => {
      return lax.collapse(np.ones([2, 3, 4]), 1).shape;
    },
  },
  {
    name: "lax.compare",
    expected: "[true, false]",
    run: async () => {
      return lax.compare(np.array([1, 2]), 2, 'LT');
    },
  },
  {
    name: "lax.complex",
    expected: "[[1, 0], [2, -1]]",
    run: async () => {
      return lax.complex([1, 2], [0, -1]);
    },
  },
  {
    name: "lax.concatenate",
    expected: "[1, 2, 3]",
    run: async () => {
      return lax.concatenate([np.array([1, 2]), np.array([3])], 0);
    },
  },
  {
    name: "lax.conj",
    expected: "[[1, -2]]",
    run: async () => {
      return lax.conj(lax.complex([1], [2]));
    },
  },
  {
    name: "lax.conv",
    expected: "[[[[4, 4], [4, 4]]]]",
    run: async () => {
      return lax.conv(np.ones([1, 1, 3, 3]), np.ones([1, 1, 2, 2]), [1, 1], 'VALID');
    },
  },
  {
    name: "lax.convGeneralDilated",
    expected: "[[[2]]]",
    run: async () => {
      return lax.convGeneralDilated(np.ones([1, 1, 4]), np.ones([1, 1, 2]), [2], 'VALID', { rhsDilation: [2] });
    },
  },
  {
    name: "lax.convGeneralDilatedLocal",
    expected: "[[[2, 2]]]",
    run: async () => {
      return lax.convGeneralDilatedLocal(np.ones([1, 1, 3]), np.ones([1, 2, 2]), [1], 'VALID', [2]);
    },
  },
  {
    name: "lax.convGeneralDilatedPatches",
    expected: "[[[1, 2], [2, 3]]]",
    run: async () => {
      return lax.convGeneralDilatedPatches(np.reshape([1, 2, 3], [1, 1, 3]), [2], [1], 'VALID');
    },
  },
  {
    name: "lax.convTranspose",
    expected: "[[[1], [1], [1], [1]]]",
    run: async () => {
      return lax.convTranspose(np.ones([1, 2, 1]), np.ones([2, 1, 1]), [2], 'VALID');
    },
  },
  {
    name: "lax.convWithGeneralPadding",
    expected: "[[[1, 2, 2]]]",
    run: async () => {
      return lax.convWithGeneralPadding(np.ones([1, 1, 3]), np.ones([1, 1, 2]), [1], [[1, 0]]);
    },
  },
  {
    name: "lax.convertElementType",
    expected: "[1, -1]",
    run: async () => {
      return lax.convertElementType([1.7, -1.7], 'i32');
    },
  },
  {
    name: "lax.cos",
    expected: "[1, 0.5403]",
    run: async () => {
      return lax.cos([0, 1]);
    },
  },
  {
    name: "lax.cosh",
    expected: "[1, 1.5431]",
    run: async () => {
      return lax.cosh([0, 1]);
    },
  },
  {
    name: "lax.cumlogsumexp",
    expected: "[0, 0.69315, 1.0986]",
    run: async () => {
      return lax.cumlogsumexp([0, 0, 0]);
    },
  },
  {
    name: "lax.cummax",
    expected: "[1, 3, 3]",
    run: async () => {
      return lax.cummax([1, 3, 2]);
    },
  },
  {
    name: "lax.cummin",
    expected: "[3, 1, 1]",
    run: async () => {
      return lax.cummin([3, 1, 2]);
    },
  },
  {
    name: "lax.cumprod",
    expected: "[1, 2, 6]",
    run: async () => {
      return lax.cumprod([1, 2, 3]);
    },
  },
  {
    name: "lax.cumsum",
    expected: "[6, 5, 3]",
    run: async () => {
      return lax.cumsum([1, 2, 3], 0, true);
    },
  },
  {
    name: "lax.customLinearSolve",
    expected: "[1, 1]",
    run: async () => {
      const a = np.array([[2, 0], [0, 4]]);
      return lax.customLinearSolve((x: Tensor) => np.matmul(a, x), np.array([2, 4]), (_, b) => np.linalg.solve(a, b));
    },
  },
  {
    name: "lax.customRoot",
    expected: "0.25",
    run: async () => {
      const root = (a: Tensor) => lax.customRoot((x: Tensor) => np.subtract(np.square(x), a), a, () => np.sqrt(a), (g, y) => np.divide(y, g(np.onesLike(y))));
      return grad(root)(np.array(4));
    },
  },
  {
    name: "lax.digamma",
    expected: "[-0.57722, 0.42278]",
    run: async () => {
      return lax.digamma([1, 2]);
    },
  },
  {
    name: "lax.div",
    expected: "[3, -3]",
    run: async () => {
      return lax.div(np.array([7, -7], 'i32'), 2);
    },
  },
  {
    name: "lax.dot",
    expected: "11",
    run: async () => {
      return lax.dot(np.array([1, 2]), np.array([3, 4]));
    },
  },
  {
    name: "lax.dotGeneral",
    expected: "[[3, 3], [3, 3]]",
    run: async () => {
      return lax.dotGeneral(np.ones([2, 3]), np.ones([2, 3]), { lhsContractingDimensions: [1], rhsContractingDimensions: [1] });
    },
  },
  {
    name: "lax.dynamicIndexInDim",
    expected: "[[3, 4]]",
    run: async () => {
      return lax.dynamicIndexInDim(np.array([[1, 2], [3, 4]]), 1);
    },
  },
  {
    name: "lax.dynamicSlice",
    expected: "[2, 3]",
    run: async () => {
      return lax.dynamicSlice(np.array([1, 2, 3, 4]), [1], [2]);
    },
  },
  {
    name: "lax.dynamicSliceInDim",
    expected: "[3, 4]",
    run: async () => {
      return lax.dynamicSliceInDim(np.array([1, 2, 3, 4]), 3, 2);
    },
  },
  {
    name: "lax.dynamicUpdateIndexInDim",
    expected: "[1, 9, 3]",
    run: async () => {
      return lax.dynamicUpdateIndexInDim(np.array([1, 2, 3]), np.array(9), 1);
    },
  },
  {
    name: "lax.dynamicUpdateSlice",
    expected: "[1, 8, 9]",
    run: async () => {
      return lax.dynamicUpdateSlice(np.array([1, 2, 3]), np.array([8, 9]), [1]);
    },
  },
  {
    name: "lax.dynamicUpdateSliceInDim",
    expected: "[8, 9, 3]",
    run: async () => {
      return lax.dynamicUpdateSliceInDim(np.array([1, 2, 3]), np.array([8, 9]), 0);
    },
  },
  {
    name: "lax.eq",
    expected: "[false, true]",
    run: async () => {
      return lax.eq(np.array([1, 2]), 2);
    },
  },
  {
    name: "lax.erf",
    expected: "[0, 0.8427]",
    run: async () => {
      return lax.erf([0, 1]);
    },
  },
  {
    name: "lax.erfInv",
    expected: "[0, 0.47694]",
    run: async () => {
      return lax.erfInv([0, 0.5]);
    },
  },
  {
    name: "lax.erfc",
    expected: "[1, 0.00002209]",
    run: async () => {
      return lax.erfc([0, 3]);
    },
  },
  {
    name: "lax.exp",
    expected: "[1, 2.7183]",
    run: async () => {
      return lax.exp([0, 1]);
    },
  },
  {
    name: "lax.exp2",
    expected: "[1, 8]",
    run: async () => {
      return lax.exp2([0, 3]);
    },
  },
  {
    name: "lax.expandDims",
    expected: "[1, 2]",
    run: async () => {
      return lax.expandDims([1, 2], 0).shape;
    },
  },
  {
    name: "lax.expm1",
    expected: "[0, 0.00001]",
    run: async () => {
      return lax.expm1([0, 1e-5]);
    },
  },
  {
    name: "lax.fft",
    expected: "[[10, 0], [-2, 2], [-2, 0], [-2, -2]]",
    run: async () => {
      return lax.fft(np.astype([1, 2, 3, 4], 'c64'), 'FFT', [4]);
    },
  },
  {
    name: "lax.floor",
    expected: "[1, -2]",
    run: async () => {
      return lax.floor([1.2, -1.2]);
    },
  },
  {
    name: "lax.full",
    expected: "[7, 7]",
    run: async () => {
      return lax.full([2], 7);
    },
  },
  {
    name: "lax.fullLike",
    expected: "[7, 7]",
    run: async () => {
      return lax.fullLike(np.ones([2], 'i32'), 7);
    },
  },
  {
    name: "lax.gather",
    expected: "[30, 10]",
    run: async () => {
      return lax.gather(np.array([10, 20, 30]), np.array([[2], [0]], 'i32'), { collapsedSliceDims: [0], startIndexMap: [0], indexVectorDim: 1 }, [1]);
    },
  },
  {
    name: "lax.ge",
    expected: "[false, true, true]",
    run: async () => {
      return lax.ge(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.gt",
    expected: "[false, false, true]",
    run: async () => {
      return lax.gt(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.igamma",
    expected: "[0.26424, 0.59399]",
    run: async () => {
      return lax.igamma(2, np.array([1, 2]));
    },
  },
  {
    name: "lax.igammaGradA",
    expected: "[-0.2762, -0.294]",
    run: async () => {
      return lax.igammaGradA(2, np.array([1, 2]));
    },
  },
  {
    name: "lax.igammac",
    expected: "[0.73576, 0.40601]",
    run: async () => {
      return lax.igammac(2, np.array([1, 2]));
    },
  },
  {
    name: "lax.imag",
    expected: "[2]",
    run: async () => {
      return lax.imag(lax.complex([1], [2]));
    },
  },
  {
    name: "lax.inBounds",
    expected: "[false, true, false]",
    run: async () => {
      return lax.inBounds(np.array([-1, 0, 3], 'i32'), 3);
    },
  },
  {
    name: "lax.indexInDim",
    expected: "[3, 4]",
    run: async () => {
      return lax.indexInDim(np.array([[1, 2], [3, 4]]), -1, 0, false);
    },
  },
  {
    name: "lax.indexTake",
    expected: "[2, 3]",
    run: async () => {
      return lax.indexTake(np.array([[1, 2], [3, 4]]), [np.array([0, 1], 'i32'), np.array([1, 0], 'i32')], [0, 1]);
    },
  },
  {
    name: "lax.integerPow",
    expected: "[8, -27]",
    run: async () => {
      return lax.integerPow([2, -3], 3);
    },
  },
  {
    name: "lax.iota",
    expected: "[[0, 1, 2], [0, 1, 2]]",
    run: async () => {
      return lax.iota('i32', [2, 3], 1);
    },
  },
  {
    name: "lax.isFinite",
    expected: "[true, false, false]",
    run: async () => {
      return lax.isFinite([1, Infinity, NaN]);
    },
  },
  {
    name: "lax.le",
    expected: "[true, true, false]",
    run: async () => {
      return lax.le(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.lgamma",
    expected: "[3.1781, 0.57236]",
    run: async () => {
      return lax.lgamma([5, 0.5]);
    },
  },
  {
    name: "lax.likePair",
    expected: "[2, 2]",
    run: async () => {
      return lax.likePair(2, np.array([1, 3]))[0];
    },
  },
  {
    name: "lax.log",
    expected: "[0, 2.3026]",
    run: async () => {
      return lax.log([1, 10]);
    },
  },
  {
    name: "lax.log1p",
    expected: "[0, 0.0000099999]",
    run: async () => {
      return lax.log1p([0, 1e-5]);
    },
  },
  {
    name: "lax.logistic",
    expected: "[0.5, 0.8808]",
    run: async () => {
      return lax.logistic([0, 2]);
    },
  },
  {
    name: "lax.lt",
    expected: "[true, false, false]",
    run: async () => {
      return lax.lt(np.array([1, 2, 3]), 2);
    },
  },
  {
    name: "lax.max",
    expected: "[4, 5]",
    run: async () => {
      return lax.max(np.array([1, 5]), np.array([4, 2]));
    },
  },
  {
    name: "lax.min",
    expected: "[1, 2]",
    run: async () => {
      return lax.min(np.array([1, 5]), np.array([4, 2]));
    },
  },
  {
    name: "lax.mul",
    expected: "[3, 6]",
    run: async () => {
      return lax.mul(np.array([1, 2]), 3);
    },
  },
  {
    name: "lax.mulhi",
    expected: "[2]",
    run: async () => {
      return lax.mulhi(np.array([2 ** 30], 'i32'), np.array([8], 'i32'));
    },
  },
  {
    name: "lax.ne",
    expected: "[true, false]",
    run: async () => {
      return lax.ne(np.array([1, 2]), 2);
    },
  },
  {
    name: "lax.neg",
    expected: "[-1, 2]",
    run: async () => {
      return lax.neg([1, -2]);
    },
  },
  {
    name: "lax.nextafter",
    expected: "[1.1921e-7]",
    run: async () => {
      return np.subtract(lax.nextafter([1], [2]), 1);
    },
  },
  {
    name: "lax.optimizationBarrier",
    expected: "[1, 2]",
    run: async () => {
      return lax.optimizationBarrier(np.array([1, 2]));
    },
  },
  {
    name: "lax.pad",
    expected: "[0, 1, 0, 2]",
    run: async () => {
      return lax.pad(np.array([1, 2]), 0, [[1, 0, 1]]);
    },
  },
  {
    name: "lax.padtypeToPads",
    expected: "[[1, 1]]",
    run: async () => {
      return lax.padtypeToPads([5], [3], [2], 'SAME');
    },
  },
  {
    name: "lax.polygamma",
    expected: "[1.6449, 0.64493]",
    run: async () => {
      return lax.polygamma(1, np.array([1, 2]));
    },
  },
  {
    name: "lax.populationCount",
    expected: "[3, 1]",
    run: async () => {
      return lax.populationCount(np.array([7, 8], 'i32'));
    },
  },
  {
    name: "lax.pow",
    expected: "[4, 9]",
    run: async () => {
      return lax.pow(np.array([2, 3]), 2);
    },
  },
  {
    name: "lax.raggedDot",
    expected: "[[2], [10], [10]]",
    run: async () => {
      return lax.raggedDot(np.ones([3, 2]), np.array([[[1], [1]], [[5], [5]]]), np.array([1, 2], 'i32'));
    },
  },
  {
    name: "lax.raggedDotGeneral",
    expected: "[[2], [2], [10]]",
    run: async () => {
      const dims = { lhsContractingDimensions: [1], rhsContractingDimensions: [1], lhsRaggedDimensions: [0], rhsGroupDimensions: [0] };
      return lax.raggedDotGeneral(np.ones([3, 2]), np.array([[[1], [1]], [[5], [5]]]), np.array([2, 1], 'i32'), dims);
    },
  },
  {
    name: "lax.randomGammaGrad",
    expected: "[0.75078, 1.0862]",
    run: async () => {
      return lax.randomGammaGrad(2, np.array([1, 2]));
    },
  },
  {
    name: "lax.real",
    expected: "[1]",
    run: async () => {
      return lax.real(lax.complex([1], [2]));
    },
  },
  {
    name: "lax.reciprocal",
    expected: "[0.5, 0.25]",
    run: async () => {
      return lax.reciprocal([2, 4]);
    },
  },
  {
    name: "lax.reduce",
    expected: "[4, 6]",
    run: async () => {
      return lax.reduce(np.array([[1, 2], [3, 4]]), 'sum', [0]);
    },
  },
  {
    name: "lax.reduceAnd",
    expected: "false",
    run: async () => {
      return lax.reduceAnd(np.array([true, false]), [0]);
    },
  },
  {
    name: "lax.reduceMax",
    expected: "[2, 4]",
    run: async () => {
      return lax.reduceMax(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceMin",
    expected: "[1, 3]",
    run: async () => {
      return lax.reduceMin(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceOr",
    expected: "true",
    run: async () => {
      return lax.reduceOr(np.array([true, false]), [0]);
    },
  },
  {
    name: "lax.reducePrecision",
    expected: "[1]",
    run: async () => {
      return lax.reducePrecision([1.01], 8, 3);
    },
  },
  {
    name: "lax.reduceProd",
    expected: "[2, 12]",
    run: async () => {
      return lax.reduceProd(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceSum",
    expected: "[3, 7]",
    run: async () => {
      return lax.reduceSum(np.array([[1, 2], [3, 4]]), [1]);
    },
  },
  {
    name: "lax.reduceWindow",
    expected: "[3, 3, 5]",
    run: async () => {
      return lax.reduceWindow([1, 3, 2, 5], 'max', [2]);
    },
  },
  {
    name: "lax.reduceXor",
    expected: "5",
    run: async () => {
      return lax.reduceXor(np.array([6, 3], 'i32'), [0]);
    },
  },
  {
    name: "lax.rem",
    expected: "[1, -1]",
    run: async () => {
      return lax.rem(np.array([7, -7], 'i32'), 3);
    },
  },
  {
    name: "lax.reshape",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return lax.reshape(np.array([1, 2, 3, 4]), [2, 2]);
    },
  },
  {
    name: "lax.rev",
    expected: "[3, 2, 1]",
    run: async () => {
      return lax.rev(np.array([1, 2, 3]), [0]);
    },
  },
  {
    name: "lax.rngBitGenerator",
    expected: "[3]",
    run: async () => {
      return jit((s: Tensor) => lax.rngBitGenerator(s, [3]))(np.array([1n, 2n], 'u64'))[1].shape;
    },
  },
  {
    name: "lax.round",
    expected: "[1, 2, -3]",
    run: async () => {
      return lax.round([0.5, 1.5, -2.5]);
    },
  },
  {
    name: "lax.rsqrt",
    expected: "[0.5, 0.25]",
    run: async () => {
      return lax.rsqrt([4, 16]);
    },
  },
  {
    name: "lax.scatter",
    expected: "[0, 5, 0]",
    run: async () => {
      return lax.scatter(np.zeros([3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterAdd",
    expected: "[1, 12, 1]",
    run: async () => {
      return lax.scatterAdd(np.ones([3]), np.array([[1], [1]], 'i32'), np.array([5, 6]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterApply",
    expected: "[1, 4, 3]",
    run: async () => {
      return lax.scatterApply(np.array([1, 2, 3]), np.array([[1]], 'i32'), np.square, { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterMax",
    expected: "[1, 5]",
    run: async () => {
      return lax.scatterMax(np.ones([2]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterMin",
    expected: "[1, -5]",
    run: async () => {
      return lax.scatterMin(np.ones([2]), np.array([[1]], 'i32'), np.array([-5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterMul",
    expected: "[2, 15]",
    run: async () => {
      return lax.scatterMul(np.array([2, 3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterSub",
    expected: "[2, -2]",
    run: async () => {
      return lax.scatterSub(np.array([2, 3]), np.array([[1]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.scatterWith",
    expected: "[0, 0, 5]",
    run: async () => {
      return lax.scatterWith('add', np.zeros([3]), np.array([[2]], 'i32'), np.array([5]), { insertedWindowDims: [0], scatterDimsToOperandDims: [0], indexVectorDim: 1 });
    },
  },
  {
    name: "lax.select",
    expected: "[1, 0]",
    run: async () => {
      return lax.select(np.array([true, false]), np.array([1, 2]), 0);
    },
  },
  {
    name: "lax.selectN",
    expected: "[1, 3]",
    run: async () => {
      return lax.selectN(np.array([0, 2], 'i32'), np.array([1, 1]), np.array([2, 2]), np.array([3, 3]));
    },
  },
  {
    name: "lax.shiftLeft",
    expected: "[4, 12]",
    run: async () => {
      return lax.shiftLeft(np.array([1, 3], 'i32'), 2);
    },
  },
  {
    name: "lax.shiftRightArithmetic",
    expected: "[-4, 4]",
    run: async () => {
      return lax.shiftRightArithmetic(np.array([-8, 8], 'i32'), 1);
    },
  },
  {
    name: "lax.shiftRightLogical",
    expected: "[4]",
    run: async () => {
      return lax.shiftRightLogical(np.array([8], 'i32'), 1);
    },
  },
  {
    name: "lax.sign",
    expected: "[-1, 0, 1]",
    run: async () => {
      return lax.sign([-3, 0, 2]);
    },
  },
  {
    name: "lax.sin",
    expected: "[0, 0.84147]",
    run: async () => {
      return lax.sin([0, 1]);
    },
  },
  {
    name: "lax.sinh",
    expected: "[0, 1.1752]",
    run: async () => {
      return lax.sinh([0, 1]);
    },
  },
  {
    name: "lax.slice",
    expected: "[1, 3, 5]",
    run: async () => {
      return lax.slice(np.array([1, 2, 3, 4, 5]), [0], [5], [2]);
    },
  },
  {
    name: "lax.sliceInDim",
    expected: "[[1], [3]]",
    run: async () => {
      return lax.sliceInDim(np.array([[1, 2], [3, 4]]), 0, 1, 1, 1);
    },
  },
  {
    name: "lax.sort",
    expected: "[[1, 2, 3], [10, 20, 30]]",
    run: async () => {
      return lax.sort([np.array([3, 1, 2]), np.array([30, 10, 20])]);
    },
  },
  {
    name: "lax.sortKeyVal",
    expected: "[10, 20, 30]",
    run: async () => {
      return lax.sortKeyVal(np.array([3, 1, 2]), np.array([30, 10, 20]))[1];
    },
  },
  {
    name: "lax.split",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return lax.split([1, 2, 3, 4], 2);
    },
  },
  {
    name: "lax.sqrt",
    expected: "[2, 3]",
    run: async () => {
      return lax.sqrt([4, 9]);
    },
  },
  {
    name: "lax.square",
    expected: "[9, 16]",
    run: async () => {
      return lax.square([3, -4]);
    },
  },
  {
    name: "lax.squeeze",
    expected: "[2]",
    run: async () => {
      return lax.squeeze(np.ones([1, 2, 1])).shape;
    },
  },
  {
    name: "lax.stack",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return lax.stack([[1, 2], [3, 4]], 1);
    },
  },
  {
    name: "lax.stopGradient",
    expected: "3",
    run: async () => {
      return grad((x: Tensor) => np.multiply(x, lax.stopGradient(x)))(np.array(3));
    },
  },
  {
    name: "lax.sub",
    expected: "[-2, -1]",
    run: async () => {
      return lax.sub(np.array([1, 2]), 3);
    },
  },
  {
    name: "lax.takeRows",
    expected: "[[3, 4], [1, 2], [3, 4]]",
    run: async () => {
      return lax.takeRows(np.array([[1, 2], [3, 4]]), np.array([1, 0, 1], 'i32'));
    },
  },
  {
    name: "lax.tan",
    expected: "[0, 1.5574]",
    run: async () => {
      return lax.tan([0, 1]);
    },
  },
  {
    name: "lax.tanh",
    expected: "[0, 0.76159]",
    run: async () => {
      return lax.tanh([0, 1]);
    },
  },
  {
    name: "lax.tile",
    expected: "[1, 2, 1, 2]",
    run: async () => {
      return lax.tile([1, 2], [2]);
    },
  },
  {
    name: "lax.transpose",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return lax.transpose(np.array([[1, 2], [3, 4]]), [1, 0]);
    },
  },
  {
    name: "lax.unstack",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return lax.unstack(np.array([[1, 2], [3, 4]]));
    },
  },
  {
    name: "lax.zeta",
    expected: "[1.6449]",
    run: async () => {
      return lax.zeta(np.array([2]), 1);
    },
  },
  {
    name: "np.abs",
    expected: "[1, 2]",
    run: async () => {
      return np.abs([-1, 2]);
    },
  },
  {
    name: "np.absolute",
    expected: "[1, 2]",
    run: async () => {
      return np.absolute([-1, 2]);
    },
  },
  {
    name: "np.acos",
    expected: "[1.5708, 0]",
    run: async () => {
      return np.acos([0, 1]);
    },
  },
  {
    name: "np.acosh",
    expected: "[0, 1.317]",
    run: async () => {
      return np.acosh([1, 2]);
    },
  },
  {
    name: "np.add",
    expected: "[4, 5]",
    run: async () => {
      return np.add([1, 2], 3);
    },
  },
  {
    name: "np.all",
    expected: "false",
    run: async () => {
      return np.all([true, false]);
    },
  },
  {
    name: "np.allclose",
    expected: "true",
    run: async () => {
      return np.allclose([1, 2], [1, 2.000001]);
    },
  },
  {
    name: "np.amax",
    expected: "[5, 3]",
    run: async () => {
      return np.amax([[1, 5], [3, 2]], { axis: 1 });
    },
  },
  {
    name: "np.amin",
    expected: "[1, 2]",
    run: async () => {
      return np.amin([[1, 5], [3, 2]], { axis: 1 });
    },
  },
  {
    name: "np.angle",
    expected: "[1.5708]",
    run: async () => {
      return np.angle(lax.complex([0], [1]));
    },
  },
  {
    name: "np.any",
    expected: "true",
    run: async () => {
      return np.any([true, false]);
    },
  },
  {
    name: "np.append",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.append([1, 2], [3]);
    },
  },
  {
    name: "np.applyAlongAxis",
    expected: "[3, 7]",
    run: async () => {
      return np.applyAlongAxis((v) => np.sum(v), 1, [[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.applyOverAxes",
    expected: "[[6]]",
    run: async () => {
      return np.applyOverAxes((x, axis) => np.sum(x, { axis }), np.ones([2, 3]), [0, 1]);
    },
  },
  {
    name: "np.arange",
    expected: "[1, 4, 7]",
    run: async () => {
      return np.arange(1, 10, 3);
    },
  },
  {
    name: "np.arcsin",
    expected: "[0, 1.5708]",
    run: async () => {
      return np.arcsin([0, 1]);
    },
  },
  {
    name: "np.arcsinh",
    expected: "[0, 0.88137]",
    run: async () => {
      return np.arcsinh([0, 1]);
    },
  },
  {
    name: "np.arctan",
    expected: "[0, 0.7854]",
    run: async () => {
      return np.arctan([0, 1]);
    },
  },
  {
    name: "np.arctan2",
    expected: "[0.7854, -1.5708]",
    run: async () => {
      return np.arctan2([1, -1], [1, 0]);
    },
  },
  {
    name: "np.arctanh",
    expected: "[0, 0.54931]",
    run: async () => {
      return np.arctanh([0, 0.5]);
    },
  },
  {
    name: "np.argpartition",
    expected: "[1, 2, 0]",
    run: async () => {
      return np.argpartition([3, 1, 2], 1);
    },
  },
  {
    name: "np.argsort",
    expected: "[1, 2, 0]",
    run: async () => {
      return np.argsort([30, 10, 20]);
    },
  },
  {
    name: "np.argwhere",
    expected: "[[0, 1], [1, 0]]",
    run: async () => {
      return np.argwhere([[0, 1], [1, 0]], { size: 2 });
    },
  },
  {
    name: "np.around",
    expected: "[1.2, 2.4]",
    run: async () => {
      return np.around([1.25, 2.35], 1);
    },
  },
  {
    name: "np.array",
    expected: "'i32'",
    run: async () => {
      return np.array([[1, 2], [3, 4]], 'i32').dtype;
    },
  },
  {
    name: "np.arrayEqual",
    expected: "true",
    run: async () => {
      return np.arrayEqual([1, 2], [1, 2]);
    },
  },
  {
    name: "np.arrayEquiv",
    expected: "true",
    run: async () => {
      return np.arrayEquiv([1, 1], [1]);
    },
  },
  {
    name: "np.arraySplit",
    expected: "[[1, 2, 3], [4, 5]]",
    run: async () => {
      return np.arraySplit([1, 2, 3, 4, 5], 2);
    },
  },
  {
    name: "np.asarray",
    expected: "'bf16'",
    run: async () => {
      return np.asarray([1, 2], 'bf16').dtype;
    },
  },
  {
    name: "np.at",
    expected: "[1, 9, 3]",
    run: async () => {
      return np.at(np.array([1, 2, 3]), 1).set(9);
    },
  },
  {
    name: "np.atleast1d",
    expected: "[1]",
    run: async () => {
      return np.atleast1d(5).shape;
    },
  },
  {
    name: "np.atleast2d",
    expected: "[1, 2]",
    run: async () => {
      return np.atleast2d([1, 2]).shape;
    },
  },
  {
    name: "np.atleast3d",
    expected: "[1, 2, 1]",
    run: async () => {
      return np.atleast3d([1, 2]).shape;
    },
  },
  {
    name: "np.average",
    expected: "1.25",
    run: async () => {
      return np.average([1, 2, 3], { weights: [3, 1, 0] });
    },
  },
  {
    name: "np.axesOf",
    expected: "[2, 0]",
    run: async () => {
      return np.axesOf(np.ones([2, 3, 4]), [-1, 0]);
    },
  },
  {
    name: "np.bartlett",
    expected: "[0, 0.5, 1, 0.5, 0]",
    run: async () => {
      return np.bartlett(5);
    },
  },
  {
    name: "np.bincount",
    expected: "[1, 2, 0, 1]",
    run: async () => {
      return np.bincount(np.array([0, 1, 1, 3], 'i32'), 4);
    },
  },
  {
    name: "np.bitwiseAnd",
    expected: "[2, 1]",
    run: async () => {
      return np.bitwiseAnd(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "np.bitwiseCount",
    expected: "[3, 1]",
    run: async () => {
      return np.bitwiseCount(np.array([7, 8], 'i32'));
    },
  },
  {
    name: "np.bitwiseInvert",
    expected: "[-1, -6]",
    run: async () => {
      return np.bitwiseInvert(np.array([0, 5], 'i32'));
    },
  },
  {
    name: "np.bitwiseLeftShift",
    expected: "[4, 12]",
    run: async () => {
      return np.bitwiseLeftShift(np.array([1, 3], 'i32'), 2);
    },
  },
  {
    name: "np.bitwiseOr",
    expected: "[7, 7]",
    run: async () => {
      return np.bitwiseOr(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "np.bitwiseRightShift",
    expected: "[-4, 4]",
    run: async () => {
      return np.bitwiseRightShift(np.array([-8, 8], 'i32'), 1);
    },
  },
  {
    name: "np.bitwiseXor",
    expected: "[5, 6]",
    run: async () => {
      return np.bitwiseXor(np.array([6, 5], 'i32'), 3);
    },
  },
  {
    name: "np.blackman",
    expected: "[0, 0.34, 1, 0.34, 0]",
    run: async () => {
      return np.blackman(5);
    },
  },
  {
    name: "np.block",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.block([[[[1]], [[2]]], [[[3]], [[4]]]]);
    },
  },
  {
    name: "np.broadcastArrays",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return np.broadcastArrays([1, 2], [[3], [4]])[0];
    },
  },
  {
    name: "np.broadcastTo",
    expected: "[[1, 2], [1, 2]]",
    run: async () => {
      return np.broadcastTo([1, 2], [2, 2]);
    },
  },
  {
    name: "np.canCast",
    expected: "[true, false]",
    run: async () => {
      return [np.canCast('i32', 'f64'), np.canCast('f32', 'i32')];
    },
  },
  {
    name: "np.cbrt",
    expected: "[2, -3]",
    run: async () => {
      return np.cbrt([8, -27]);
    },
  },
  {
    name: "np.ceil",
    expected: "[2, -1]",
    run: async () => {
      return np.ceil([1.2, -1.2]);
    },
  },
  {
    name: "np.choose",
    expected: "[1, 20]",
    run: async () => {
      return np.choose(np.array([0, 1], 'i32'), [[1, 2], [10, 20]]);
    },
  },
  {
    name: "np.clip",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return np.clip([-1, 0.5, 2], 0, 1);
    },
  },
  {
    name: "np.columnStack",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return np.columnStack([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.compress",
    expected: "[1, 3]",
    run: async () => {
      return np.compress([true, false, true], [1, 2, 3], { size: 2 });
    },
  },
  {
    name: "np.concat",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.concat([[1, 2], [3]]);
    },
  },
  {
    name: "np.convolve",
    expected: "[1, 3, 5, 3]",
    run: async () => {
      return np.convolve([1, 2, 3], [1, 1]);
    },
  },
  {
    name: "np.copy",
    expected: "[1, 2]",
    run: async () => {
      return np.copy([1, 2]);
    },
  },
  {
    name: "np.copysign",
    expected: "[-1, 2]",
    run: async () => {
      return np.copysign([1, 2], [-1, 1]);
    },
  },
  {
    name: "np.corrcoef",
    expected: "[[1, -1], [-1, 1]]",
    run: async () => {
      return np.corrcoef([[1, 2, 3], [3, 2, 1]]);
    },
  },
  {
    name: "np.correlate",
    expected: "[3, 5]",
    run: async () => {
      return np.correlate([1, 2, 3], [1, 1]);
    },
  },
  {
    name: "np.cos",
    expected: "[1, 0.5403]",
    run: async () => {
      return np.cos([0, 1]);
    },
  },
  {
    name: "np.cosh",
    expected: "[1, 1.5431]",
    run: async () => {
      return np.cosh([0, 1]);
    },
  },
  {
    name: "np.countNonzero",
    expected: "2",
    run: async () => {
      return np.countNonzero([0, 3, 4]);
    },
  },
  {
    name: "np.cov",
    expected: "[[1, -1], [-1, 1]]",
    run: async () => {
      return np.cov([[1, 2, 3], [3, 2, 1]]);
    },
  },
  {
    name: "np.cross",
    expected: "[0, 0, 1]",
    run: async () => {
      return np.cross([1, 0, 0], [0, 1, 0]);
    },
  },
  {
    name: "np.cumprod",
    expected: "[1, 2, 6]",
    run: async () => {
      return np.cumprod([1, 2, 3], 0);
    },
  },
  {
    name: "np.cumsum",
    expected: "[1, 3, 6]",
    run: async () => {
      return np.cumsum([1, 2, 3], 0);
    },
  },
  {
    name: "np.cumulativeProd",
    expected: "[1, 2, 6]",
    run: async () => {
      return np.cumulativeProd([1, 2, 3], { axis: 0 });
    },
  },
  {
    name: "np.cumulativeSum",
    expected: "[1, 3, 6]",
    run: async () => {
      return np.cumulativeSum([1, 2, 3], { axis: 0 });
    },
  },
  {
    name: "np.deg2rad",
    expected: "[0, 3.1416]",
    run: async () => {
      return np.deg2rad([0, 180]);
    },
  },
  {
    name: "np.degrees",
    expected: "[0, 180]",
    run: async () => {
      return np.degrees([0, Math.PI]);
    },
  },
  {
    name: "np.delete_",
    expected: "[1, 3]",
    run: async () => {
      return np.delete_([1, 2, 3], 1);
    },
  },
  {
    name: "np.diag",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.diag([1, 2]);
    },
  },
  {
    name: "np.diagIndices",
    expected: "[[0, 1], [0, 1]]",
    run: async () => {
      return np.diagIndices(2);
    },
  },
  {
    name: "np.diagIndicesFrom",
    expected: "[[0, 1], [0, 1]]",
    run: async () => {
      return np.diagIndicesFrom(np.ones([2, 2]));
    },
  },
  {
    name: "np.diagflat",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.diagflat([[1], [2]]);
    },
  },
  {
    name: "np.diagonal",
    expected: "[1, 4]",
    run: async () => {
      return np.diagonal([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.diff",
    expected: "[3, 5]",
    run: async () => {
      return np.diff([1, 4, 9]);
    },
  },
  {
    name: "np.digitize",
    expected: "[1, 3]",
    run: async () => {
      return np.digitize([0.5, 2.5], [0, 1, 2]);
    },
  },
  {
    name: "np.divide",
    expected: "[0.25, 0.5]",
    run: async () => {
      return np.divide([1, 2], 4);
    },
  },
  {
    name: "np.divmod",
    expected: "[[2, -3], [1, 2]]",
    run: async () => {
      return np.divmod([7, -7], 3);
    },
  },
  {
    name: "np.dot",
    expected: "11",
    run: async () => {
      return np.dot([1, 2], [3, 4]);
    },
  },
  {
    name: "np.dsplit",
    expected: "2",
    run: async () => {
      return np.dsplit(np.ones([1, 1, 4]), 2).length;
    },
  },
  {
    name: "np.dstack",
    expected: "[[[1, 3], [2, 4]]]",
    run: async () => {
      return np.dstack([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.ediff1d",
    expected: "[3, 5]",
    run: async () => {
      return np.ediff1d([1, 4, 9]);
    },
  },
  {
    name: "np.einsum",
    expected: "[3, 7]",
    run: async () => {
      return np.einsum('ij,j->i', [[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.empty",
    expected: "[0, 0]",
    run: async () => {
      return np.empty([2]);
    },
  },
  {
    name: "np.emptyLike",
    expected: "[0, 0]",
    run: async () => {
      return np.emptyLike(np.ones([2]));
    },
  },
  {
    name: "np.equal",
    expected: "[false, true]",
    run: async () => {
      return np.equal([1, 2], 2);
    },
  },
  {
    name: "np.exp",
    expected: "[1, 2.7183]",
    run: async () => {
      return np.exp([0, 1]);
    },
  },
  {
    name: "np.exp2",
    expected: "[1, 8]",
    run: async () => {
      return np.exp2([0, 3]);
    },
  },
  {
    name: "np.expm1",
    expected: "[0, 0.00001]",
    run: async () => {
      return np.expm1([0, 1e-5]);
    },
  },
  {
    name: "np.extract",
    expected: "[1, 3]",
    run: async () => {
      return np.extract([true, false, true], [1, 2, 3], { size: 2 });
    },
  },
  {
    name: "np.eye",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      return np.eye(2);
    },
  },
  {
    name: "np.fabs",
    expected: "[1, 2]",
    run: async () => {
      return np.fabs([-1, 2]);
    },
  },
  {
    name: "np.fillDiagonal",
    expected: "[[0, 2], [3, 0]]",
    run: async () => {
      return np.fillDiagonal([[1, 2], [3, 4]], 0);
    },
  },
  {
    name: "np.fix",
    expected: "[1, -1]",
    run: async () => {
      return np.fix([1.7, -1.7]);
    },
  },
  {
    name: "np.flatnonzero",
    expected: "[1, 2]",
    run: async () => {
      return np.flatnonzero([0, 3, 4], { size: 2 });
    },
  },
  {
    name: "np.flip",
    expected: "[3, 2, 1]",
    run: async () => {
      return np.flip([1, 2, 3], 0);
    },
  },
  {
    name: "np.fliplr",
    expected: "[[2, 1], [4, 3]]",
    run: async () => {
      return np.fliplr([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.flipud",
    expected: "[[3, 4], [1, 2]]",
    run: async () => {
      return np.flipud([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.floatPower",
    expected: "[4, 9]",
    run: async () => {
      return np.floatPower([2, 3], 2);
    },
  },
  {
    name: "np.floor",
    expected: "[1, -2]",
    run: async () => {
      return np.floor([1.2, -1.2]);
    },
  },
  {
    name: "np.floorDivide",
    expected: "[3, -4]",
    run: async () => {
      return np.floorDivide([7, -7], 2);
    },
  },
  {
    name: "np.fmax",
    expected: "[2, 3]",
    run: async () => {
      return np.fmax([1, NaN], [2, 3]);
    },
  },
  {
    name: "np.fmin",
    expected: "[1, 3]",
    run: async () => {
      return np.fmin([1, NaN], [2, 3]);
    },
  },
  {
    name: "np.fmod",
    expected: "[1, -1]",
    run: async () => {
      return np.fmod([7, -7], 3);
    },
  },
  {
    name: "np.frexp",
    expected: "[[0.5, 0.75], [4, 2]]",
    run: async () => {
      return np.frexp([8, 3]);
    },
  },
  {
    name: "np.frombuffer",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.frombuffer(new Uint8Array([1, 2, 3]), 'u8');
    },
  },
  {
    name: "np.fromfunction",
    expected: "[[0, 1], [1, 2]]",
    run: async () => {
      return np.fromfunction((i, j) => np.add(i, j), [2, 2]);
    },
  },
  {
    name: "np.fromiter",
    expected: "[3, 4]",
    run: async () => {
      return np.fromiter(new Set([3, 4]));
    },
  },
  {
    name: "np.gcd",
    expected: "[4, 2]",
    run: async () => {
      return np.gcd(np.array([12, 18], 'i32'), 8);
    },
  },
  {
    name: "np.geomspace",
    expected: "[1, 2, 4, 8]",
    run: async () => {
      return np.geomspace(1, 8, 4);
    },
  },
  {
    name: "np.getItem",
    expected: "[3, 4]",
    run: async () => {
      return np.getItem(np.array([[1, 2], [3, 4]]), 1);
    },
  },
  {
    name: "np.gradient",
    expected: "[3, 4, 5]",
    run: async () => {
      return np.gradient([1, 4, 9]);
    },
  },
  {
    name: "np.greater",
    expected: "[false, false, true]",
    run: async () => {
      return np.greater([1, 2, 3], 2);
    },
  },
  {
    name: "np.greaterEqual",
    expected: "[false, true, true]",
    run: async () => {
      return np.greaterEqual([1, 2, 3], 2);
    },
  },
  {
    name: "np.hamming",
    expected: "[0.08, 1, 0.08]",
    run: async () => {
      return np.hamming(3);
    },
  },
  {
    name: "np.hanning",
    expected: "[0, 1, 0]",
    run: async () => {
      return np.hanning(3);
    },
  },
  {
    name: "np.heaviside",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return np.heaviside([-1, 0, 2], 0.5);
    },
  },
  {
    name: "np.histogram",
    expected: "[[3, 1], [1, 3, 5]]",
    run: async () => {
      return np.histogram([1, 2, 2, 5], 2);
    },
  },
  {
    name: "np.histogram2d",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.histogram2d([0, 1, 1], [0, 1, 1], 2)[0];
    },
  },
  {
    name: "np.histogramBinEdges",
    expected: "[0, 2, 4]",
    run: async () => {
      return np.histogramBinEdges([0, 4], 2);
    },
  },
  {
    name: "np.histogramdd",
    expected: "[[1, 0], [0, 2]]",
    run: async () => {
      return np.histogramdd([[0, 0], [1, 1], [1, 1]], 2)[0];
    },
  },
  {
    name: "np.hsplit",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.hsplit([1, 2, 3, 4], 2);
    },
  },
  {
    name: "np.hstack",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.hstack([[1, 2], [3]]);
    },
  },
  {
    name: "np.hypot",
    expected: "[5]",
    run: async () => {
      return np.hypot([3], [4]);
    },
  },
  {
    name: "np.i0",
    expected: "[1, 1.2661]",
    run: async () => {
      return np.i0([0, 1]);
    },
  },
  {
    name: "np.identity",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      return np.identity(2);
    },
  },
  {
    name: "np.imag",
    expected: "[2]",
    run: async () => {
      return np.imag(lax.complex([1], [2]));
    },
  },
  {
    name: "np.index",
    expected: "[3, 4]",
    run: async () => {
      return np.index([[1, 2], [3, 4]], 0, -1);
    },
  },
  {
    name: "np.indices",
    expected: "[[[0, 0], [1, 1]], [[0, 1], [0, 1]]]",
    run: async () => {
      return np.indices([2, 2]);
    },
  },
  {
    name: "np.inner",
    expected: "11",
    run: async () => {
      return np.inner([1, 2], [3, 4]);
    },
  },
  {
    name: "np.insert",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.insert([1, 3], 1, 2);
    },
  },
  {
    name: "np.interp",
    expected: "[5, 5]",
    run: async () => {
      return np.interp([0.5, 1.5], [0, 1, 2], [0, 10, 0]);
    },
  },
  {
    name: "np.intersect1d",
    expected: "[2, 3]",
    run: async () => {
      return np.intersect1d([1, 2, 3], [2, 3, 4], { size: 2 });
    },
  },
  {
    name: "np.isclose",
    expected: "[true, false]",
    run: async () => {
      return np.isclose([1, 2], [1, 2.1]);
    },
  },
  {
    name: "np.iscomplex",
    expected: "[false, true]",
    run: async () => {
      return np.iscomplex(lax.complex([1, 1], [0, 2]));
    },
  },
  {
    name: "np.iscomplexobj",
    expected: "false",
    run: async () => {
      return np.iscomplexobj(np.ones([2]));
    },
  },
  {
    name: "np.isdtype",
    expected: "true",
    run: async () => {
      return np.isdtype('bf16', 'floating');
    },
  },
  {
    name: "np.isfinite",
    expected: "[true, false, false]",
    run: async () => {
      return np.isfinite([1, Infinity, NaN]);
    },
  },
  {
    name: "np.isin",
    expected: "[false, true, false]",
    run: async () => {
      return np.isin([1, 2, 3], [2, 4]);
    },
  },
  {
    name: "np.isinf",
    expected: "[false, true]",
    run: async () => {
      return np.isinf([1, -Infinity]);
    },
  },
  {
    name: "np.isnan",
    expected: "[false, true]",
    run: async () => {
      return np.isnan([1, NaN]);
    },
  },
  {
    name: "np.isneginf",
    expected: "[false, true]",
    run: async () => {
      return np.isneginf([1, -Infinity]);
    },
  },
  {
    name: "np.isposinf",
    expected: "[false, true]",
    run: async () => {
      return np.isposinf([1, Infinity]);
    },
  },
  {
    name: "np.isreal",
    expected: "[true, false]",
    run: async () => {
      return np.isreal(lax.complex([1, 1], [0, 2]));
    },
  },
  {
    name: "np.isrealobj",
    expected: "true",
    run: async () => {
      return np.isrealobj(np.ones([2]));
    },
  },
  {
    name: "np.isscalar",
    expected: "[true, false]",
    run: async () => {
      return [np.isscalar(3), np.isscalar(np.ones([1]))];
    },
  },
  {
    name: "np.iterable",
    expected: "[true, false]",
    run: async () => {
      return [np.iterable(np.ones([1])), np.iterable(3)];
    },
  },
  {
    name: "np.ix_",
    expected: "[[2, 1], [1, 2]]",
    run: async () => {
      return np.ix_([1, 2], [3, 4]).map((t) => t.shape);
    },
  },
  {
    name: "np.kaiser",
    expected: "[0.43868, 1, 0.43868]",
    run: async () => {
      return np.kaiser(3, 2);
    },
  },
  {
    name: "np.kron",
    expected: "[1, 10, 2, 20]",
    run: async () => {
      return np.kron([1, 2], [1, 10]);
    },
  },
  {
    name: "np.lcm",
    expected: "[20, 30]",
    run: async () => {
      return np.lcm(np.array([4, 6], 'i32'), 10);
    },
  },
  {
    name: "np.ldexp",
    expected: "[8, 3]",
    run: async () => {
      return np.ldexp([0.5, 0.75], [4, 2]);
    },
  },
  {
    name: "np.less",
    expected: "[true, false, false]",
    run: async () => {
      return np.less([1, 2, 3], 2);
    },
  },
  {
    name: "np.lessEqual",
    expected: "[true, true, false]",
    run: async () => {
      return np.lessEqual([1, 2, 3], 2);
    },
  },
  {
    name: "np.lexsort",
    expected: "[2, 1, 0]",
    run: async () => {
      return np.lexsort([[1, 0, 1], [2, 2, 1]]);
    },
  },
  {
    name: "np.linspace",
    expected: "[0, 0.25, 0.5, 0.75, 1]",
    run: async () => {
      return np.linspace(0, 1, 5);
    },
  },
  {
    name: "np.log",
    expected: "[0, 2.3026]",
    run: async () => {
      return np.log([1, 10]);
    },
  },
  {
    name: "np.log10",
    expected: "[0, 2]",
    run: async () => {
      return np.log10([1, 100]);
    },
  },
  {
    name: "np.log1p",
    expected: "[0, 0.0000099999]",
    run: async () => {
      return np.log1p([0, 1e-5]);
    },
  },
  {
    name: "np.log2",
    expected: "[0, 3]",
    run: async () => {
      return np.log2([1, 8]);
    },
  },
  {
    name: "np.logaddexp",
    expected: "[0.69315]",
    run: async () => {
      return np.logaddexp([0], [0]);
    },
  },
  {
    name: "np.logaddexp2",
    expected: "[2]",
    run: async () => {
      return np.logaddexp2([1], [1]);
    },
  },
  {
    name: "np.logicalAnd",
    expected: "[true, false]",
    run: async () => {
      return np.logicalAnd([true, true], [true, false]);
    },
  },
  {
    name: "np.logicalNot",
    expected: "[false, true]",
    run: async () => {
      return np.logicalNot([true, false]);
    },
  },
  {
    name: "np.logicalOr",
    expected: "[false, true]",
    run: async () => {
      return np.logicalOr([false, true], [false, false]);
    },
  },
  {
    name: "np.logicalXor",
    expected: "[false, true]",
    run: async () => {
      return np.logicalXor([true, true], [true, false]);
    },
  },
  {
    name: "np.logspace",
    expected: "[1, 10, 100]",
    run: async () => {
      return np.logspace(0, 2, 3);
    },
  },
  {
    name: "np.logsumexp",
    expected: "0.69315",
    run: async () => {
      return np.logsumexp([0, 0]);
    },
  },
  {
    name: "np.maskIndices",
    expected: "[[0, 0, 1], [0, 1, 1]]",
    run: async () => {
      return np.maskIndices(2, np.triu, 0, { size: 3 });
    },
  },
  {
    name: "np.matmul",
    expected: "[3, 7]",
    run: async () => {
      return np.matmul([[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.matrixTranspose",
    expected: "[[1, 3], [2, 4]]",
    run: async () => {
      return np.matrixTranspose([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.matvec",
    expected: "[3, 7]",
    run: async () => {
      return np.matvec([[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.maximum",
    expected: "[4, 5]",
    run: async () => {
      return np.maximum([1, 5], [4, 2]);
    },
  },
  {
    name: "np.mean",
    expected: "2",
    run: async () => {
      return np.mean([1, 2, 3]);
    },
  },
  {
    name: "np.median",
    expected: "2",
    run: async () => {
      return np.median([1, 9, 2]);
    },
  },
  {
    name: "np.meshgrid",
    expected: "[[[1, 2], [1, 2]], [[3, 3], [4, 4]]]",
    run: async () => {
      return np.meshgrid([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.minimum",
    expected: "[1, 2]",
    run: async () => {
      return np.minimum([1, 5], [4, 2]);
    },
  },
  {
    name: "np.mod",
    expected: "[1, 2]",
    run: async () => {
      return np.mod([7, -7], 3);
    },
  },
  {
    name: "np.modf",
    expected: "[[0.5, -0.25], [1, -2]]",
    run: async () => {
      return np.modf([1.5, -2.25]);
    },
  },
  {
    name: "np.moveaxis",
    expected: "[3, 4, 2]",
    run: async () => {
      return np.moveaxis(np.ones([2, 3, 4]), 0, -1).shape;
    },
  },
  {
    name: "np.multiply",
    expected: "[3, 6]",
    run: async () => {
      return np.multiply([1, 2], 3);
    },
  },
  {
    name: "np.nanToNum",
    expected: "[-1, 1]",
    run: async () => {
      return np.nanToNum([NaN, 1], { nan: -1 });
    },
  },
  {
    name: "np.nanargmax",
    expected: "2",
    run: async () => {
      return np.nanargmax([1, NaN, 3], 0);
    },
  },
  {
    name: "np.nanargmin",
    expected: "0",
    run: async () => {
      return np.nanargmin([1, NaN, 3], 0);
    },
  },
  {
    name: "np.nancumprod",
    expected: "[2, 2, 6]",
    run: async () => {
      return np.nancumprod([2, NaN, 3], 0);
    },
  },
  {
    name: "np.nancumsum",
    expected: "[2, 2, 5]",
    run: async () => {
      return np.nancumsum([2, NaN, 3], 0);
    },
  },
  {
    name: "np.nanmax",
    expected: "3",
    run: async () => {
      return np.nanmax([2, NaN, 3]);
    },
  },
  {
    name: "np.nanmean",
    expected: "3",
    run: async () => {
      return np.nanmean([2, NaN, 4]);
    },
  },
  {
    name: "np.nanmedian",
    expected: "3",
    run: async () => {
      return np.nanmedian([2, NaN, 4]);
    },
  },
  {
    name: "np.nanmin",
    expected: "2",
    run: async () => {
      return np.nanmin([2, NaN, 3]);
    },
  },
  {
    name: "np.nanpercentile",
    expected: "3",
    run: async () => {
      return np.nanpercentile([2, NaN, 4], 50);
    },
  },
  {
    name: "np.nanprod",
    expected: "8",
    run: async () => {
      return np.nanprod([2, NaN, 4]);
    },
  },
  {
    name: "np.nanquantile",
    expected: "3",
    run: async () => {
      return np.nanquantile([2, NaN, 4], 0.5);
    },
  },
  {
    name: "np.nanstd",
    expected: "1",
    run: async () => {
      return np.nanstd([2, NaN, 4]);
    },
  },
  {
    name: "np.nansum",
    expected: "6",
    run: async () => {
      return np.nansum([2, NaN, 4]);
    },
  },
  {
    name: "np.nanvar",
    expected: "1",
    run: async () => {
      return np.nanvar([2, NaN, 4]);
    },
  },
  {
    name: "np.ndim",
    expected: "2",
    run: async () => {
      return np.ndim([[1, 2]]);
    },
  },
  {
    name: "np.negative",
    expected: "[-1, 2]",
    run: async () => {
      return np.negative([1, -2]);
    },
  },
  {
    name: "np.nextafter",
    expected: "[1.1921e-7]",
    run: async () => {
      return np.subtract(np.nextafter([1], [2]), 1);
    },
  },
  {
    name: "np.nonzero",
    expected: "[[1, 2]]",
    run: async () => {
      return np.nonzero([0, 3, 4], { size: 2 });
    },
  },
  {
    name: "np.normalizeAxis",
    expected: "2",
    run: async () => {
      return np.normalizeAxis(-1, 3);
    },
  },
  {
    name: "np.notEqual",
    expected: "[true, false]",
    run: async () => {
      return np.notEqual([1, 2], 2);
    },
  },
  {
    name: "np.ones",
    expected: "[1, 1]",
    run: async () => {
      return np.ones([2]);
    },
  },
  {
    name: "np.onesLike",
    expected: "[1, 1]",
    run: async () => {
      return np.onesLike(np.zeros([2]));
    },
  },
  {
    name: "np.outer",
    expected: "[[3, 4], [6, 8]]",
    run: async () => {
      return np.outer([1, 2], [3, 4]);
    },
  },
  {
    name: "np.packbits",
    expected: "[131]",
    run: async () => {
      return np.packbits([true, false, false, false, false, false, true, true]);
    },
  },
  {
    name: "np.pad",
    expected: "[2, 1, 2, 3, 2]",
    run: async () => {
      return np.pad([1, 2, 3], 1, 'reflect');
    },
  },
  {
    name: "np.partition",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.partition([3, 1, 2], 1);
    },
  },
  {
    name: "np.percentile",
    expected: "1.5",
    run: async () => {
      return np.percentile([1, 2, 3], 25);
    },
  },
  {
    name: "np.permuteDims",
    expected: "[3, 2]",
    run: async () => {
      return np.permuteDims(np.ones([2, 3])).shape;
    },
  },
  {
    name: "np.piecewise",
    expected: "[1, 4]",
    run: async () => {
      return np.piecewise([-1, 2], [np.less([-1, 2], 0)], [np.negative, np.square]);
    },
  },
  {
    name: "np.place",
    expected: "[8, 2, 9]",
    run: async () => {
      return np.place([1, 2, 3], [true, false, true], [8, 9]);
    },
  },
  {
    name: "np.poly",
    expected: "[1, -3, 2]",
    run: async () => {
      return np.poly([1, 2]);
    },
  },
  {
    name: "np.polyadd",
    expected: "[1, 3]",
    run: async () => {
      return np.polyadd([1, 2], [1]);
    },
  },
  {
    name: "np.polyder",
    expected: "[2, 2]",
    run: async () => {
      return np.polyder([1, 2, 3]);
    },
  },
  {
    name: "np.polydiv",
    expected: "[[1, 2], [0, 0, 0]]",
    run: async () => {
      return np.polydiv([1, 3, 2], [1, 1]);
    },
  },
  {
    name: "np.polyfit",
    expected: "[2, 1]",
    run: async () => {
      return np.polyfit([0, 1, 2], [1, 3, 5], 1);
    },
  },
  {
    name: "np.polyint",
    expected: "[1, 2, 0]",
    run: async () => {
      return np.polyint([2, 2]);
    },
  },
  {
    name: "np.polymul",
    expected: "[1, 3, 2]",
    run: async () => {
      return np.polymul([1, 1], [1, 2]);
    },
  },
  {
    name: "np.polysub",
    expected: "[1, 1]",
    run: async () => {
      return np.polysub([1, 2], [1]);
    },
  },
  {
    name: "np.polyval",
    expected: "[5, 10]",
    run: async () => {
      return np.polyval([1, 0, 1], [2, 3]);
    },
  },
  {
    name: "np.positive",
    expected: "[1, -2]",
    run: async () => {
      return np.positive([1, -2]);
    },
  },
  {
    name: "np.pow",
    expected: "[4, 9]",
    run: async () => {
      return np.pow([2, 3], 2);
    },
  },
  {
    name: "np.prod",
    expected: "24",
    run: async () => {
      return np.prod([2, 3, 4]);
    },
  },
  {
    name: "np.promoteTypes",
    expected: "'bf16'",
    run: async () => {
      return np.promoteTypes('i32', 'bf16');
    },
  },
  {
    name: "np.ptp",
    expected: "4",
    run: async () => {
      return np.ptp([1, 5, 2]);
    },
  },
  {
    name: "np.put",
    expected: "[8, 2, 9]",
    run: async () => {
      return np.put([1, 2, 3], [0, -1], [8, 9]);
    },
  },
  {
    name: "np.putAlongAxis",
    expected: "[[1, 9], [9, 4]]",
    run: async () => {
      return np.putAlongAxis([[1, 2], [3, 4]], [[1], [0]], 9, 1);
    },
  },
  {
    name: "np.quantile",
    expected: "2.5",
    run: async () => {
      return np.quantile([1, 2, 3], 0.75);
    },
  },
  {
    name: "np.ravel",
    expected: "[1, 2, 3, 4]",
    run: async () => {
      return np.ravel([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.ravelMultiIndex",
    expected: "[6]",
    run: async () => {
      return np.ravelMultiIndex([[1], [2]], [3, 4]);
    },
  },
  {
    name: "np.real",
    expected: "[1]",
    run: async () => {
      return np.real(lax.complex([1], [2]));
    },
  },
  {
    name: "np.reciprocal",
    expected: "[0.5, 0.25]",
    run: async () => {
      return np.reciprocal([2, 4]);
    },
  },
  {
    name: "np.repeat",
    expected: "[1, 1, 2, 2]",
    run: async () => {
      return np.repeat([1, 2], 2);
    },
  },
  {
    name: "np.reshape",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.reshape([1, 2, 3, 4], [2, -1]);
    },
  },
  {
    name: "np.resize",
    expected: "[1, 2, 1]",
    run: async () => {
      return np.resize([1, 2], [3]);
    },
  },
  {
    name: "np.resultType",
    expected: "'f16'",
    run: async () => {
      return np.resultType('i32', np.ones([2], 'f16'));
    },
  },
  {
    name: "np.rint",
    expected: "[0, 2, 3]",
    run: async () => {
      return np.rint([0.5, 1.5, 2.7]);
    },
  },
  {
    name: "np.roll",
    expected: "[3, 1, 2]",
    run: async () => {
      return np.roll([1, 2, 3], 1);
    },
  },
  {
    name: "np.rollaxis",
    expected: "[4, 2, 3]",
    run: async () => {
      return np.rollaxis(np.ones([2, 3, 4]), 2).shape;
    },
  },
  {
    name: "np.roots",
    expected: "[1, 2]",
    run: async () => {
      return np.sort(np.real(np.roots([1, -3, 2])));
    },
  },
  {
    name: "np.rot90",
    expected: "[[2, 4], [1, 3]]",
    run: async () => {
      return np.rot90([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.searchsorted",
    expected: "[1, 2]",
    run: async () => {
      return np.searchsorted([1, 2, 3], [2, 2.5]);
    },
  },
  {
    name: "np.select",
    expected: "[10, 20, -1]",
    run: async () => {
      return np.select([np.less([1, 2, 3], 2), np.less([1, 2, 3], 3)], [[10, 10, 10], [20, 20, 20]], -1);
    },
  },
  {
    name: "np.setdiff1d",
    expected: "[1, 3]",
    run: async () => {
      return np.setdiff1d([3, 1, 2], [2], { size: 2 });
    },
  },
  {
    name: "np.setxor1d",
    expected: "[1, 3]",
    run: async () => {
      return np.setxor1d([1, 2], [2, 3], { size: 2 });
    },
  },
  {
    name: "np.shape",
    expected: "[1, 2]",
    run: async () => {
      return np.shape([[1, 2]]);
    },
  },
  {
    name: "np.sign",
    expected: "[-1, 0, 1]",
    run: async () => {
      return np.sign([-3, 0, 2]);
    },
  },
  {
    name: "np.signbit",
    expected: "[true, false]",
    run: async () => {
      return np.signbit([-1, 1]);
    },
  },
  {
    name: "np.sin",
    expected: "[0, 0.84147]",
    run: async () => {
      return np.sin([0, 1]);
    },
  },
  {
    name: "np.sinc",
    expected: "[1, 0.63662]",
    run: async () => {
      return np.sinc([0, 0.5]);
    },
  },
  {
    name: "np.sinh",
    expected: "[0, 1.1752]",
    run: async () => {
      return np.sinh([0, 1]);
    },
  },
  {
    name: "np.size",
    expected: "4",
    run: async () => {
      return np.size([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.slice",
    expected: "[2, 3]",
    run: async () => {
      return np.slice([1, 2, 3, 4], 0, 1, -1);
    },
  },
  {
    name: "np.sort",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.sort([3, 1, 2]);
    },
  },
  {
    name: "np.sortComplex",
    expected: "[[1, 3], [2, 0]]",
    run: async () => {
      return np.sortComplex(lax.complex([2, 1], [0, 3]));
    },
  },
  {
    name: "np.spacing",
    expected: "[1]",
    run: async () => {
      return np.multiply(np.spacing([1]), 2 ** 23);
    },
  },
  {
    name: "np.sqrt",
    expected: "[2, 3]",
    run: async () => {
      return np.sqrt([4, 9]);
    },
  },
  {
    name: "np.square",
    expected: "[9, 16]",
    run: async () => {
      return np.square([3, -4]);
    },
  },
  {
    name: "np.std",
    expected: "1",
    run: async () => {
      return np.std([1, 3]);
    },
  },
  {
    name: "np.subtract",
    expected: "[-2, -1]",
    run: async () => {
      return np.subtract([1, 2], 3);
    },
  },
  {
    name: "np.sum",
    expected: "[4, 6]",
    run: async () => {
      return np.sum([[1, 2], [3, 4]], { axis: 0 });
    },
  },
  {
    name: "np.swapaxes",
    expected: "[4, 3, 2]",
    run: async () => {
      return np.swapaxes(np.ones([2, 3, 4]), 0, 2).shape;
    },
  },
  {
    name: "np.take",
    expected: "[30, 10]",
    run: async () => {
      return np.take([10, 20, 30], [2, 0]);
    },
  },
  {
    name: "np.takeAlongAxis",
    expected: "[[2], [3]]",
    run: async () => {
      return np.takeAlongAxis([[1, 2], [3, 4]], [[1], [0]], 1);
    },
  },
  {
    name: "np.tan",
    expected: "[0, 1.5574]",
    run: async () => {
      return np.tan([0, 1]);
    },
  },
  {
    name: "np.tanh",
    expected: "[0, 0.76159]",
    run: async () => {
      return np.tanh([0, 1]);
    },
  },
  {
    name: "np.tensordot",
    expected: "[3, 7]",
    run: async () => {
      return np.tensordot([[1, 2], [3, 4]], [1, 1], 1);
    },
  },
  {
    name: "np.trace",
    expected: "5",
    run: async () => {
      return np.trace([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.trapezoid",
    expected: "4",
    run: async () => {
      return np.trapezoid([1, 2, 3]);
    },
  },
  {
    name: "np.tri",
    expected: "[[1, 0, 0], [1, 1, 0]]",
    run: async () => {
      return np.tri(2, 3);
    },
  },
  {
    name: "np.triMask",
    expected: "[[true, false], [true, true]]",
    run: async () => {
      return np.triMask(2);
    },
  },
  {
    name: "np.tril",
    expected: "[[1, 0], [3, 4]]",
    run: async () => {
      return np.tril([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.trilIndices",
    expected: "[[0, 1, 1], [0, 0, 1]]",
    run: async () => {
      return np.trilIndices(2);
    },
  },
  {
    name: "np.trilIndicesFrom",
    expected: "[0, 0, 1]",
    run: async () => {
      return np.trilIndicesFrom(np.ones([2, 2]))[1];
    },
  },
  {
    name: "np.triu",
    expected: "[[1, 2], [0, 4]]",
    run: async () => {
      return np.triu([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.triuIndices",
    expected: "[[0, 0, 1], [0, 1, 1]]",
    run: async () => {
      return np.triuIndices(2);
    },
  },
  {
    name: "np.triuIndicesFrom",
    expected: "[0, 1, 1]",
    run: async () => {
      return np.triuIndicesFrom(np.ones([2, 2]))[1];
    },
  },
  {
    name: "np.union1d",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.union1d([1, 3], [2, 3], { size: 3 });
    },
  },
  {
    name: "np.unique",
    expected: "[1, 3]",
    run: async () => {
      return np.unique([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.uniqueAll",
    expected: "{ values: [1, 3], indices: [1, 0], inverseIndices: [1, 0, 1], counts: [1, 2] }",
    run: async () => {
      return np.uniqueAll([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.uniqueCounts",
    expected: "[[1, 3], [1, 2]]",
    run: async () => {
      return np.uniqueCounts([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.uniqueInverse",
    expected: "[[1, 3], [1, 0, 1]]",
    run: async () => {
      return np.uniqueInverse([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.uniqueValues",
    expected: "[1, 3]",
    run: async () => {
      return np.uniqueValues([3, 1, 3], { size: 2 });
    },
  },
  {
    name: "np.unpackbits",
    expected: "[1, 0, 0, 0, 0, 0, 1, 1]",
    run: async () => {
      return np.unpackbits(np.array([131], 'u8'));
    },
  },
  {
    name: "np.unravelIndex",
    expected: "[[1], [2]]",
    run: async () => {
      return np.unravelIndex([5], [2, 3]);
    },
  },
  {
    name: "np.unstack",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.unstack([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.unwrap",
    expected: "[0, 3, 0.21681]",
    run: async () => {
      return np.unwrap([0, 3, 6.5]);
    },
  },
  {
    name: "np.vander",
    expected: "[[1, 1], [2, 1], [3, 1]]",
    run: async () => {
      return np.vander([1, 2, 3], 2);
    },
  },
  {
    name: "np.var_",
    expected: "1",
    run: async () => {
      return np.var_([1, 3]);
    },
  },
  {
    name: "np.vdot",
    expected: "11",
    run: async () => {
      return np.vdot([1, 2], [3, 4]);
    },
  },
  {
    name: "np.vecdot",
    expected: "[3, 7]",
    run: async () => {
      return np.vecdot([[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.vecmat",
    expected: "[4, 6]",
    run: async () => {
      return np.vecmat([1, 1], [[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.vectorize",
    expected: "[3, 7]",
    run: async () => {
      return np.vectorize((v, w) => np.vdot(v, w), { signature: '(n),(n)->()' })([[1, 2], [3, 4]], [1, 1]);
    },
  },
  {
    name: "np.vsplit",
    expected: "[[[1, 2]], [[3, 4]]]",
    run: async () => {
      return np.vsplit([[1, 2], [3, 4]], 2);
    },
  },
  {
    name: "np.vstack",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.vstack([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.where",
    expected: "[1, 0]",
    run: async () => {
      return np.where([true, false], [1, 2], 0);
    },
  },
  {
    name: "np.zeros",
    expected: "[0, 0]",
    run: async () => {
      return np.zeros([2]);
    },
  },
  {
    name: "np.zerosLike",
    expected: "[0, 0]",
    run: async () => {
      return np.zerosLike(np.ones([2]));
    },
  },
  {
    name: "np.linalg.choSolve",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.choSolve(np.linalg.cholesky([[4, 0], [0, 9]]), [4, 9]);
    },
  },
  {
    name: "np.linalg.cholesky",
    expected: "[[2, 0], [1, 2]]",
    run: async () => {
      return np.linalg.cholesky([[4, 2], [2, 5]]);
    },
  },
  {
    name: "np.linalg.cond",
    expected: "2",
    run: async () => {
      return np.linalg.cond([[2, 0], [0, 1]]);
    },
  },
  {
    name: "np.linalg.det",
    expected: "-2",
    run: async () => {
      return np.linalg.det([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.linalg.eig",
    expected: "[1, 3]",
    run: async () => {
      return np.sort(np.real(np.linalg.eig([[2, 1], [1, 2]])[0]));
    },
  },
  {
    name: "np.linalg.eigh",
    expected: "[1, 3]",
    run: async () => {
      return np.linalg.eigh([[2, 1], [1, 2]])[0];
    },
  },
  {
    name: "np.linalg.eigvals",
    expected: "[-1, 1]",
    run: async () => {
      return np.sort(np.imag(np.linalg.eigvals([[0, 1], [-1, 0]])));
    },
  },
  {
    name: "np.linalg.eigvalsh",
    expected: "[1, 3]",
    run: async () => {
      return np.linalg.eigvalsh([[2, 1], [1, 2]]);
    },
  },
  {
    name: "np.linalg.inv",
    expected: "[[0.5, 0], [0, 0.25]]",
    run: async () => {
      return np.linalg.inv([[2, 0], [0, 4]]);
    },
  },
  {
    name: "np.linalg.lstsq",
    expected: "[1, 2]",
    run: async () => {
      return np.linalg.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])[0];
    },
  },
  {
    name: "np.linalg.matrixNorm",
    expected: "5",
    run: async () => {
      return np.linalg.matrixNorm([[3, 0], [0, 4]]);
    },
  },
  {
    name: "np.linalg.matrixPower",
    expected: "[[1, 5], [0, 1]]",
    run: async () => {
      return np.linalg.matrixPower([[1, 1], [0, 1]], 5);
    },
  },
  {
    name: "np.linalg.matrixRank",
    expected: "1",
    run: async () => {
      return np.linalg.matrixRank([[1, 2], [2, 4]]);
    },
  },
  {
    name: "np.linalg.multiDot",
    expected: "[[9]]",
    run: async () => {
      return np.linalg.multiDot([[[1, 2]], [[1], [1]], [[3]]]);
    },
  },
  {
    name: "np.linalg.norm",
    expected: "5",
    run: async () => {
      return np.linalg.norm([3, 4]);
    },
  },
  {
    name: "np.linalg.pinv",
    expected: "[[0.5, 0], [0, 0]]",
    run: async () => {
      return np.linalg.pinv([[2, 0], [0, 0]]);
    },
  },
  {
    name: "np.linalg.qr",
    expected: "[[-5, -4], [0, 3]]",
    run: async () => {
      return np.linalg.qr([[3, 0], [4, 5]])[1];
    },
  },
  {
    name: "np.linalg.slogdet",
    expected: "[-1, 0.69315]",
    run: async () => {
      return np.linalg.slogdet([[0, 1], [2, 0]]);
    },
  },
  {
    name: "np.linalg.solve",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.solve([[2, 0], [0, 4]], [2, 4]);
    },
  },
  {
    name: "np.linalg.solveTriangular",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.solveTriangular([[2, 0], [1, 1]], [2, 2], { lower: true });
    },
  },
  {
    name: "np.linalg.svd",
    expected: "[4, 3]",
    run: async () => {
      return np.linalg.svd([[3, 0], [0, -4]])[1];
    },
  },
  {
    name: "np.linalg.svdvals",
    expected: "[4, 3]",
    run: async () => {
      return np.linalg.svdvals([[3, 0], [0, -4]]);
    },
  },
  {
    name: "np.linalg.tensorinv",
    expected: "[[0.5, 0], [0, 0.25]]",
    run: async () => {
      return np.linalg.tensorinv(np.reshape([2, 0, 0, 4], [2, 2]), 1);
    },
  },
  {
    name: "np.linalg.tensorsolve",
    expected: "[1, 1]",
    run: async () => {
      return np.linalg.tensorsolve([[2, 0], [0, 4]], [2, 4]);
    },
  },
  {
    name: "np.linalg.trace",
    expected: "[5]",
    run: async () => {
      return np.linalg.trace([[[1, 2], [3, 4]]]);
    },
  },
  {
    name: "np.linalg.vectorNorm",
    expected: "7",
    run: async () => {
      return np.linalg.vectorNorm([3, -4], { ord: 1 });
    },
  },
  {
    name: "np.fft.fft",
    expected: "[[10, 0], [-2, 2], [-2, 0], [-2, -2]]",
    run: async () => {
      return np.fft.fft([1, 2, 3, 4]);
    },
  },
  {
    name: "np.fft.fft2",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.fft2([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.fft.fftfreq",
    expected: "[0, 0.25, -0.5, -0.25]",
    run: async () => {
      return np.fft.fftfreq(4);
    },
  },
  {
    name: "np.fft.fftn",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.fftn([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.fft.fftshift",
    expected: "[-2, -1, 0, 1]",
    run: async () => {
      return np.fft.fftshift([0, 1, -2, -1]);
    },
  },
  {
    name: "np.fft.hfft",
    expected: "[8, -2, 0, -2]",
    run: async () => {
      return np.fft.hfft([1, 2, 3]);
    },
  },
  {
    name: "np.fft.ifft",
    expected: "[1, 2, 3]",
    run: async () => {
      return np.real(np.fft.ifft(np.fft.fft([1, 2, 3])));
    },
  },
  {
    name: "np.fft.ifft2",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.real(np.fft.ifft2(np.fft.fft2([[1, 2], [3, 4]])));
    },
  },
  {
    name: "np.fft.ifftn",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.real(np.fft.ifftn(np.fft.fftn([[1, 2], [3, 4]])));
    },
  },
  {
    name: "np.fft.ifftshift",
    expected: "[0, 1, -2, -1]",
    run: async () => {
      return np.fft.ifftshift([-2, -1, 0, 1]);
    },
  },
  {
    name: "np.fft.ihfft",
    expected: "[[2.5, 0], [-0.5, -0.5], [-0.5, 0]]",
    run: async () => {
      return np.fft.ihfft([1, 2, 3, 4]);
    },
  },
  {
    name: "np.fft.irfft",
    expected: "[1, 2, 3, 4]",
    run: async () => {
      return np.fft.irfft(np.fft.rfft([1, 2, 3, 4]));
    },
  },
  {
    name: "np.fft.irfft2",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.fft.irfft2(np.fft.rfft2([[1, 2], [3, 4]]));
    },
  },
  {
    name: "np.fft.irfftn",
    expected: "[[1, 2], [3, 4]]",
    run: async () => {
      return np.fft.irfftn(np.fft.rfftn([[1, 2], [3, 4]]));
    },
  },
  {
    name: "np.fft.rfft",
    expected: "[[10, 0], [-2, 2], [-2, 0]]",
    run: async () => {
      return np.fft.rfft([1, 2, 3, 4]);
    },
  },
  {
    name: "np.fft.rfft2",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.rfft2([[1, 2], [3, 4]]);
    },
  },
  {
    name: "np.fft.rfftfreq",
    expected: "[0, 0.25, 0.5]",
    run: async () => {
      return np.fft.rfftfreq(4);
    },
  },
  {
    name: "np.fft.rfftn",
    expected: "[[[10, 0], [-2, 0]], [[-4, 0], [0, 0]]]",
    run: async () => {
      return np.fft.rfftn([[1, 2], [3, 4]]);
    },
  },
  {
    name: "nn.celu",
    expected: "[-0.63212, 2]",
    run: async () => {
      return nn.celu([-1, 2]);
    },
  },
  {
    name: "nn.dotProductAttention",
    expected: "[1, 2, 1, 4]",
    run: async () => {
      return nn.dotProductAttention(np.ones([1, 2, 1, 4]), np.ones([1, 3, 1, 4]), np.ones([1, 3, 1, 4])).shape;
    },
  },
  {
    name: "nn.elu",
    expected: "[-0.63212, 2]",
    run: async () => {
      return nn.elu([-1, 2]);
    },
  },
  {
    name: "nn.gelu",
    expected: "[-0.15881, 1.9546]",
    run: async () => {
      return nn.gelu([-1, 2]);
    },
  },
  {
    name: "nn.glu",
    expected: "[0.5, 1]",
    run: async () => {
      return nn.glu([1, 2, 0, 0]);
    },
  },
  {
    name: "nn.hardSigmoid",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return nn.hardSigmoid([-4, 0, 4]);
    },
  },
  {
    name: "nn.hardSilu",
    expected: "[0, 0.66667]",
    run: async () => {
      return nn.hardSilu([-4, 1]);
    },
  },
  {
    name: "nn.hardTanh",
    expected: "[-1, 0.5, 1]",
    run: async () => {
      return nn.hardTanh([-4, 0.5, 4]);
    },
  },
  {
    name: "nn.identity",
    expected: "[1, 2]",
    run: async () => {
      return nn.identity([1, 2]);
    },
  },
  {
    name: "nn.leakyRelu",
    expected: "[-0.01, 2]",
    run: async () => {
      return nn.leakyRelu([-1, 2]);
    },
  },
  {
    name: "nn.log1mexp",
    expected: "[-0.45868]",
    run: async () => {
      return nn.log1mexp([1]);
    },
  },
  {
    name: "nn.logSigmoid",
    expected: "[-0.69315]",
    run: async () => {
      return nn.logSigmoid([0]);
    },
  },
  {
    name: "nn.logSoftmax",
    expected: "[-0.69315, -0.69315]",
    run: async () => {
      return nn.logSoftmax([0, 0]);
    },
  },
  {
    name: "nn.logmeanexp",
    expected: "1",
    run: async () => {
      return nn.logmeanexp([1, 1]);
    },
  },
  {
    name: "nn.mish",
    expected: "[0.8651]",
    run: async () => {
      return nn.mish([1]);
    },
  },
  {
    name: "nn.oneHot",
    expected: "[[1, 0, 0], [0, 0, 1]]",
    run: async () => {
      return nn.oneHot([0, 2], 3);
    },
  },
  {
    name: "nn.relu",
    expected: "[0, 2]",
    run: async () => {
      return nn.relu([-1, 2]);
    },
  },
  {
    name: "nn.relu6",
    expected: "[0, 2, 6]",
    run: async () => {
      return nn.relu6([-1, 2, 9]);
    },
  },
  {
    name: "nn.selu",
    expected: "[-1.1113, 2.1014]",
    run: async () => {
      return nn.selu([-1, 2]);
    },
  },
  {
    name: "nn.sigmoid",
    expected: "[0.5, 0.8808]",
    run: async () => {
      return nn.sigmoid([0, 2]);
    },
  },
  {
    name: "nn.silu",
    expected: "[0.73106]",
    run: async () => {
      return nn.silu([1]);
    },
  },
  {
    name: "nn.softSign",
    expected: "[0.5, -0.75]",
    run: async () => {
      return nn.softSign([1, -3]);
    },
  },
  {
    name: "nn.softmax",
    expected: "[0.21194, 0.21194, 0.57612]",
    run: async () => {
      return nn.softmax([0, 0, 1]);
    },
  },
  {
    name: "nn.softplus",
    expected: "[0.69315]",
    run: async () => {
      return nn.softplus([0]);
    },
  },
  {
    name: "nn.sparsePlus",
    expected: "[0, 0.25, 2]",
    run: async () => {
      return nn.sparsePlus([-2, 0, 2]);
    },
  },
  {
    name: "nn.sparseSigmoid",
    expected: "[0, 0.5, 1]",
    run: async () => {
      return nn.sparseSigmoid([-2, 0, 2]);
    },
  },
  {
    name: "nn.squareplus",
    expected: "[1, 3.3028]",
    run: async () => {
      return nn.squareplus([0, 3]);
    },
  },
  {
    name: "nn.standardize",
    expected: "[-0.99999, 0.99999]",
    run: async () => {
      return nn.standardize([1, 3]);
    },
  },
  {
    name: "nn.tanh",
    expected: "[0, 0.76159]",
    run: async () => {
      return nn.tanh([0, 1]);
    },
  },
  {
    name: "nn.initializers.constant",
    expected: "[3, 3]",
    run: async () => {
      return nn.initializers.constant(3)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.deltaOrthogonal",
    expected: "[3, 2, 2]",
    run: async () => {
      return nn.initializers.deltaOrthogonal()(random.key(0), [3, 2, 2]).shape;
    },
  },
  {
    name: "nn.initializers.glorotNormal",
    expected: "[[1.1704, 1.3784], [-0.33174, -0.060317]]",
    run: async () => {
      return nn.initializers.glorotNormal()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.glorotUniform",
    expected: "[[1.0966, 1.1723], [-0.4108, -0.076746]]",
    run: async () => {
      return nn.initializers.glorotUniform()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.heNormal",
    expected: "[[1.6552, 1.9494], [-0.46915, -0.085302]]",
    run: async () => {
      return nn.initializers.heNormal()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.heUniform",
    expected: "[[1.5508, 1.6578], [-0.58096, -0.10854]]",
    run: async () => {
      return nn.initializers.heUniform()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.lecunNormal",
    expected: "[[1.1704, 1.3784], [-0.33174, -0.060317]]",
    run: async () => {
      return nn.initializers.lecunNormal()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.lecunUniform",
    expected: "[[1.0966, 1.1723], [-0.4108, -0.076746]]",
    run: async () => {
      return nn.initializers.lecunUniform()(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.normal",
    expected: "[1.6226, 2.0253]",
    run: async () => {
      return nn.initializers.normal(1)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.ones",
    expected: "[1, 1]",
    run: async () => {
      return nn.initializers.ones(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.orthogonal",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      const q = nn.initializers.orthogonal()(random.key(0), [2, 2]);
      return np.round(np.matmul(np.transpose(q), q), 4);
    },
  },
  {
    name: "nn.initializers.truncatedNormal",
    expected: "[1.456, 1.7147]",
    run: async () => {
      return nn.initializers.truncatedNormal(1)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.uniform",
    expected: "[0.94767, 0.97858]",
    run: async () => {
      return nn.initializers.uniform(1)(random.key(0), [2]);
    },
  },
  {
    name: "nn.initializers.varianceScaling",
    expected: "[[1.1474, 1.4321], [-0.3066, -0.055591]]",
    run: async () => {
      return nn.initializers.varianceScaling(1, 'fan_in', 'normal')(random.key(0), [2, 2]);
    },
  },
  {
    name: "nn.initializers.zeros",
    expected: "[0, 0]",
    run: async () => {
      return nn.initializers.zeros(random.key(0), [2]);
    },
  },
  {
    name: "random.ball",
    expected: "true",
    run: async () => {
      return np.less(np.linalg.norm(random.ball(random.key(0), 3)), 1);
    },
  },
  {
    name: "random.bernoulli",
    expected: "[false, false, true, true]",
    run: async () => {
      return random.bernoulli(random.key(0), 0.5, [4]);
    },
  },
  {
    name: "random.beta",
    expected: "[0.23627, 0.49046]",
    run: async () => {
      return random.beta(random.key(0), 2, 3, [2]);
    },
  },
  {
    name: "random.binomial",
    expected: "[6, 7, 5, 6]",
    run: async () => {
      return random.binomial(random.key(0), 10, 0.5, [4]);
    },
  },
  {
    name: "random.bits",
    expected: "[4070199207, 4202968722]",
    run: async () => {
      return random.bits(random.key(0), [2]);
    },
  },
  {
    name: "random.categorical",
    expected: "[1, 0]",
    run: async () => {
      return random.categorical(random.key(0), np.array([[0, 9], [9, 0]]));
    },
  },
  {
    name: "random.cauchy",
    expected: "[6.0275, 14.838]",
    run: async () => {
      return random.cauchy(random.key(0), [2]);
    },
  },
  {
    name: "random.chisquare",
    expected: "[2.2051, 2.49]",
    run: async () => {
      return random.chisquare(random.key(0), 3, [2]);
    },
  },
  {
    name: "random.choice",
    expected: "[0, 1, 4]",
    run: async () => {
      return random.choice(random.key(0), 5, [3], { replace: false });
    },
  },
  {
    name: "random.clone",
    expected: "[0, 0]",
    run: async () => {
      return random.clone(random.key(0));
    },
  },
  {
    name: "random.dirichlet",
    expected: "1",
    run: async () => {
      return np.sum(random.dirichlet(random.key(0), np.array([1, 2, 3])));
    },
  },
  {
    name: "random.doubleSidedMaxwell",
    expected: "[1.5457, 1.5741]",
    run: async () => {
      return random.doubleSidedMaxwell(random.key(0), 0, 1, [2]);
    },
  },
  {
    name: "random.erfInv",
    expected: "[0.47694]",
    run: async () => {
      return random.erfInv(np.array([0.5]));
    },
  },
  {
    name: "random.exponential",
    expected: "[2.9501, 3.8434]",
    run: async () => {
      return random.exponential(random.key(0), [2]);
    },
  },
  {
    name: "random.f",
    expected: "[2.7039, 0.22601]",
    run: async () => {
      return random.f(random.key(0), 3, 4, [2]);
    },
  },
  {
    name: "random.foldIn",
    expected: "[2716826189, 292468403]",
    run: async () => {
      return random.foldIn(random.key(0), 7);
    },
  },
  {
    name: "random.gamma",
    expected: "[1.5898, 1.7599]",
    run: async () => {
      return random.gamma(random.key(0), 2, [2]);
    },
  },
  {
    name: "random.generalizedNormal",
    expected: "[1.0604, 0.089208]",
    run: async () => {
      return random.generalizedNormal(random.key(0), 1.5, [2]);
    },
  },
  {
    name: "random.geometric",
    expected: "[1, 1, 4, 3]",
    run: async () => {
      return random.geometric(random.key(0), 0.3, [4]);
    },
  },
  {
    name: "random.gumbel",
    expected: "[2.9234, 3.8326]",
    run: async () => {
      return random.gumbel(random.key(0), [2]);
    },
  },
  {
    name: "random.key",
    expected: "[0, 42]",
    run: async () => {
      return random.key(42);
    },
  },
  {
    name: "random.keyData",
    expected: "[0, 42]",
    run: async () => {
      return random.keyData(random.key(42));
    },
  },
  {
    name: "random.keyImpl",
    expected: "'threefry2x32'",
    run: async () => {
      return random.keyImpl(random.key(0));
    },
  },
  {
    name: "random.laplace",
    expected: "[-2.257, -3.1503]",
    run: async () => {
      return random.laplace(random.key(0), [2]);
    },
  },
  {
    name: "random.loggamma",
    expected: "[0.4636, 0.56528]",
    run: async () => {
      return random.loggamma(random.key(0), 2, [2]);
    },
  },
  {
    name: "random.logistic",
    expected: "[2.8964, 3.8218]",
    run: async () => {
      return random.logistic(random.key(0), [2]);
    },
  },
  {
    name: "random.lognormal",
    expected: "[5.0665, 7.5781]",
    run: async () => {
      return random.lognormal(random.key(0), 1, [2]);
    },
  },
  {
    name: "random.maxwell",
    expected: "[2.6311, 0.99103]",
    run: async () => {
      return random.maxwell(random.key(0), [2]);
    },
  },
  {
    name: "random.multinomial",
    expected: "[1, 1, 8]",
    run: async () => {
      return random.multinomial(random.key(0), 10, np.array([0.2, 0.3, 0.5]));
    },
  },
  {
    name: "random.multivariateNormal",
    expected: "[1.6226, 2.0253]",
    run: async () => {
      return random.multivariateNormal(random.key(0), np.zeros([2]), np.eye(2));
    },
  },
  {
    name: "random.normal",
    expected: "[1.6226, 2.0253, -0.43359]",
    run: async () => {
      return random.normal(random.key(0), [3]);
    },
  },
  {
    name: "random.orthogonal",
    expected: "[[1, 0], [0, 1]]",
    run: async () => {
      const q = random.orthogonal(random.key(0), 2);
      return np.round(np.matmul(np.transpose(q), q), 4);
    },
  },
  {
    name: "random.pareto",
    expected: "[4.3713, 6.8326]",
    run: async () => {
      return random.pareto(random.key(0), 2, [2]);
    },
  },
  {
    name: "random.permutation",
    expected: "[0, 1, 4, 3, 2]",
    run: async () => {
      return random.permutation(random.key(0), 5);
    },
  },
  {
    name: "random.poisson",
    expected: "[0, 1, 5, 5]",
    run: async () => {
      return random.poisson(random.key(0), 4, [4]);
    },
  },
  {
    name: "random.rademacher",
    expected: "[-1, -1, 1, 1]",
    run: async () => {
      return random.rademacher(random.key(0), [4]);
    },
  },
  {
    name: "random.randint",
    expected: "[9, 0, 2, 3]",
    run: async () => {
      return random.randint(random.key(0), [4], 0, 10);
    },
  },
  {
    name: "random.rayleigh",
    expected: "[0.32788, 0.2081]",
    run: async () => {
      return random.rayleigh(random.key(0), 1, [2]);
    },
  },
  {
    name: "random.shuffle",
    expected: "[1, 2, 3]",
    run: async () => {
      return random.shuffle(random.key(0), np.array([1, 2, 3]));
    },
  },
  {
    name: "random.split",
    expected: "[[1797259609, 2579123966], [928981903, 3453687069]]",
    run: async () => {
      return random.split(random.key(0));
    },
  },
  {
    name: "random.splitKeys",
    expected: "[928981903, 3453687069]",
    run: async () => {
      return random.splitKeys(random.key(0))[1];
    },
  },
  {
    name: "random.t",
    expected: "[0.69022, -3.2393]",
    run: async () => {
      return random.t(random.key(0), 3, [2]);
    },
  },
  {
    name: "random.threefry2x32",
    expected: "[[1797259609], [2579123966]]",
    run: async () => {
      return random.threefry2x32(random.key(0), np.zeros([1], 'u32'), np.zeros([1], 'u32'));
    },
  },
  {
    name: "random.triangular",
    expected: "[1.6765, 1.793]",
    run: async () => {
      return random.triangular(random.key(0), 0, 1, 2, [2]);
    },
  },
  {
    name: "random.truncatedNormal",
    expected: "[0.86186, 0.94129]",
    run: async () => {
      return random.truncatedNormal(random.key(0), -1, 1, [2]);
    },
  },
  {
    name: "random.uniform",
    expected: "[0.94767, 0.97858, 0.33229]",
    run: async () => {
      return random.uniform(random.key(0), [3]);
    },
  },
  {
    name: "random.wald",
    expected: "[0.3806, 0.41567]",
    run: async () => {
      return random.wald(random.key(0), 1, [2]);
    },
  },
  {
    name: "random.weibullMin",
    expected: "[1.7176, 1.9605]",
    run: async () => {
      return random.weibullMin(random.key(0), 1, 2, [2]);
    },
  },
  {
    name: "random.wrapKeyData",
    expected: "[0, 42]",
    run: async () => {
      return random.wrapKeyData(np.array([0, 42], 'u32'));
    },
  },
  {
    name: "tree.all",
    expected: "false",
    run: async () => {
      return tree.all({ a: true, b: [true, false] });
    },
  },
  {
    name: "tree.broadcast",
    expected: "{ a: [1, 1], b: 2 }",
    run: async () => {
      return tree.broadcast({ a: 1, b: 2 }, { a: [0, 0], b: 0 });
    },
  },
  {
    name: "tree.entries",
    expected: "[['layers[0]', 2], ['layers[1]', 3], ['w', 1]]",
    run: async () => {
      return tree.entries({ w: 1, layers: [2, 3] });
    },
  },
  {
    name: "tree.flatten",
    expected: "[1, 2]",
    run: async () => {
      return tree.flatten({ b: 2, a: [1] }).leaves;
    },
  },
  {
    name: "tree.leaves",
    expected: "[1, 2]",
    run: async () => {
      return tree.leaves({ b: 2, a: [1] });
    },
  },
  {
    name: "tree.map",
    expected: "{ a: 11, b: [22] }",
    run: async () => {
      return tree.map((x: number, y: number) => x + y, { a: 1, b: [2] }, { a: 10, b: [20] });
    },
  },
  {
    name: "tree.mapWithPath",
    expected: "{ a: 'a=1', b: ['b[0]=2'] }",
    run: async () => {
      return tree.mapWithPath((path: string, x: number) => `${path}=${x}`, { a: 1, b: [2] });
    },
  },
  {
    name: "tree.prefixAt",
    expected: "2",
    run: async () => {
      return tree.prefixAt({ a: 1, b: { c: 2 } }, 'b.c', (node) => typeof node === 'number');
    },
  },
  {
    name: "tree.reduce",
    expected: "6",
    run: async () => {
      return tree.reduce((sum: number, x: number) => sum + x, { a: 1, b: [2, 3] }, 0);
    },
  },
  {
    name: "tree.reduceAssociative",
    expected: "6",
    run: async () => {
      return tree.reduceAssociative((a: number, b: number) => a + b, { a: 1, b: [2, 3] });
    },
  },
  {
    name: "tree.structure",
    expected: "'{a: *, b: [*]}'",
    run: async () => {
      return tree.treedefText(tree.structure({ a: 1, b: [2] }));
    },
  },
  {
    name: "tree.transpose",
    expected: "{ a: [1, 2] }",
    run: async () => {
      return tree.transpose(tree.structure([0, 0]), tree.structure({ a: 0 }), [{ a: 1 }, { a: 2 }]);
    },
  },
  {
    name: "tree.treedefText",
    expected: "'[*, {a: *}]'",
    run: async () => {
      return tree.treedefText(tree.structure([1, { a: 2 }]));
    },
  },
  {
    name: "tree.unflatten",
    expected: "{ a: 1, b: 2 }",
    run: async () => {
      return tree.unflatten(tree.structure({ a: 0, b: 0 }), [1, 2]);
    },
  },
  {
    name: "tree.unflattenEach",
    expected: "[['a', 'b'], 'c']",
    run: async () => {
      return tree.unflattenEach([tree.flatten([1, 2]), tree.flatten(3)], ['a', 'b', 'c']);
    },
  },
];
