"""Programs as people write them with JAX, flax, equinox and optax, exported with what JAX computes on a CPU.

Usage: python tests/oracles/jax_programs.py [name ...]
Writes tests/oracles/jax-programs/<name>.mlir (StableHLO text: plain, with locations, or in the generic form, in turn) and <name>.json
(inputs, results, number of devices). Made with jax 0.10.2, flax 0.12, equinox 0.13, optax 0.2.
"""
import base64, json, os, sys
os.environ.setdefault('XLA_FLAGS', '--xla_force_host_platform_device_count=8')
os.environ.setdefault('JAX_PLATFORMS', 'cpu')
import numpy as np
import jax, jax.numpy as jnp, jax.scipy as jsp, jax.scipy.optimize, jax.scipy.sparse.linalg
from jax import lax, nn, random
from jax import export as jexport
from jax.sharding import Mesh, NamedSharding, PartitionSpec as P
import flax.linen as fnn
from flax import nnx
import equinox as eqx
import optax

# Locations without the folders of this machine.
jax.config.update('jax_hlo_source_file_canonicalization_regex', '.*/')
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'jax-programs')
programs = {}
rng = np.random.RandomState(7)
def f32(*shape, scale=1.0): return (scale * rng.standard_normal(shape)).astype(np.float32)
def spd(n, batch=(), dtype=np.float32):
    a = rng.standard_normal((*batch, n, n))
    return (a @ np.swapaxes(a, -1, -2) + n * np.eye(n)).astype(dtype)
def ints(high, *shape): return rng.randint(0, high, shape).astype(np.int32)
def program(*inputs, form='plain', x64=False, mesh=None, in_specs=None, out_specs=None):
    def add(f):
        programs[f.__name__] = (f, inputs, form, x64, mesh, in_specs, out_specs)
        return f
    return add

# ---- neural networks ----
@program(f32(8, 12), f32(12, 16, scale=.3), f32(16), f32(16, 4, scale=.3), form='debug')
def mlp(x, w1, b1, w2):
    return nn.log_softmax(nn.gelu(x @ w1 + b1) @ w2)

@program(f32(2, 10, 10, 3), f32(3, 3, 3, 4, scale=.3), f32(3, 3, 4, 4, scale=.3))
def convnet(x, w1, w2):
    dn = ('NHWC', 'HWIO', 'NHWC')
    x = nn.relu(lax.conv_general_dilated(x, w1, (1, 1), 'SAME', dimension_numbers=dn))
    x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID')
    x = nn.silu(lax.conv_general_dilated(x, w2, (2, 2), 'SAME', rhs_dilation=(1, 1), dimension_numbers=dn))
    return x.mean((1, 2))

@program(f32(2, 8, 8, 4), f32(3, 3, 1, 4), f32(2, 2, 4, 3), form='generic')
def depthwise_and_transposed_convolution(x, d, t):
    y = lax.conv_general_dilated(x, d, (1, 1), 'SAME', feature_group_count=4, dimension_numbers=('NHWC', 'HWIO', 'NHWC'))
    return lax.conv_transpose(y, t, (2, 2), 'VALID')

@program(f32(2, 6, 4, 8), f32(2, 6, 2, 8), f32(2, 6, 2, 8), form='debug')
def grouped_query_attention(q, k, v):
    return nn.dot_product_attention(q, k, v, is_causal=True)

@program(f32(2, 5, 4, 8), f32(2, 7, 1, 8), f32(2, 7, 1, 8), rng.rand(2, 1, 5, 7) > .3)
def multi_query_attention_with_mask(q, k, v, mask):
    return nn.dot_product_attention(q, k, v, mask=mask, scale=0.3)

@program(f32(1, 9, 2, 8), f32(1, 9, 2, 8), f32(1, 9, 2, 8), f32(1, 2, 9, 9), form='generic')
def attention_with_bias_and_window(q, k, v, bias):
    return nn.dot_product_attention(q, k, v, bias=bias, local_window_size=(2, 1))

@program(f32(2, 6, 16), f32(16, 4, 4, scale=.3), f32(16, 2, 4, scale=.3), f32(16, 2, 4, scale=.3), f32(4, 4, 16, scale=.3))
def attention_by_einsum_with_rotary(x, wq, wk, wv, wo):
    q, k, v = (jnp.einsum('btd,dhk->bthk', x, w) for w in (wq, wk, wv))
    def rope(u):
        t = jnp.arange(u.shape[1])[:, None] / 10000 ** (jnp.arange(0, u.shape[-1], 2) / u.shape[-1])
        s, c = jnp.sin(t)[None, :, None], jnp.cos(t)[None, :, None]
        a, b = jnp.split(u, 2, -1)
        return jnp.concatenate([a * c - b * s, a * s + b * c], -1)
    q, k = rope(q), rope(k)
    q = q.reshape(2, 6, 2, 2, 4)
    s = jnp.einsum('btghk,bsgk->bghts', q, k) / 2
    s = jnp.where(jnp.tril(jnp.ones((6, 6), bool)), s, -1e30)
    o = jnp.einsum('bghts,bsgk->btghk', nn.softmax(s), v).reshape(2, 6, 4, 4)
    return jnp.einsum('bthk,hkd->btd', o, wo)

