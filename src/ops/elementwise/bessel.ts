import { isFloat } from '../../base/index.ts';
import { asTensor, type Builder, type Value } from '../../ir/index.ts';
import { composed } from '../define/composed.ts';
import type { NoAttributes } from '../define/elementwise.ts';
import { compare, div, mul, rsqrt, scale, select, splat, sub } from '../define/emit.ts';
import { pointwiseSharding } from '../define/sharding-rule-builder.ts';
import { sameType } from '../define/syntaxes.ts';

/*
 * The modified Bessel function I₀, scaled: CHLO has I₁ only, whose derivative needs it.
 * Chebyshev series of e^−x I₀(x) on [0, 8] and of √x e^−x I₀(x) on [8, ∞), computed by interpolation at 96 nodes.
 */

const SMALL = [
  0.676795274409476, -0.30468267234319835, 0.1716209015222087, -0.09490109704804758, 0.04930528423967066,
  -0.023737414805899446, 0.010546460394594951, -0.004324309995050621, 0.0016394756169413514, -0.000576375574538547,
  0.0001885028850958666, -5.754195010100816e-5, 1.6448448070695417e-5, -4.41673835849652e-6, 1.1173875390655679e-6,
  -2.670793854288882e-7, 6.046995014441503e-8, -1.3000249965427904e-8, 2.659823785303913e-9, -5.189797122324806e-10,
  9.675821652869084e-11, -1.726840952133088e-11, 2.955323955752357e-12, -4.859095891132416e-13, 7.670730370334944e-14,
  -1.1595876530402319e-14,
];
const LARGE = [
  0.8044904110141087, 0.003369116478255732, 6.889758346915513e-5, 2.8913705208495535e-6, 2.04891858888928e-7,
  2.2666689911342353e-8, 3.3962319694105327e-9, 4.940602280227001e-10, 1.1889179889433091e-11, -3.1499185638300675e-11,
  -1.3215815992199027e-11, -1.7942500422340098e-12, 7.180396323821132e-13, 3.8519762466521223e-13,
  1.533108853988644e-14, -4.156961233570122e-14, -9.629739135726585e-15,
];

/** Σ cₖ Tₖ(t), the first term halved, by Clenshaw's recurrence. */
function chebyshev(b: Builder, c: readonly number[], t: Value): Value {
  const constant = (v: number): Value => splat(b, t.type, v);
  const twice = scale(b, t, 2);
  let [now, before] = [constant(0), constant(0)];
  for (let k = c.length - 1; k > 0; k--) {
    const next = sub(b, b.emit('stablehlo.add', [mul(b, twice, now), constant(c[k])]), before);
    [now, before] = [next, now];
  }
  return sub(b, b.emit('stablehlo.add', [mul(b, t, now), constant(c[0] / 2)]), before);
}

export const besselI0e = composed<NoAttributes>({
  name: 'espalier.bessel_i0e',
  doc: 'Elementwise exponentially scaled Bessel function I₀.',
  spec: 'Espalier; JAX, lax.bessel_i0e',
  operands: [{ name: 'operand' }],
  attributes: {},
  traits: { elementwise: true },
  inferTypes: ({ operands, checker }) => {
    const t = asTensor(operands[0]);
    checker.check('element type', isFloat(t.dtype), () => `does not take ${t.dtype}`);
    return [t];
  },
  syntax: sameType(1),
  decompose: ({ operands: [x], builder: b }) => {
    const a = b.emit('stablehlo.abs', [x]);
    const eight = splat(b, x.type, 8);
    const isSmall = compare(b, 'LE', a, eight);
    const low = chebyshev(b, SMALL, sub(b, scale(b, select(b, isSmall, a, eight), 0.25), splat(b, x.type, 1)));
    const large = select(b, isSmall, eight, a);
    const ratio = sub(b, div(b, splat(b, x.type, 16), large), splat(b, x.type, 1));
    return [select(b, isSmall, low, mul(b, chebyshev(b, LARGE, ratio), rsqrt(b, large)))];
  },
  linearize: ({ operands: [x], results, tangents, primal: b, tangent }) => {
    const sign = b.emit('stablehlo.sign', [x]);
    const slope = sub(b, b.emit('chlo.bessel_i1e', [x]), mul(b, sign, results[0]));
    return { tangents: [mul(tangent, tangents[0]!, slope)] };
  },
  sharding: pointwiseSharding,
  samples: [
    { name: 'small', operands: [{ dtype: 'f64', shape: [2, 3], low: 0.2, high: 6 }], attributes: {} },
    { name: 'large', operands: [{ dtype: 'f64', shape: [2, 3], low: -30, high: -9 }], attributes: {} },
  ],
});

/** d/dx e^−|x| I₁(x) = e^−|x| I₀(x) − (1/x + sign x) · e^−|x| I₁(x); ½ at 0. */
export function slopeOfI1e(b: Builder, x: Value, y: Value): Value {
  const zero = compare(b, 'EQ', x, splat(b, x.type, 0));
  const safe = select(b, zero, splat(b, x.type, 1), x);
  const inverse = div(b, splat(b, x.type, 1), safe);
  const factor = b.emit('stablehlo.add', [inverse, b.emit('stablehlo.sign', [x])]);
  const i0e = b.emit('espalier.bessel_i0e', [x]);
  return select(b, zero, splat(b, x.type, 0.5), sub(b, i0e, mul(b, factor, y)));
}
