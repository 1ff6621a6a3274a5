"""Routers as transformers computes them, for tests/nn/routing.test.ts, and policies as their authors' code does, for
tests/nn/routing-policies.test.ts: writes routing.json and routing-policies.json.

    pip install numpy scipy torch transformers==5.24 && python tests/oracles/routing.py

Weights of routers are the identity, so that hidden states are logits; Gemma's, which normalizes, says its logits by a hook.
"""

import json
import pathlib
from types import SimpleNamespace

import numpy
import scipy.optimize
import torch
from transformers.models.deepseek_v2.modeling_deepseek_v2 import DeepseekV2TopkRouter
from transformers.models.deepseek_v3.modeling_deepseek_v3 import DeepseekV3TopkRouter
from transformers.models.gemma4.modeling_gemma4 import Gemma4TextRouter
from transformers.models.mixtral.modeling_mixtral import MixtralTopKRouter
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func as mixtral_loss
from transformers.models.nllb_moe.modeling_nllb_moe import NllbMoeTop2Router
from transformers.models.qwen2_moe.modeling_qwen2_moe import Qwen2MoeTopKRouter
from transformers.models.switch_transformers.modeling_switch_transformers import (
    SwitchTransformersTop1Router,
    load_balancing_loss_func,
    router_z_loss_func,
)

torch.manual_seed(0)
TOKENS = 6


def rounded(t):
    return [[round(float(v), 8) for v in row] for row in t]


def by_expert(weights, indices):
    """In the order of experts: routers differ in whether they sort by weight."""
    order = indices.argsort(-1)
    return indices.gather(-1, order).tolist(), rounded(weights.gather(-1, order))


def case(name, router, config, **extra):
    experts = config["numExperts"]
    hidden = torch.randn(TOKENS, experts) * 2
    seen = {}
    with torch.no_grad():
        if hasattr(router, "proj"):
            router.proj.weight.copy_(torch.eye(experts))
            router.proj.register_forward_hook(lambda _m, _i, out: seen.update(logits=out))
            _, weights, indices = router(hidden)
        else:
            router.weight.copy_(torch.eye(experts))
            _, weights, indices = router(hidden)
    chosen, sorted_weights = by_expert(weights, indices)
    return {
        "name": name,
        "config": config,
        "logits": rounded(seen.get("logits", hidden)),
        "experts": chosen,
        "weights": sorted_weights,
        **extra,
    }


def fields(experts, k, **more):
    return SimpleNamespace(
        num_experts_per_tok=k,
        num_experts=experts,
        num_local_experts=experts,
        hidden_size=experts,
        **more,
    )


def gemma(experts, k):
    router = Gemma4TextRouter(SimpleNamespace(hidden_size=experts, rms_norm_eps=1e-6, num_experts=experts, top_k_experts=k))
    with torch.no_grad():
        router.per_expert_scale.copy_(torch.rand(experts) + 0.5)
        router.scale.copy_(torch.full([experts], 6.0))
    return router


cases = [
    case(
        "Mixtral",
        MixtralTopKRouter(fields(8, 2)),
        {"numExperts": 8, "topK": 2, "score": "softmax", "renormalize": True},
    )
]
for normalized in (False, True):
    cases.append(
        case(
            f"Qwen2-MoE and Qwen3-MoE, norm_topk_prob {normalized}",
            Qwen2MoeTopKRouter(fields(8, 3, norm_topk_prob=normalized)),
            {"numExperts": 8, "topK": 3, "score": "softmax", "renormalize": normalized},
        )
    )
cases.append(
    case(
        "DeepSeek-V2-Lite",
        DeepseekV2TopkRouter(fields(8, 3, routed_scaling_factor=1.0, topk_method="greedy", n_group=1, topk_group=1)),
        {"numExperts": 8, "topK": 3, "score": "softmax", "renormalize": False},
    )
)
cases.append(
    case(
        "DeepSeek-V2",
        DeepseekV2TopkRouter(
            fields(12, 3, routed_scaling_factor=16.0, topk_method="group_limited_greedy", n_group=4, topk_group=2)
        ),
        {
            "numExperts": 12,
            "topK": 3,
            "score": "softmax",
            "groups": {"numGroups": 4, "keep": 2, "by": "max", "fill": "zero"},
            "renormalize": False,
            "scale": 16,
        },
    )
)
v3 = DeepseekV3TopkRouter(fields(16, 4, routed_scaling_factor=2.5, n_group=4, topk_group=2, norm_topk_prob=True))
bias = torch.randn(16) * 0.5 - 0.5
with torch.no_grad():
    v3.e_score_correction_bias.copy_(bias)