class FlaxBlock(fnn.Module):
    @fnn.compact
    def __call__(self, x):
        h = fnn.LayerNorm()(x)
        x = x + fnn.MultiHeadDotProductAttention(num_heads=2)(h, h)
        h = fnn.Dense(32)(fnn.LayerNorm()(x))
        return x + fnn.Dense(8)(fnn.gelu(h))
_flax = FlaxBlock()
_flax_params = _flax.init(random.key(0), jnp.zeros((2, 5, 8)))
_flax_leaves, _flax_tree = jax.tree.flatten(_flax_params)
@program(f32(2, 5, 8), *map(np.asarray, _flax_leaves), form='debug')
def flax_transformer_block(x, *leaves):
    return _flax.apply(jax.tree.unflatten(_flax_tree, leaves), x)

class FlaxCnn(fnn.Module):
    @fnn.compact
    def __call__(self, x, train):
        x = fnn.Conv(4, (3, 3))(x)
        x = fnn.BatchNorm(use_running_average=not train)(x)
        x = fnn.avg_pool(fnn.relu(x), (2, 2), (2, 2))
        x = fnn.GroupNorm(num_groups=2)(x)
        return fnn.Dense(3)(x.reshape(x.shape[0], -1))
_cnn = FlaxCnn()
_cnn_vars = _cnn.init(random.key(1), jnp.zeros((2, 8, 8, 1)), True)
_cnn_leaves, _cnn_tree = jax.tree.flatten(_cnn_vars)
@program(f32(2, 8, 8, 1), *map(np.asarray, _cnn_leaves))
def flax_convnet_with_batch_norm(x, *leaves):
    y, state = _cnn.apply(jax.tree.unflatten(_cnn_tree, leaves), x, True, mutable=['batch_stats'])
    return y, state

class NnxModel(nnx.Module):
    def __init__(self, rngs):
        self.embed = nnx.Embed(11, 8, rngs=rngs)
        self.linear = nnx.Linear(8, 8, rngs=rngs)
        self.norm = nnx.RMSNorm(8, rngs=rngs)
        self.dropout = nnx.Dropout(0.2, rngs=rngs)
    def __call__(self, ids):
        return self.embed.attend(self.dropout(self.norm(nnx.swish(self.linear(self.embed(ids)))), deterministic=True))
_nnx_graph, _nnx_state = nnx.split(NnxModel(nnx.Rngs(0)))
_nnx_leaves, _nnx_tree = jax.tree.flatten(_nnx_state)
_nnx_arrays = [i for i, l in enumerate(_nnx_leaves) if hasattr(l, 'dtype') and l.dtype == jnp.float32]
@program(ints(11, 2, 6), *[np.asarray(_nnx_leaves[i]) for i in _nnx_arrays], form='generic')
def nnx_embedding_model(ids, *arrays):
    leaves = list(_nnx_leaves)
    for i, a in zip(_nnx_arrays, arrays): leaves[i] = a
    return nnx.merge(_nnx_graph, jax.tree.unflatten(_nnx_tree, leaves))(ids)

class FlaxLstm(fnn.Module):
    @fnn.compact
    def __call__(self, x):
        return fnn.RNN(fnn.OptimizedLSTMCell(6))(x)
_lstm = FlaxLstm()
_lstm_leaves, _lstm_tree = jax.tree.flatten(_lstm.init(random.key(2), jnp.zeros((2, 5, 3))))
@program(f32(2, 5, 3), *map(np.asarray, _lstm_leaves))
def flax_lstm(x, *leaves):
    return _lstm.apply(jax.tree.unflatten(_lstm_tree, leaves), x)

_gru = eqx.nn.GRUCell(3, 5, key=random.key(3))
_gru_leaves, _gru_tree = jax.tree.flatten(eqx.filter(_gru, eqx.is_array))
_gru_static = eqx.filter(_gru, eqx.is_array, inverse=True)
@program(f32(7, 3), *map(np.asarray, _gru_leaves), form='debug')
def equinox_gru_scan(xs, *leaves):
    cell = eqx.combine(jax.tree.unflatten(_gru_tree, leaves), _gru_static)
    def step(h, x):
        h = cell(x, h)
        return h, h
    return lax.scan(step, jnp.zeros(5), xs)

