import { describe, expectTypeOf, it } from 'vitest';
import {
  associativeScan,
  checkpoint,
  cond,
  customJvp,
  customVjp,
  deviceGet,
  evalShape,
  foriLoop,
  grad,
  type HostArray,
  hessian,
  hvp,
  jacfwd,
  jit,
  jvp,
  linearize,
  map,
  np,
  scan,
  switchCase,
  type Tensor,
  trace,
  tree,
  valueAndGrad,
  valueAndGradAux,
  vjp,
  vmap,
  whileLoop,
} from '../../src/index.ts';

/* Trees keep their types through every transformation. Checked by the compiler: nothing here runs a program. */

interface Params {
  readonly layers: readonly { w: Tensor; b: Tensor }[];
  readonly scale: Tensor;
}
interface Output {
  logits: Tensor;
  cache: [Tensor, Tensor];
}
const params = undefined as unknown as Params;
const x = undefined as unknown as Tensor;
type Model = (p: Params, t: Tensor) => Output;
type Loss = (p: Params, t: Tensor) => Tensor;
const model: Model = (p, t) => ({ logits: np.multiply(t, p.scale), cache: [t, t] });
const loss: Loss = (p, t) => np.sum(model(p, t).logits);

describe('types of trees', () => {
  it('jit, vmap, checkpoint keep signatures', () => {
    expectTypeOf(jit(model)).parameters.toEqualTypeOf<[Params, Tensor]>();
    expectTypeOf(jit(model)).returns.toEqualTypeOf<Output>();
    expectTypeOf(vmap(model)).toEqualTypeOf<Model>();
    expectTypeOf(checkpoint(model)).toEqualTypeOf<Model>();
    expectTypeOf(jit(model).evalShape).returns.toEqualTypeOf<Output>();
    expectTypeOf(evalShape<[Params, Tensor], Output>).returns.toEqualTypeOf<Output>();
    expectTypeOf(trace(model)).returns.toHaveProperty('result').toEqualTypeOf<Output>();
    expectTypeOf(jit(vmap(grad(loss)))).returns.toEqualTypeOf<Params>();
  });
  it('gradients have the type of what they differentiate', () => {
    expectTypeOf(grad(loss)).toEqualTypeOf<(p: Params, t: Tensor) => Params>();
    expectTypeOf(grad(loss, { argnum: 1 })).returns.toEqualTypeOf<Tensor>();
    expectTypeOf(grad(loss, { argnums: [1, 0] })).returns.toEqualTypeOf<[Tensor, Params]>();
    expectTypeOf(valueAndGrad(loss)).returns.toEqualTypeOf<[Tensor, Params]>();
    const withAux = (p: Params, t: Tensor): [Tensor, Output] => [loss(p, t), model(p, t)];
    expectTypeOf(valueAndGradAux(withAux)).returns.toEqualTypeOf<[[Tensor, Output], Params]>();
  });
  it('forward mode, vjp and linearize', () => {
    expectTypeOf(jvp<[Params, Tensor], Output>).returns.toEqualTypeOf<[Output, Output]>();
    expectTypeOf(vjp<[Params, Tensor], Output>).returns.toEqualTypeOf<
      [Output, (cotangent: Output) => [Params, Tensor]]
    >();
    expectTypeOf(linearize<[Params, Tensor], Output>).returns.toEqualTypeOf<
      [Output, (p: Params, t: Tensor) => Output]
    >();
    expectTypeOf(hvp<Params>).returns.toEqualTypeOf<Params>();
  });
  it('Jacobians are trees of trees', () => {
    const f = (p: { a: Tensor; b: Tensor }): { y: Tensor } => ({ y: np.add(p.a, p.b) });
    expectTypeOf(jacfwd(f)).returns.toEqualTypeOf<{ y: { a: Tensor; b: Tensor } }>();
    const scalar = (p: { a: Tensor }): Tensor => p.a;
    expectTypeOf(hessian(scalar)).returns.toEqualTypeOf<{ a: { a: Tensor } }>();
  });
  it('control flow', () => {
    const step = (c: Params, t: { u: Tensor }) => [c, [t.u, t.u]] as readonly [Params, [Tensor, Tensor]];
    expectTypeOf(scan<Params, { u: Tensor }, [Tensor, Tensor]>).returns.toEqualTypeOf<[Params, [Tensor, Tensor]]>();
    expectTypeOf(step).returns.toExtend<readonly [Params, unknown]>();
    expectTypeOf(cond<[Params], Output>).returns.toEqualTypeOf<Output>();
    expectTypeOf(switchCase<[Params], Output>).returns.toEqualTypeOf<Output>();
    expectTypeOf(whileLoop<Params>).returns.toEqualTypeOf<Params>();
    expectTypeOf(foriLoop<Params>).returns.toEqualTypeOf<Params>();
    expectTypeOf(associativeScan<Output>).returns.toEqualTypeOf<Output>();
    expectTypeOf(map<Params, Output>).returns.toEqualTypeOf<Output>();
  });
  it('custom derivatives', () => {
    expectTypeOf(customJvp(model, (p, _t) => [model(...p), model(...p)])).toEqualTypeOf<Model>();
    expectTypeOf(
      customVjp(
        model,
        (p, t) => [model(p, t), { p, t }],
        (kept, ct) => {
          expectTypeOf(kept).toEqualTypeOf<{ p: Params; t: Tensor }>();
          expectTypeOf(ct).toEqualTypeOf<Output>();
          return [null, null];
        },
      ),
    ).toEqualTypeOf<Model>();
  });
  it('trees', () => {
    expectTypeOf(tree.map((t: Tensor) => t.size, params)).toEqualTypeOf<{
      readonly layers: readonly { w: number; b: number }[];
      readonly scale: number;
    }>();
    expectTypeOf(tree.leaves(params)).toEqualTypeOf<Tensor[]>();
    expectTypeOf(deviceGet<Output>).returns.resolves.toEqualTypeOf<{
      logits: HostArray;
      cache: [HostArray, HostArray];
    }>();
  });
  it('wrong arguments do not compile', () => {
    // @ts-expect-error a tree of another type
    expectTypeOf(() => jit(model)({ layers: [] }, x)).toBeFunction();
    // @ts-expect-error a number is no tree of parameters
    expectTypeOf(() => grad(loss)(3, x)).toBeFunction();
    // @ts-expect-error the loss must be one tensor
    expectTypeOf(() => grad(model)).toBeFunction();
  });
});