cases.append(
    case(
        "DeepSeek-V3",
        v3,
        {
            "numExperts": 16,
            "topK": 4,
            "score": "sigmoid",
            "choiceBias": True,
            "groups": {"numGroups": 4, "keep": 2, "by": "top2Sum", "fill": "negativeInfinity"},
            "renormalize": True,
            "renormalizeEpsilon": 1e-20,
            "scale": 2.5,
        },
        bias=[round(float(b), 8) for b in bias],
    )
)
router = gemma(10, 3)
cases.append(
    case(
        "Gemma 4",
        router,
        {"numExperts": 10, "topK": 3, "score": "softmax", "renormalize": True, "perExpertScale": True},
        perExpertScale=[round(float(s), 8) for s in router.per_expert_scale.detach()],
    )
)


def save(name, content):
    path = pathlib.Path(__file__).with_name(name)
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


save("routing.json", {"published": cases})


def numbers(t, digits=7):
    """Nested lists; results keep all digits that float32 has."""
    t = t.detach()
    return [numbers(r, digits) for r in t] if t.ndim else round(float(t), digits)


def short(*shape):
    """Inputs of few digits, exact in the file."""
    return torch.round(torch.randn(*shape) * 1000) / 1000


def nllb(policy, before, capacity, padding, prioritized):
    tokens, experts = 12, 4
    logits = short(tokens, experts)
    router = NllbMoeTop2Router(
        SimpleNamespace(
            num_experts=experts,
            expert_capacity=capacity,
            hidden_size=experts,
            router_bias=False,
            router_ignore_padding_tokens=False,
            router_dtype="float32",
            second_expert_policy=policy,
            normalize_router_prob_before_dropping=before,
            batch_prioritized_routing=prioritized,
            moe_eval_capacity_token_fraction=-1.0,
        )
    )
    uniform = torch.round(torch.rand(tokens) * 1000) / 1000
    gumbel = short(tokens, experts)
    torch.rand_like = lambda _: uniform
    torch.distributions.gumbel.Gumbel = lambda *_: SimpleNamespace(rsample=lambda _shape: gumbel)
    is_padding = torch.arange(tokens) % 5 == 3 if padding else None
    first, combine = router.route_tokens(logits.clone(), padding_mask=is_padding)
    return {
        "policy": policy,
        "before": before,
        "capacity": router.expert_capacity,
        "prioritized": prioritized,
        "logits": numbers(logits),
        **({"uniform": numbers(uniform)} if policy == "random" else {}),
        **({"gumbel": numbers(gumbel)} if policy == "sampling" else {}),
        **({"padding": is_padding.tolist()} if padding else {}),
        "first": first.tolist(),
        "combine": numbers(combine),
    }


# With `random`, transformers weighs the second expert by what was not renormalized unless that happens after dropping.
top2 = [
    nllb(policy, before, capacity, padding, prioritized)
    for policy, before, prioritized in [
        ("all", True, False),
        ("all", False, False),
        ("all", True, True),
        ("sampling", True, False),
        ("random", False, False),
    ]
    for capacity in (None, 3)
    for padding in (False, True)
]

hidden = short(2, 10, 4)
switch = SwitchTransformersTop1Router(
    SimpleNamespace(
        num_experts=4,
        expert_capacity=3,
        hidden_size=4,
        router_bias=False,
        router_jitter_noise=0.0,
        router_ignore_padding_tokens=False,
        router_dtype="float32",
    )
)
with torch.no_grad():
    switch.classifier.weight.copy_(torch.eye(4))
    index, probability, logits = switch(hidden)
switch_case = {
    "logits": numbers(hidden),
    "combine": numbers(index * probability),
    "z": float(router_z_loss_func(logits)),
    "balance": float(load_balancing_loss_func(logits.softmax(-1), logits.argmax(-1))),
}