_eqx = eqx.nn.MLP(4, 2, 8, 2, activation=jax.nn.tanh, key=random.key(4))
_eqx_leaves, _eqx_tree = jax.tree.flatten(eqx.filter(_eqx, eqx.is_array))
_eqx_static = eqx.filter(_eqx, eqx.is_array, inverse=True)
@program(f32(6, 4), f32(6, 2), *map(np.asarray, _eqx_leaves), form='debug')
def equinox_mlp_gradient(x, y, *leaves):
    def loss(model): return jnp.mean((jax.vmap(model)(x) - y) ** 2)
    return eqx.filter_value_and_grad(loss)(eqx.combine(jax.tree.unflatten(_eqx_tree, leaves), _eqx_static))

_mha = eqx.nn.MultiheadAttention(2, 8, key=random.key(5))
_mha_leaves, _mha_tree = jax.tree.flatten(eqx.filter(_mha, eqx.is_array))
_mha_static = eqx.filter(_mha, eqx.is_array, inverse=True)
@program(f32(5, 8), *map(np.asarray, _mha_leaves), form='generic')
def equinox_attention(x, *leaves):
    return eqx.combine(jax.tree.unflatten(_mha_tree, leaves), _mha_static)(x, x, x, mask=jnp.tril(jnp.ones((5, 5), bool)))

# ---- training steps ----
def _loss(p, x, y): return optax.softmax_cross_entropy_with_integer_labels(nn.relu(x @ p['a'] + p['b']) @ p['c'], y).mean()
def _step(tx):
    def step(x, y, a, b, c):
        p = dict(a=a, b=b, c=c)
        s = tx.init(p)
        for _ in range(2):
            l, g = jax.value_and_grad(_loss)(p, x, y)
            u, s = tx.update(g, s, p)
            p = optax.apply_updates(p, u)
        return l, p
    return step
_train = (f32(6, 5), ints(3, 6), f32(5, 8, scale=.5), f32(8), f32(8, 3, scale=.5))
@program(*_train, form='debug')
def optax_adamw_step(*a): return _step(optax.adamw(optax.warmup_cosine_decay_schedule(0, 1e-2, 10, 100), weight_decay=.1))(*a)
@program(*_train)
def optax_chain_clip_momentum(*a): return _step(optax.chain(optax.clip_by_global_norm(.5), optax.sgd(.1, .9, nesterov=True)))(*a)
@program(*_train)
def optax_lion_adafactor(*a): return _step(optax.lion(1e-3))(*a), _step(optax.adafactor(1e-2))(*a)
@program(*_train)
def optax_lbfgs(x, y, a, b, c):
    p = dict(a=a, b=b, c=c); tx = optax.lbfgs(); s = tx.init(p)
    f = lambda q: _loss(q, x, y)
    v, g = jax.value_and_grad(f)(p)
    u, s = tx.update(g, s, p, value=v, grad=g, value_fn=f)
    return f(optax.apply_updates(p, u))
@program(f32(5, 4), f32(4, 3))
def checkpointed_gradient(x, w):
    f = jax.checkpoint(lambda w, x: jnp.tanh(x @ w @ w.T))
    return jax.grad(lambda w: f(w, f(w, x)).sum())(w)

# ---- control flow ----
@program(f32(6, 3), f32(3, 3, scale=.5), form='debug')
def rnn_scan_with_gradient(xs, w):
    def run(w):
        def step(h, x):
            h = jnp.tanh(w @ h + x)
            return h, (h * 2, h.sum())
        h, (ys, s) = lax.scan(step, jnp.zeros(3), xs)
        return (ys ** 2).sum() + s.sum()
    return jax.value_and_grad(run)(w)
@program(f32(5), np.int32(2), form='generic')
def cond_switch_while(x, i):
    a = lax.switch(i, [jnp.sin, jnp.cos, lambda x: x * 2, jnp.exp], x)
    b = lax.cond(x.sum() > 0, lambda x: x + 1, lambda x: x - 1, x)
    c = lax.while_loop(lambda s: s[0] < 10, lambda s: (s[0] + 3, s[1] * 1.1), (jnp.int32(0), x))
    return a, b, c, lax.fori_loop(0, 4, lambda k, v: v.at[k].add(k), x)
@program(f32(4), form='debug')
def newton_root_with_custom_jvp(x):
    @jax.custom_jvp
    def root(a): return lax.fori_loop(0, 20, lambda _, y: .5 * (y + a / y), a)
    root.defjvp(lambda p, t: (root(p[0]), t[0] / (2 * root(p[0]))))
    return jax.vmap(jax.value_and_grad(root))(jnp.abs(x) + 1)
@program(f32(8, 4))
def associative_scan_and_cumulative(x):
    a = lax.associative_scan(lambda l, r: l * .5 + r, x, axis=0)
    return a, jnp.cumsum(x, 1), jnp.cumprod(x, 0), lax.cummax(x, 0), lax.cumlogsumexp(x, 1), jnp.cumsum(x, 0)[::-1]
@program(f32(3, 4), f32(4, 5), f32(3))
def vmapped_with_jacobians(x, w, b):
    f = lambda v: jnp.tanh(v @ w)
    return jax.vmap(jax.jacfwd(f))(x), jax.hessian(lambda u: (jnp.sin(u) * u).sum())(b), jax.vmap(jnp.outer, (0, None))(x, b)

