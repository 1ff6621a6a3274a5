"""Parameters after twenty updates by each optimizer: Optax where it has it, T5X's Adafactor, Muon and Shampoo in numpy.

    pip install optax numpy && python tests/oracles/optimizers.py
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

jax.config.update("jax_enable_x64", True)

SHAPES = {"bias": (6,), "heads": (4, 2, 3), "stack": (2, 4, 6), "table": (5, 4), "wide": (4, 6)}
DECAYS = {name: name != "bias" for name in SHAPES}
# [matrices, in, out] of those that are matrices between hidden layers.
HIDDEN = {"heads": (1, 4, 6), "stack": (2, 4, 6), "wide": (1, 4, 6)}
RATE, STEPS = 0.01, 20

random = np.random.default_rng(3)
# Numbers that float32 holds.
draw = lambda scale: {k: np.float32(random.normal(size=s) * scale).astype(np.float64) for k, s in SHAPES.items()}
PARAMS = draw(0.5)
GRADIENTS = [draw(0.2 + 0.1 * i) for i in range(STEPS)]


def by_optax(transform):
    params = {k: jnp.asarray(v) for k, v in PARAMS.items()}
    state = transform.init(params)
    for g in GRADIENTS:
        updates, state = transform.update({k: jnp.asarray(v) for k, v in g.items()}, state, params)
        params = optax.apply_updates(params, updates)
    return params, state


def by_rule(rule):
    """`rule(name, param, gradient, state, t)`, t from 0, gives what is taken away and changes `state`."""
    after = {}
    for name, p in PARAMS.items():
        p, state = p.copy(), {}
        for t, g in enumerate(GRADIENTS):
            p = p - rule(name, p, g[name], state, t)
        after[name] = p
    return after


def adam(g, state, t, b1=0.9, b2=0.95, eps=1e-8):
    state["mu"] = b1 * state.get("mu", 0) + (1 - b1) * g
    state["nu"] = b2 * state.get("nu", 0) + (1 - b2) * g * g
    return state["mu"] / (1 - b1 ** (t + 1)) / (np.sqrt(state["nu"] / (1 - b2 ** (t + 1))) + eps)


STANDARD = [(3.4445, -4.7750, 2.0315)] * 5
POLAR = [
    (8.156554524902461, -22.48329292557795, 15.878769915207462),
    (4.042929935166739, -2.808917465908714, 0.5000178451051316),
    (3.8916678022926607, -2.772484153217685, 0.5060648178503393),
    (3.285753657755655, -2.3681294933425376, 0.46449024233003106),
    (2.3465413258596377, -1.7097828382687081, 0.42323551169305323),
]


def muon_rule(decay, share, coefficients=STANDARD, nesterov=True, rms=False):
    def rule(name, p, g, state, t):
        if name not in HIDDEN:
            u = share * adam(g, state, t, eps=1e-10)
        else:
            state["m"] = 0.95 * state.get("m", 0) + 0.05 * g
            ahead = 0.95 * state["m"] + 0.05 * g if nesterov else state["m"]
            x = ahead.reshape(HIDDEN[name])
            norm = np.linalg.norm(x, axis=(1, 2), keepdims=True)
            x = x / (1.01 * norm + 1e-6) if coefficients is POLAR else x / (norm + 1e-7)
            for a, b, c in coefficients:
                square = x @ x.transpose(0, 2, 1)
                x = a * x + (b * square + c * square @ square) @ x
            _, rows, columns = x.shape
            u = (x * (0.2 * max(rows, columns) ** 0.5 if rms else max(1, columns / rows) ** 0.5)).reshape(g.shape)
        return RATE * (u + (decay * p if DECAYS[name] else 0))

    return rule


def adafactor_rule(least, scaled=True, clip=1.0, b1=None, decay_weights=0.0):
    """T5X: rows are `embed`, columns all others, each layer of a stack by itself."""
    # Dimensions of rows and columns; None where sides are too small, or there is one only.
    sides = {"heads": ((0,), (1, 2)), "stack": ((1,), (2,)), "table": ((0,), (1,)), "wide": ((0,), (1,))}

    def rule(name, p, g, state, t):
        rms = lambda x: np.sqrt(np.mean(x * x, axis=(1, 2) if name == "stack" else None, keepdims=True))
        decay = 1 - (t + 1) ** -0.8
        mean = lambda key, x: state.__setitem__(key, decay * state.get(key, 0) + (1 - decay) * x) or state[key]
        squares = g * g + 1e-30
        side = sides.get(name)
        # Of more than two dimensions sides go by name, whatever their size.
        if side and name != "heads" and min(p.shape[side[0][0]], p.shape[side[1][0]]) < least:
            side = None
        if side:
            rows = mean("rows", np.mean(squares, axis=side[1], keepdims=True))
            columns = mean("columns", np.mean(squares, axis=side[0], keepdims=True))
            u = g * (rows / np.mean(rows, axis=side[0], keepdims=True)) ** -0.5 * columns**-0.5
        else:
            u = g * mean("v", squares) ** -0.5
        if clip:
            u = u / np.maximum(1, rms(u) / clip)
        u = u * RATE * (np.maximum(rms(p), 1e-3) if scaled else 1)
        if b1:
            state["m"] = b1 * state.get("m", 0) + (1 - b1) * u
            u = state["m"]
        return u + (decay_weights * p if DECAYS[name] else 0)

    return rule


def shampoo_rule(every, epsilon):
    def root(x):
        largest = np.max(np.sum(np.abs(x), axis=-1))
        values, vectors = np.linalg.eigh(x + epsilon * largest * np.eye(len(x)))
        return vectors @ np.diag(values**-0.25) @ vectors.T

    def rule(name, p, g, state, t):
        u = adam(g, state, t)
        if name in HIDDEN:
            view = lambda x: x.reshape(HIDDEN[name])
            done = []
            for i, (own, mean, wanted) in enumerate(zip(view(g), view(state["mu"]), view(u))):
                for key, square in ((("l", i), own @ own.T), (("r", i), own.T @ own)):
                    state[key] = 0.95 * state.get(key, 0) + 0.05 * square
                    if t % every == 0:
                        state["root", key] = root(state[key])
                x = state["root", ("l", i)] @ mean @ state["root", ("r", i)]
                done.append(x * np.linalg.norm(wanted) / np.linalg.norm(x))
            u = np.stack(done).reshape(g.shape)
        return RATE * u

    return rule


mask = DECAYS


def schedule_free_rule():
    """By hand: Optax warms up otherwise, and decays every weight."""
    means = {}

    def rule(name, p, g, state, t):
        rate = RATE * min(1, (t + 1) / 5)
        state["sum"] = state.get("sum", 0) + rate**2
        z = state.get("z", p)
        state["nu"] = 0.999 * state.get("nu", 0) + 0.001 * g * g
        u = g / (np.sqrt(state["nu"] / (1 - 0.999 ** (t + 1))) + 1e-8) + (0.1 * p if DECAYS[name] else 0)
        c = rate**2 / state["sum"]
        y = p + c * (z - p) + rate * (0.9 * (1 - c) - 1) * u
        state["z"] = z - rate * u
        means[name] = y + (1 - 1 / 0.9) * (state["z"] - y)
        return p - y

    return rule, means


free_rule, free_means = schedule_free_rule()
after = {
    "adamw": by_optax(
        optax.chain(optax.clip_by_global_norm(0.5), optax.adamw(RATE, b2=0.95, weight_decay=0.1, mask=mask))
    )[0],
    "lion": by_optax(optax.lion(RATE, weight_decay=0.1, mask=mask))[0],
    "sgd": by_optax(optax.sgd(RATE, momentum=0.9, nesterov=True))[0],
    "lars": by_optax(optax.lars(RATE, weight_decay=0.1, weight_decay_mask=mask))[0],
    "lamb": by_optax(optax.lamb(RATE, weight_decay=0.1, mask=mask))[0],
    "muon": by_rule(muon_rule(0.1, 0.1)),
    "muonPolar": by_rule(muon_rule(0, 0.1, POLAR, nesterov=False, rms=True)),
    "adafactor": by_rule(adafactor_rule(4, decay_weights=0.001)),
    "adafactorWhole": by_rule(adafactor_rule(128, scaled=False, clip=None, b1=0.9)),
    "shampoo": by_rule(shampoo_rule(4, 0.1)),
    "scheduleFree": by_rule(free_rule),
    "scheduleFreeMean": free_means,
}
# Optax agrees on the mean of a run without warm-up and decay.
plain, state = by_optax(optax.contrib.schedule_free_adamw(RATE, b1=0.9, b2=0.999))
lists = lambda tree: {k: [float(f"{x:.9g}") for x in np.ravel(np.asarray(v))] for k, v in sorted(tree.items())}
after["scheduleFreePlainMean"] = optax.contrib.schedule_free_eval_params(state, plain)
Path(__file__).with_name("optimizers.json").write_text(
    json.dumps(
        {
            "params": lists(PARAMS),
            "gradients": [lists(g) for g in GRADIENTS],
            "after": {k: lists(v) for k, v in after.items()},
        },
    )
    + "\n"
)