mixtral_logits = short(12, 5)
is_real = torch.arange(12).remainder(4) != 1
mixtral_case = {
    "logits": numbers(mixtral_logits),
    "isToken": is_real.tolist(),
    "balance": float(mixtral_loss((mixtral_logits,), 5, 2)),
    "balanceOfTokens": float(mixtral_loss((mixtral_logits,), 5, 2, is_real.reshape(1, 12))),
}


def variation(x):
    return x.var(unbiased=False) / (x.mean() ** 2 + 1e-10)


def noisy_top_k():
    """tensor2tensor's expert_utils.noisy_top_k_gating and _prob_in_top_k, in torch."""
    tokens, experts, k = 10, 5, 2
    clean, raw, noise = (short(tokens, experts) for _ in range(3))
    clean.requires_grad_(), raw.requires_grad_()
    deviation = torch.nn.functional.softplus(raw) + 1e-2
    noisy = clean + noise * deviation
    top, indices = noisy.topk(k + 1)
    gates = torch.zeros(tokens, experts).scatter(1, indices[:, :k], top[:, :k].softmax(-1))
    inside = noisy > top[:, k : k + 1]
    bound = torch.where(inside, top[:, k : k + 1], top[:, k - 1 : k])
    load = torch.distributions.Normal(0.0, 1.0).cdf((clean - bound) / deviation).sum(0)
    importance = gates.sum(0)
    losses = [variation(importance), variation(load)]
    gradients = [[numbers(g) for g in torch.autograd.grad(loss, [clean, raw], retain_graph=True)] for loss in losses]
    return {
        "logits": numbers(clean),
        "noiseLogits": numbers(raw),
        "draws": numbers(noise),
        "combine": numbers(gates),
        "importance": numbers(importance),
        "load": numbers(load),
        "losses": [float(v.detach()) for v in losses],
        "gradients": gradients,
    }


def deepseek_balance():
    """Sequence-wise balance loss of DeepSeek-V3, equations 17 to 20, and the device loss of V2, equations 26 to 28."""
    sequences, tokens, experts, k, devices = 3, 8, 6, 2, 3
    logits = short(sequences, tokens, experts).numpy().astype("float64")
    s = 1 / (1 + numpy.exp(-logits))
    chosen = numpy.argsort(-s, -1)[..., :k]
    f = numpy.zeros((sequences, experts))
    for b in range(sequences):
        for e in chosen[b].reshape(-1):
            f[b, e] += experts / (k * tokens)
    p = (s / s.sum(-1, keepdims=True)).mean(1)
    per_device = f.reshape(sequences, devices, -1).mean(-1), p.reshape(sequences, devices, -1).sum(-1)
    return {
        "logits": logits.tolist(),
        "balance": float((f * p).sum(-1).mean()),
        "ofDevices": float((per_device[0] * per_device[1]).sum(-1).mean()),
        "numDevices": devices,
    }


def expert_choice(tokens, experts, factor, most):
    """Experts choose tokens (flaxformer), and the best assignment with at most `most` experts per token, by linear programming."""
    logits = short(tokens, experts)
    # Some tokens that many experts want.
    logits[:: tokens // 8] += torch.round(torch.randn(experts) * 1000) / 1000
    scores = logits.double().softmax(-1).numpy()
    capacity = tokens * factor // experts
    chosen = [sorted(numpy.argsort(-scores[:, e], kind="stable")[:capacity].tolist()) for e in range(experts)]
    per_expert = numpy.kron(numpy.eye(experts), numpy.ones(tokens))
    per_token = numpy.tile(numpy.eye(tokens), experts)
    best = scipy.optimize.linprog(
        -scores.T.reshape(-1),
        A_eq=per_expert,
        b_eq=numpy.full(experts, capacity),
        A_ub=per_token,
        b_ub=numpy.full(tokens, most),
        bounds=(0, 1),
    )
    return {
        "logits": numbers(logits),
        "factor": factor,
        "most": most,
        "chosen": chosen,
        "affinity": float(sum(scores[chosen[e], e].sum() for e in range(experts))),
        "best": -float(best.fun),
    }


save(
    "routing-policies.json",
    {
        "top2": top2,
        "switch": switch_case,
        "mixtral": mixtral_case,
        "noisyTopK": noisy_top_k(),
        "deepseek": deepseek_balance(),
        "expertChoice": [expert_choice(64, 8, 2, 2), expert_choice(48, 6, 1, 2)],
    },
)