# ---- random ----
@program(np.uint32([0, 42]))
def random_distributions(key):
    k = random.split(key, 8)
    return (random.normal(k[0], (5,)), random.uniform(k[1], (4,), minval=-1, maxval=2), random.bernoulli(k[2], .4, (9,)),
            random.randint(k[3], (6,), 0, 100), random.exponential(k[4], (3,)), random.gumbel(k[5], (3,)), random.laplace(k[6], (3,)),
            random.choice(k[7], 10, (4,), replace=False))
@program(np.uint32([7, 9]))
def random_gamma_beta_dirichlet(key):
    k = random.split(key, 5)
    return (random.gamma(k[0], jnp.array([.5, 2., 7.])), random.beta(k[1], 2., 3., (4,)), random.dirichlet(k[2], jnp.ones(3)),
            random.permutation(k[3], 12), random.truncated_normal(k[4], -1, 1, (5,)))
@program(np.uint32([1, 3]), f32(4, 6))
def sampling_with_top_k_and_nucleus(key, logits):
    v, _ = lax.top_k(logits, 3)
    cut = jnp.where(logits < v[:, -1:], -jnp.inf, logits)
    order = jnp.argsort(-logits, -1)
    p = jnp.cumsum(nn.softmax(jnp.take_along_axis(logits, order, -1)), -1)
    return random.categorical(key, cut), random.poisson(key, 3., (5,)), p, random.orthogonal(key, 3), random.multivariate_normal(key, jnp.zeros(2), jnp.array([[2., .5], [.5, 1.]]))

# ---- sorting, indexing, segments ----
@program(f32(4, 9), ints(50, 9), form='debug')
def sorting(x, i):
    return (jnp.sort(x, 1), jnp.argsort(x, 0), lax.top_k(x, 4), lax.approx_max_k(x, 3), lax.approx_min_k(x, 2), jnp.sort(i, descending=True), jnp.median(x, 1),
            jnp.percentile(x, 30., 1), jnp.lexsort((i, i % 3)), jnp.unique(i, size=9), jnp.searchsorted(jnp.sort(i), i), jnp.argmax(x, 1), jnp.argmin(x))
@program(f32(9, 3), ints(4, 9), f32(4, 3))
def segments_and_scatters(x, s, y):
    seg = [f(x, s, num_segments=4) for f in (jax.ops.segment_sum, jax.ops.segment_max, jax.ops.segment_min, jax.ops.segment_prod)]
    return (*seg, y.at[s[:3]].set(x[:3]), y.at[s].add(x, mode='drop'), y.at[:, 1].mul(2), y.at[s[:2], 1].max(9.), jnp.bincount(s, length=5), jnp.histogram(x, 4)[0])
@program(f32(5, 6, 4), ints(5, 3), ints(6, 3), form='generic')
def gathers(x, i, j):
    return (x[i], x[i, j], x[:, j, 1], x[i[:, None], j[None]], jnp.take(x, i, 1, mode='clip'), jnp.take_along_axis(x, jnp.argsort(x, 1), 1), x[::-2, 1:5:2, None],
            lax.dynamic_slice(x, (i[0], 2, 0), (2, 3, 4)), jnp.roll(x, 2, 1), x[..., -1], nn.one_hot(i, 5), jnp.select([i > 2, i > 0], [i, -i], 7))
@program(f32(4, 5), np.array([True, False, True, True, False]))
def masks_and_shapes(x, m):
    return (jnp.where(m, x, 0), jnp.nonzero(m, size=5), jnp.pad(x, ((1, 2), (0, 1)), 'reflect'), jnp.pad(x, 1, 'edge'), jnp.tile(x, (2, 1)), jnp.repeat(x, 2, 1),
            jnp.stack([x, -x], 1), jnp.rot90(x), jnp.kron(x[:2, :2], x[:1]), jnp.meshgrid(x[0], x[1])[0], jnp.tri(3), jnp.diag(x[0]), jnp.trace(x), jnp.triu(x), jnp.clip(x, -.5, .5))

# ---- mathematics ----
@program(f32(3, 4), f32(4, 5), f32(2, 3, 4), form='debug')
def einsums(a, b, c):
    return (jnp.einsum('ij,jk->ki', a, b), jnp.einsum('bij,jk,bil->lk', c, b, c), jnp.einsum('ij,ij->', a, a), jnp.einsum('bii->b', c[:, :3, :3]),
            jnp.tensordot(a, c, ((0, 1), (1, 2))), jnp.matmul(c, b), jnp.inner(a, a), jnp.vdot(a, a), jnp.einsum('...i,...j->...ij', a, a).sum())
