"""PyTorch models exported as StableHLO through torch.export and torchax, with what PyTorch computes.

Usage: python tests/oracles/torch_programs.py [name ...]
Writes tests/oracles/torch-programs/<name>.mlir and <name>.json (inputs: the weights, then the arguments; results), and one portable
artifact. Made with torch 2.9.1, torchax 0.0.13, jax 0.10.2 from PyPI on Python 3.11. (torchax 0.0.13 does not import beside torch 2.15:
it names the overload aten.prod.dim_Dimname, which is gone.)
"""
import base64, json, os, sys
os.environ['JAX_PLATFORMS'] = 'cpu'
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F
import jax
from torchax import export

# Locations without the folders of this machine.
jax.config.update('jax_hlo_source_file_canonicalization_regex', '.*/')
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'torch-programs')
torch.manual_seed(0)
models = {}
def model(*inputs):
    def add(cls):
        models[cls.__name__] = (cls, inputs)
        return cls
    return add

@model(torch.randn(3, 6))
class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.LayerNorm(8), nn.Linear(8, 4), nn.SiLU())
    def forward(self, x): return self.layers(x).log_softmax(-1)

@model(torch.randn(2, 3, 10, 10))
class Convnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.bn, self.c2, self.head = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Conv2d(4, 6, 3, stride=2, groups=2), nn.Linear(6, 3)
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.c1(x))), 2)
        return self.head(F.adaptive_avg_pool2d(self.c2(x), 1).flatten(1))

@model(torch.randn(2, 5, 8))
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(8, 8) for _ in range(4))
        self.n1, self.n2, self.up, self.down = nn.LayerNorm(8), nn.LayerNorm(8), nn.Linear(8, 16), nn.Linear(16, 8)
    def forward(self, x):
        h = self.n1(x)
        split = lambda t: t.view(2, 5, 2, 4).transpose(1, 2)
        a = F.scaled_dot_product_attention(split(self.q(h)), split(self.k(h)), split(self.v(h)), is_causal=True)
        x = x + self.o(a.transpose(1, 2).reshape(2, 5, 8))
        return x + self.down(F.gelu(self.up(self.n2(x))))

@model(torch.randint(0, 11, (2, 6)))
class Embedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.p = nn.Embedding(11, 8), nn.Parameter(torch.randn(6, 8))
    def forward(self, i):
        h = self.e(i) + self.p
        h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + 1e-6)
        return h @ self.e.weight.T

@model(torch.randn(2, 6, 4))
class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(4, 5)
    def forward(self, x):
        h = torch.zeros(2, 5)
        for t in range(6): h = self.cell(x[:, t], h)
        return h

@model(torch.randn(4, 7), torch.randint(0, 7, (4, 3)))
class Indexing(nn.Module):
    def forward(self, x, i):
        v, at = torch.topk(x, 3)
        return v, at, x.gather(1, i), torch.where(x > 0, x, x.exp() - 1), x.cumsum(1), x.sort(1)[0], torch.cat([x, -x], 0)[::2], x.roll(2, 1), x.argmax(1), F.one_hot(i, 7), x.masked_fill(x < 0, 9.), torch.zeros(4, 7).scatter_add(1, i, x[:, :3]), x.tril(), x.index_select(1, i[0])

@model(torch.randn(5, 4))
class Mathematics(nn.Module):
    def forward(self, x):
        p = x.abs() + .1
        return torch.erf(x), p.log1p(), p.sqrt(), x.sin(), x.tanh(), x.sigmoid(), p.lgamma(), p.digamma(), x.var(0), x.std(1), x.norm(), x.amax(1), x.softmax(0), F.hardtanh(x), F.elu(x), F.leaky_relu(x), F.softplus(x), x.floor(), x.round(), torch.atan2(x, p), p.pow(1.7), torch.einsum('ij,kj->ik', x, x), x.logsumexp(1), x.median(1)[0], x.prod(1), x.clamp(-1, 1)

@model(torch.randn(4, 4))
class LinearAlgebra(nn.Module):
    # torchax 0.0.13 lowers torch.linalg.solve to another product (JAX runs it to the same wrong numbers) and has no torch.linalg.det.
    def forward(self, x):
        s = x @ x.T + 4 * torch.eye(4)
        return torch.linalg.cholesky(s), torch.linalg.inv(s) @ x, torch.linalg.eigh(s)[0], torch.linalg.svd(x)[1], torch.linalg.qr(x)[1].abs()

@model(torch.randn(2, 4, 6, 6))
class Upsampling(nn.Module):
    def __init__(self):
        super().__init__()
        self.t, self.g = nn.ConvTranspose2d(4, 3, 2, stride=2), nn.GroupNorm(2, 4)
    def forward(self, x):
        x = self.g(x)
        return self.t(x), F.interpolate(x, scale_factor=2, mode='nearest'), F.interpolate(x, size=(9, 9), mode='bilinear'), F.avg_pool2d(x, 3, 1, 1), F.pad(x, (1, 2), value=.5), F.pixel_shuffle(x, 2)

def encode(a):
    a = np.asarray(a)
    return {'dtype': a.dtype.name, 'shape': list(a.shape), 'data': base64.b64encode(np.ascontiguousarray(a).tobytes()).decode()}

def make(name):
    cls, inputs = models[name]
    net = cls().eval()
    results = jax.tree.leaves(net(*inputs), is_leaf=lambda t: isinstance(t, torch.Tensor))
    weights, exported = export.exported_program_to_stablehlo(torch.export.export(net, inputs))
    # Arguments that the program does not use are not arguments of its @main.
    flat = jax.tree.leaves((weights, inputs), is_leaf=lambda t: isinstance(t, torch.Tensor))
    kept = [np.asarray(t.detach().numpy() if isinstance(t, torch.Tensor) else t) for i, t in enumerate(flat) if i in exported.module_kept_var_idx]
    kept = [k.astype(a.dtype) for k, a in zip(kept, [exported.in_avals[i] for i in exported.module_kept_var_idx])]
    with open(os.path.join(HERE, name + '.mlir'), 'w') as f: f.write(exported.mlir_module())
    results = [r.detach().numpy().astype(a.dtype) for r, a in zip(results, exported.out_avals)]
    with open(os.path.join(HERE, name + '.json'), 'w') as f:
        json.dump({'inputs': [encode(x) for x in kept], 'results': [encode(r) for r in results]}, f)
        f.write('\n')

if __name__ == '__main__':
    os.makedirs(HERE, exist_ok=True)
    for name in sys.argv[1:] or models:
        try:
            make(name)
            print('ok ', name, os.path.getsize(os.path.join(HERE, name + '.mlir')))
        except Exception as e:
            print('BAD', name, type(e).__name__, str(e)[:400])
