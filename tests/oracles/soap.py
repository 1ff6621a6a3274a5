"""SOAP by hand, in float64: the steps of its authors' code for square matrices, whose bases are unique. Writes soap.json."""

import json
from pathlib import Path

import numpy as np

random = np.random.default_rng(5)
SHAPES = {"one": (5, 5), "stack": (2, 4, 4)}
PARAMS = {k: random.normal(size=s) for k, s in SHAPES.items()}
GRADIENTS = [{k: random.normal(size=s) for k, s in SHAPES.items()} for _ in range(20)]
RATE, B1, B2, EVERY = 0.01, 0.9, 0.95, 3


def descending(x):
    return np.linalg.eigh(x)[1][:, ::-1]


def run(p, gradients):
    m = v = np.zeros_like(p)
    sides = [np.zeros_like(p), np.zeros_like(p)]
    q = None
    for step, g in enumerate(gradients):
        if step > 0:
            seen = q[0].T @ g @ q[1]
            m = B1 * m + (1 - B1) * seen
            v = B2 * v + (1 - B2) * seen**2
            length = RATE * np.sqrt(1 - B2**step) / (1 - B1**step)
            p = p - length * (q[0] @ (m / (np.sqrt(v) + 1e-8)) @ q[1].T)
            m = q[0] @ m @ q[1].T
        sides = [B2 * s + (1 - B2) * x for s, x in zip(sides, (g @ g.T, g.T @ g))]
        if q is None:
            q = [descending(s) for s in sides]
        elif step % EVERY == 0:
            for i in range(2):
                order = np.argsort(-np.diag(q[i].T @ sides[i] @ q[i]), kind="stable")
                v = np.take(v, order, axis=i)
                q[i] = np.linalg.qr(sides[i] @ q[i][:, order])[0]
        if step > 0:
            m = q[0].T @ m @ q[1]
    return p


def after(name):
    p = PARAMS[name]
    if p.ndim == 2:
        return run(p, [g[name] for g in GRADIENTS])
    return np.stack([run(p[i], [g[name][i] for g in GRADIENTS]) for i in range(len(p))])


lists = lambda tree: {k: [float(f"{x:.9g}") for x in np.ravel(v)] for k, v in tree.items()}
Path(__file__).with_name("soap.json").write_text(
    json.dumps(
        {
            "params": lists(PARAMS),
            "gradients": [lists(g) for g in GRADIENTS],
            "after": lists({k: after(k) for k in SHAPES}),
        }
    )
    + "\n"
)