@program(f32(12), f32(3, 8), form='generic')
def fourier(x, y):
    return (jnp.fft.fft(x), jnp.fft.ifft(jnp.fft.fft(x)).real, jnp.fft.rfft(y), jnp.fft.irfft(jnp.fft.rfft(y)), jnp.abs(jnp.fft.fft2(y)), jnp.fft.fftshift(x), jnp.fft.rfft2(y), jsp.fft.dct(x))
@program(f32(9, scale=2.))
def special_functions(x):
    p = jnp.abs(x) + .1; u = nn.sigmoid(x)
    s = jsp.special
    return (s.erf(x), s.erfc(x), s.erfinv(u), s.gammaln(p), s.digamma(p), s.gammainc(p, 1.3), s.gammaincc(1.3, p), s.betainc(1.5, p, u), s.logit(u), s.expit(x), s.xlogy(p, p),
            s.i0(x), s.i0e(x), s.i1(x), s.i1e(x), s.ndtri(u), s.log_ndtr(x), s.zeta(p + 1, 1.), s.polygamma(1, p), s.entr(p), s.kl_div(p, u), s.logsumexp(x), s.factorial(p), s.exp1(p), s.bernoulli(5), s.sph_harm_y(jnp.array([1]), jnp.array([2]), p[:1], p[1:2], n_max=3))
@program(f32(11), form='debug')
def elementwise_mathematics(x):
    p = jnp.abs(x) + .01; u = jnp.tanh(x)
    return (jnp.arcsin(u), jnp.arccos(u), jnp.arctan(x), jnp.arcsinh(x), jnp.arccosh(p + 1), jnp.arctanh(u), jnp.sinh(x), jnp.cosh(x), jnp.tan(x), jnp.cbrt(x), jnp.log1p(p), jnp.expm1(x),
            jnp.exp2(x), jnp.log2(p), jnp.hypot(x, p), jnp.arctan2(x, p), jnp.sinc(x), jnp.nan_to_num(x / 0), jnp.fmod(x, .3), jnp.floor_divide(x, .3), jnp.sign(x), jnp.rint(x), jnp.trunc(x),
            jnp.nextafter(x, p), jnp.ldexp(x, 2), jnp.frexp(x), jnp.modf(x), jnp.logaddexp(x, p), jnp.copysign(p, x), jnp.heaviside(x, .5), jnp.deg2rad(x), jnp.signbit(x), jnp.gcd(jnp.arange(6), 4), jnp.power(p, 1.7), lax.rsqrt(p), lax.integer_pow(x, 3))
@program(ints(1000, 7), (rng.randint(0, 2**32, 7)).astype(np.uint32), form='generic')
def integer_bits(i, u):
    return (i // 7, i % 7, -i // 3, i & 12, i | 5, ~i, i ^ u.astype(jnp.int32), i << 3, i >> 2, u >> 5, lax.population_count(u), lax.clz(u), lax.bitcast_convert_type(u, jnp.float32) != 0,
            i.astype(jnp.int8), u.astype(jnp.uint16), i.astype(jnp.bfloat16), jnp.packbits(i > 400), jnp.unpackbits(u.astype(jnp.uint8)), jnp.left_shift(i, 31), lax.mul(u, u))
@program(f32(14), f32(5), f32(6, 7), f32(3, 3), form='debug')
def signals(x, k, a, b):
    s = jsp.signal
    return (jnp.convolve(x, k, 'same'), jnp.correlate(x, k, 'full'), s.convolve2d(a, b, 'same'), s.fftconvolve(x, k), s.detrend(x), s.welch(x, nperseg=8)[1], s.stft(x, nperseg=6)[2], s.convolve(a, b, 'valid'))
@program(f32(8), f32(5))
def statistics(x, y):
    s = jsp.stats; p = jnp.abs(x) + .1
    return (s.norm.logpdf(x), s.norm.cdf(x), s.norm.ppf(nn.sigmoid(x)), s.gamma.logpdf(p, 2.), s.beta.logpdf(nn.sigmoid(x), 2., 3.), s.t.logpdf(x, 4.), s.poisson.logpmf(jnp.arange(8), p), s.laplace.cdf(x), s.cauchy.cdf(x),
            s.binom.logpmf(jnp.arange(5), 6, .3), s.multivariate_normal.logpdf(x[:2], jnp.zeros(2), jnp.eye(2) * 2), s.chi2.cdf(p, 3.), s.expon.sf(p), s.logistic.logpdf(x), s.gaussian_kde(x)(y), s.mode(jnp.round(x))[0], s.rankdata(x), jnp.corrcoef(x[:5], y), jnp.cov(x), jnp.var(x, ddof=1), jnp.quantile(x, .2))
