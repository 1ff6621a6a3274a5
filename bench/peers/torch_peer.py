"""PyTorch as a participant of `npm run bench`: `python bench/peers/torch_peer.py <task> <options as JSON>`.

Prints one JSON line when ready, then the time of one run in milliseconds for every line on its standard input.
`"compile": true` in the options uses torch.compile, `"dtype": "bf16"` autocast, `"pure": true` bf16 for everything. Needs `pip install torch`.
"""
import json
import math
import os
import resource
import sys
import time

import torch
import torch.nn.functional as F

task, o = sys.argv[1], json.loads(sys.argv[2])
torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)
dtype = torch.bfloat16 if o.get("dtype") == "bf16" else torch.float32


def gemm():
    a = torch.randn(o["batch"], o["m"], o["k"]).to(dtype)
    b = torch.randn(o["batch"], o["n"], o["k"]).to(dtype)
    b = b.transpose(1, 2) if o["transposeB"] else b.transpose(1, 2).contiguous()
    out = torch.empty(o["batch"], o["m"], o["n"], dtype=dtype)
    if o["batch"] == 1:
        a, b, out = a[0], b[0], out[0]
    return lambda: torch.matmul(a, b, out=out)


def kernel():
    kind = o["kind"]
    n = lambda name: o[name]
    ids = lambda count, below: torch.tensor([(i * 7919 + (i * i) % 1013) % below for i in range(count)])
    if kind in ("conv", "convGrad"):
        pad = o["window"] // 2
        x = torch.randn(o["batch"], o["inputs"], o["size"], o["size"])
        w = torch.randn(o["outputs"], o["inputs"] // o["groups"], o["window"], o["window"])
        if o.get("channelsLast"):
            x, w = x.to(memory_format=torch.channels_last), w.to(memory_format=torch.channels_last)
        if kind == "conv":
            return lambda: F.conv2d(x, w, None, o["stride"], pad, 1, o["groups"])
        out = (o["size"] + 2 * pad - o["window"]) // o["stride"] + 1
        ct = torch.randn(o["batch"], o["outputs"], out, out)
        if o.get("channelsLast"):
            ct = ct.to(memory_format=torch.channels_last)
        s, p = [o["stride"]] * 2, [pad] * 2
        return lambda: torch.ops.aten.convolution_backward(ct, x, w, None, s, p, [1, 1], False, [0, 0], o["groups"], [True, True, False])
    if kind in ("maxPool", "maxPoolGrad"):
        x = torch.randn(o["batch"], o["width"], o["size"], o["size"]).to(memory_format=torch.channels_last)
        y, at = F.max_pool2d(x, 3, 2, return_indices=True)
        if kind == "maxPool":
            return lambda: F.max_pool2d(x, 3, 2)
        ct = torch.randn_like(y)
        return lambda: torch.ops.aten.max_pool2d_with_indices_backward(ct, x, [3, 3], [2, 2], [0, 0], [1, 1], False, at)
    if kind == "uniform":
        return lambda: torch.rand(o["n"])
    if kind in ("gather", "scatterAdd"):
        table, at = torch.randn(o["vocabulary"], o["width"]), ids(o["count"], o["vocabulary"])
        updates = torch.randn(o["count"], o["width"])
        return (lambda: table[at]) if kind == "gather" else (lambda: table.index_add(0, at, updates))
    x = torch.randn(o["rows"], o["n"])
    if kind == "cumsumGrad":
        ct = torch.randn_like(x)
        return lambda: torch.ops.aten.flip(torch.cumsum(ct.flip(1), 1), [1])
    axes = [] if o.get("axis") is None else [o["axis"]]
    if kind in ("sum", "max", "argmax"):
        f = dict(sum=torch.sum, max=torch.amax, argmax=torch.argmax)[kind]
        return lambda: f(x, *axes)
    if kind in ("cumprod", "cummax", "softmax"):
        return lambda: getattr(torch, kind)(x, o["axis"])
    return dict(sort=lambda: torch.sort(x, stable=True), argsort=lambda: torch.argsort(x, stable=True),
                topk=lambda: torch.topk(x, o["k"]), cumsum=lambda: torch.cumsum(x, o["axis"]))[kind]


def runner(model, *data):
    params = [p for p in model.parameters()]
    fused = torch.optim.AdamW(params, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    loss_of = torch.compile(model) if o.get("compile") else model

    mixed = dtype == torch.bfloat16 and not o.get("pure")
    if o.get("pure"):
        model.to(dtype)

    def run():
        with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
            loss = loss_of(*data)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        fused.step()
        fused.zero_grad(set_to_none=True)
        return loss.item()
    return run


class Mlp(torch.nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [o["inputDim"], *[o["hiddenDim"]] * o["numLayers"], o["outputDim"]]
        self.weights = torch.nn.ParameterList([torch.randn(m, n) * m**-0.5 for m, n in zip(sizes, sizes[1:])])

    def forward(self, x, y):
        for w in self.weights[:-1]:
            x = F.relu(x @ w)
        return ((x @ self.weights[-1] - y) ** 2).mean()


def norm(x, s):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * s


class Layer(torch.nn.Module):
    def __init__(self, E, H, D, M):
        super().__init__()
        p = lambda *s: torch.nn.Parameter(torch.randn(*s) * s[0] ** -0.5)
        self.an, self.mn = torch.nn.Parameter(torch.ones(E)), torch.nn.Parameter(torch.ones(E))
        self.q, self.k, self.v, self.o = p(E, H * D), p(E, H * D), p(E, H * D), p(H * D, E)
        self.g, self.u, self.d = p(E, M), p(E, M), p(M, E)


class Transformer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        E, L, H, D, M, S, V = (o[k] for k in ("embedDim", "numLayers", "numHeads", "headDim", "mlpDim", "maxSeqLen", "vocabSize"))
        self.H, self.D = H, D
        self.embedding = torch.nn.Parameter(torch.randn(V, E) * 0.02)
        self.final = torch.nn.Parameter(torch.ones(E))
        self.layers = torch.nn.ModuleList([Layer(E, H, D, M) for _ in range(L)])
        angle = torch.arange(S)[:, None] * (10000.0 ** (-torch.arange(D // 2) / (D // 2)))[None, :]
        self.register_buffer("cos", torch.cos(angle))
        self.register_buffer("sin", torch.sin(angle))

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], self.H, self.D).transpose(1, 2)

    def rope(self, t):
        a, b = t.chunk(2, -1)
        return torch.cat([a * self.cos - b * self.sin, b * self.cos + a * self.sin], -1)

    def forward(self, tokens):
        x = F.embedding(tokens[:, :-1], self.embedding) * math.sqrt(self.embedding.shape[1])
        for w in self.layers:
            h = norm(x, w.an)
            q, k, v = self.rope(self.heads(h @ w.q)), self.rope(self.heads(h @ w.k)), self.heads(h @ w.v)
            s = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + s.transpose(1, 2).flatten(2) @ w.o
            m = norm(x, w.mn)
            x = x + (F.silu(m @ w.g) * (m @ w.u)) @ w.d
        logits = norm(x, self.final) @ self.embedding.T
        return F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


tasks = dict(
    gemm=gemm,
    kernel=kernel,
    mlp=lambda: runner(Mlp(), torch.randn(o["batchSize"], o["inputDim"]), torch.randn(o["batchSize"], o["outputDim"])),
    transformer=lambda: runner(Transformer(), torch.randint(0, 128, (o["batchSize"], o["maxSeqLen"] + 1))))
run = tasks[task]()
started = time.perf_counter()
run()
name = f"torch {torch.__version__.split('+')[0]}" + (" compile" if o.get("compile") else "") + \
    (" pure bf16" if o.get("pure") else " autocast" if dtype == torch.bfloat16 and task != "gemm" else "")
print(json.dumps(dict(peer=name, compileTimeMs=round((time.perf_counter() - started) * 1000))), flush=True)
for line in sys.stdin:
    if line.strip() == "memory":
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
        continue
    begin = time.perf_counter()
    run()
    print((time.perf_counter() - begin) * 1000, flush=True)