@program(f32(2, 5, 6, 3), form='generic')
def image_resize(x):
    i = jax.image
    return (i.resize(x, (2, 8, 9, 3), 'linear'), i.resize(x, (2, 3, 4, 3), 'cubic'), i.resize(x, (2, 10, 6, 3), 'nearest'), i.resize(x, (2, 7, 7, 3), 'lanczos3', antialias=False),
            i.scale_and_translate(x, (2, 6, 6, 3), (1, 2), jnp.array([1.1, .9]), jnp.array([.3, -.2]), 'linear'), jsp.ndimage.map_coordinates(x[0, :, :, 0], [jnp.array([.5, 2.2]), jnp.array([1.5, 3.1])], 1))
@program(f32(6), f32(6), f32(4))
def interpolation_and_polynomials(x, y, q):
    return (jnp.interp(q, jnp.sort(x), y), jnp.polyval(y[:4], x), jnp.polyfit(x, y, 2), jnp.convolve(x, y), jnp.gradient(x), jnp.trapezoid(y, jnp.sort(x)), jnp.diff(x, 2), jnp.ediff1d(x), jnp.vander(x, 3), jsp.interpolate.RegularGridInterpolator((jnp.arange(6.),), y)(jnp.abs(q)), jnp.roots(jnp.array([1., -6., 11., -6.]), strip_zeros=False))
@program(f32(5) + 1j * f32(5), (f32(3, 3) + 1j * f32(3, 3)).astype(np.complex64), form='debug')
def complex_numbers(z, m):
    z = z.astype(jnp.complex64)
    return (z * z.conj(), jnp.abs(z), jnp.angle(z), jnp.exp(z), jnp.log(z), jnp.sqrt(z), z ** 2.5, m @ m, jnp.sin(z), jnp.tanh(z), z / m[0, 0], lax.complex(z.real, z.imag), jnp.prod(z))

# ---- linear algebra ----
@program(spd(5), f32(5, 2), f32(5))
def linalg_solves(a, b, c):
    l = jnp.linalg
    lower = l.cholesky(a)
    return (lower, l.solve(a, b), l.solve(a, c), l.inv(a), l.det(a), l.slogdet(a), jsp.linalg.cho_solve((lower, True), b), jsp.linalg.solve_triangular(lower, b, lower=True, trans=1), jsp.linalg.lu(a), l.matrix_power(a / 9, 3), jsp.linalg.lu_solve(jsp.linalg.lu_factor(a), b))
@program(f32(6, 4), f32(4, 6), spd(4), form='debug')
def linalg_factorizations(a, b, s):
    l = jnp.linalg
    return (l.qr(a), l.qr(b), l.qr(a, mode='complete'), l.svd(a, full_matrices=False), l.svd(b), l.eigh(s), l.eigvalsh(s), l.svdvals(a), l.pinv(a), l.lstsq(a, a[:, 0])[0], l.matrix_rank(a), l.cond(s), l.norm(a, 2), l.norm(a, 'nuc'))
@program(f32(4, 4), f32(5, 5))
def linalg_general_eigenvalues(a, b):
    w, v = jnp.linalg.eig(a)
    return (w, v, jnp.linalg.eigvals(b), jsp.linalg.expm(a), jsp.linalg.schur(b), jsp.linalg.hessenberg(b), jsp.linalg.sqrtm(a @ a.T + 4 * jnp.eye(4)), jsp.linalg.polar(a))
@program(spd(3, (2, 2)), f32(2, 2, 4, 3), f32(2, 2, 3))
def linalg_batched(s, a, b):
    l = jnp.linalg
    return (l.cholesky(s), l.solve(s, b[..., None]), l.qr(a), l.svd(a, full_matrices=False)[1], l.eigh(s)[0], l.inv(s), l.det(s), jax.vmap(jax.vmap(jsp.linalg.expm))(s / 9), l.eigvals(s).real, jax.vmap(jax.vmap(lambda m: jsp.linalg.lu(m)[2]))(s))
@program((f32(4, 4) + 1j * f32(4, 4)).astype(np.complex64), form='debug')
def linalg_complex(a):
    # Columns of complex Schur vectors have phases that rounding decides: the product is compared.
    t, z = jsp.linalg.schur(a)
    l = jnp.linalg; h = a @ a.conj().T + 4 * jnp.eye(4)
    return (l.cholesky(h), l.solve(a, a[:, :2]), l.qr(a), l.svd(a)[1], l.eigh(h)[0], l.eigvals(a), l.inv(a), l.det(a), z @ t @ z.conj().T, jnp.abs(jnp.tril(t)), jsp.linalg.expm(a))
@program(spd(5, dtype=np.float64), rng.standard_normal((5, 3)), x64=True)
def linalg_float64(s, a):
    l = jnp.linalg
    return (l.cholesky(s), l.solve(s, a), l.qr(a), l.svd(a, full_matrices=False), l.eigh(s), l.eig(s + s[::-1])[0], l.pinv(a), jsp.linalg.expm(s / 9))
@program(f32(5), f32(5), f32(5), f32(5, 2), spd(4), f32(4, 3))
def linalg_structured(dl, d, du, b, s, a):
    x = lax.linalg.tridiagonal_solve(dl.at[0].set(0), d + 4, du.at[-1].set(0), b)
    return (x, lax.linalg.tridiagonal(s), jsp.linalg.eigh_tridiagonal(d, du[:4], eigvals_only=True), jsp.linalg.toeplitz(d), jsp.linalg.block_diag(s, a), lax.linalg.householder_product(jnp.linalg.qr(a, mode="raw")[0].T, jnp.linalg.qr(a, mode="raw")[1]), jsp.linalg.qr(a, pivoting=True), jsp.linalg.cholesky(s, lower=False), jsp.linalg.toeplitz(d), jsp.linalg.solve_sylvester(s, a[:3, :3] + 9 * jnp.eye(3), a))
@program(spd(4), f32(4, 2), form='generic')
def linalg_gradients(s, b):
    l = jnp.linalg
    return (jax.grad(lambda s: l.slogdet(s)[1])(s), jax.grad(lambda s: (l.solve(s, b) ** 2).sum())(s), jax.grad(lambda s: l.cholesky(s).sum())(s), jax.grad(lambda s: l.eigh(s)[0][0])(s), jax.grad(lambda a: l.svd(a, full_matrices=False)[1].sum())(b), jax.grad(lambda a: l.qr(a)[1].sum())(b))
@program(f32(3), f32(5, 3), f32(5))
def optimization_loops(x0, a, b):
    f = lambda x: ((a @ x - b) ** 2).sum()
    cg = jsp.sparse.linalg.cg(lambda v: a.T @ (a @ v) + .1 * v, a.T @ b)[0]
    gmres = jsp.sparse.linalg.gmres(lambda v: a.T @ (a @ v) + v, a.T @ b)[0]
    return (jsp.optimize.minimize(f, x0, method='BFGS').x, cg, gmres, jsp.sparse.linalg.bicgstab(lambda v: a.T @ (a @ v) + v, a.T @ b)[0])
@program(f32(4, 3))
def ordinary_differential_equation(y0):
    from jax.experimental.ode import odeint
    return odeint(lambda y, t: -y + jnp.sin(t), y0, jnp.linspace(0., 1., 4))
@program(f32(6, 4).astype(jnp.bfloat16), f32(4, 4).astype(np.float16), form='debug')
def narrow_floats(b, h):
    return (nn.softmax(b), jnp.dot(b, b.T, preferred_element_type=jnp.float32), jnp.tanh(h), h @ h, b.astype(jnp.float8_e4m3fn).astype(jnp.float32), jnp.mean(h), lax.reduce_precision(b.astype(jnp.float32), 5, 3))
@program(f32(4, 8), f32(8, 6))
def quantized_product(x, w):
    s = jnp.abs(w).max(0) / 127; q = jnp.round(w / s).astype(jnp.int8); t = jnp.abs(x).max(1, keepdims=True) / 127
    return lax.dot_general(jnp.round(x / t).astype(jnp.int8), q, (((1,), (0,)), ((), ())), preferred_element_type=jnp.int32) * t * s
@program(f32(6, 4), f32(3, 4, 5), np.int32([2, 1, 3]))
def mixture_of_experts(x, w, sizes):
    route = nn.softmax(x[:, :3]); v, i = lax.top_k(route, 2)
    y = jnp.einsum('nk,nkd->nd', v, jnp.einsum('nd,nkde->nke', x, w[i]))
    return y, lax.ragged_dot(x, w, sizes)

# ---- several devices ----
_m1 = (('x',), (8,)); _m2 = (('data', 'model'), (4, 2))
@program(f32(8, 6), f32(6, 8), f32(8, 6), mesh=_m2, in_specs=(P('data', None), P(None, 'model'), P('model', None)), out_specs=P('data', None), form='debug')
def sharded_megatron_mlp(x, w1, w2):
    return nn.gelu(x @ w1) @ w2
@program(f32(8, 5), f32(5, 4), f32(8, 4), mesh=_m2, in_specs=(P('data'), P(None, 'model'), P('data')), out_specs=None)
def sharded_training_gradient(x, w, y):
    return jax.value_and_grad(lambda w: jnp.mean((jnp.tanh(x @ w) - y) ** 2))(w)
@program(f32(16, 3), mesh=_m1, in_specs=(P('x'),), out_specs=P('x'), form='debug')
def shard_map_ring_and_sums(x):
    mesh = _mesh(_m1)
    def local(x):
        def hop(_, s): return lax.ppermute(s, 'x', [(i, (i + 1) % 8) for i in range(8)]) * .5 + x
        return lax.fori_loop(0, 3, hop, x) + lax.psum(x.sum(), 'x') + lax.axis_index('x') + lax.pmax(x, 'x') * .1
    return jax.shard_map(local, mesh=mesh, in_specs=P('x'), out_specs=P('x'))(x)
@program(f32(8, 4), f32(8, 8), mesh=_m2, in_specs=(P('data'), P('model')), out_specs=P('data'), form='generic')
def shard_map_gather_scatter(x, w):
    mesh = _mesh(_m2)
    def local(x, w):
        full = lax.all_gather(w, 'model', tiled=True)
        return lax.psum_scatter(x.sum(0) * full[:, :4], 'data', tiled=True) + lax.all_to_all(jnp.tile(x, (2, 1)), 'model', 0, 1, tiled=True)[:2, :4]
    return jax.shard_map(local, mesh=mesh, in_specs=(P('data'), P('model')), out_specs=P('data'), check_vma=False)(x, w)
@program(spd(3, (8,)), f32(8, 3, 2), mesh=_m1, in_specs=(P('x'), P('x')), out_specs=P('x'))
def sharded_batched_linalg(s, b):
    return jnp.linalg.solve(s, b), jnp.linalg.cholesky(s), jnp.linalg.eigh(s)[0], jnp.linalg.qr(b)[1]
@program(f32(8, 4, 2, 4), f32(8, 4, 2, 4), f32(8, 4, 2, 4), mesh=_m2, in_specs=(P('data', None, 'model'),) * 3, out_specs=None, form='debug')
def sharded_attention_with_constraint(q, k, v):
    o = nn.dot_product_attention(q, k, v, is_causal=True)
    return lax.with_sharding_constraint(o.reshape(8, 4, 8), NamedSharding(_mesh(_m2), P('data', None, 'model'))).sum(-1)

def _mesh(m):
    names, sizes = m
    return Mesh(np.array(jax.devices()).reshape(sizes), names, axis_types=(jax.sharding.AxisType.Auto,) * len(names))

def encode(a):
    a = np.asarray(a)
    name = a.dtype.name
    return {'dtype': name, 'shape': list(a.shape), 'data': base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()}

def text_of(fn, inputs, form):
    """Three ways in which JAX writes programs: lowered text, an exported module with locations, the generic form of that."""
    if form == 'plain':
        return fn.lower(*inputs).as_text()
    exported = jexport.export(fn, disabled_checks=[jexport.DisabledSafetyCheck.custom_call(t) for t in CUSTOM])(*inputs)
    if form == 'debug':
        return exported.mlir_module()
    from jax._src.interpreters import mlir
    from jaxlib.mlir import ir
    with mlir.make_ir_context():
        return ir.Module.parse(exported.mlir_module()).operation.get_asm(print_generic_op_form=True)

# Also as portable artifacts, bare and as jax.export serializes them.
ARTIFACTS = ['grouped_query_attention', 'cond_switch_while', 'sharded_megatron_mlp', 'shard_map_ring_and_sums', 'linalg_gradients']

CUSTOM = [f'lapack_{p}{n}_ffi' for p in 'sdcz' for n in ('geqp3', 'gesvd', 'ormqr', 'unmqr', 'trsyl')] + ['tridiagonal_solve_perturbed_ffi', 'mhlo.topk', 'ApproxTopK', 'TopK']

def make(name):
    f, inputs, form, x64, mesh, in_specs, out_specs = programs[name]
    with jax.enable_x64(x64):
        inputs = [jnp.asarray(x) for x in inputs]
        fn = jax.jit(f)
        if mesh:
            m = _mesh(mesh)
            sharding = lambda s: NamedSharding(m, s)
            keep = {} if out_specs is None else {'out_shardings': sharding(out_specs)}
            fn = jax.jit(f, in_shardings=tuple(sharding(s) for s in in_specs), **keep)
        results = jax.tree.leaves(fn(*inputs))
        text = text_of(fn, inputs, form)
        if name in ARTIFACTS:
            exported = jexport.export(fn, disabled_checks=[jexport.DisabledSafetyCheck.custom_call(t) for t in CUSTOM])(*inputs)
            with open(os.path.join(HERE, name + '.mlirbc'), 'wb') as out: out.write(exported.mlir_module_serialized)
            with open(os.path.join(HERE, name + '.exported'), 'wb') as out: out.write(exported.serialize())
    kept = fn.lower(*inputs)._lowering.compile_args.get('kept_var_idx') if form == 'plain' and not x64 else None
    used = [x for i, x in enumerate(inputs) if kept is None or i in kept]
    with open(os.path.join(HERE, name + '.mlir'), 'w') as out: out.write(text)
    with open(os.path.join(HERE, name + '.json'), 'w') as out:
        json.dump({'inputs': [encode(x) for x in used], 'results': [encode(r) for r in results]}, out)
        out.write('\n')

if __name__ == '__main__':
    os.makedirs(HERE, exist_ok=True)
    for name in sys.argv[1:] or programs:
        try:
            make(name)
            print('ok ', name, os.path.getsize(os.path.join(HERE, name + '.mlir')), os.path.getsize(os.path.join(HERE, name + '.json')), flush=True)
        except Exception as e:
            print('BAD', name, type(e).__name__, str(e)[:300], flush=True)
