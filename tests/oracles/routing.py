"""Routers as transformers computes them, for tests/nn/routing.test.ts: writes routing.json.

    pip install numpy torch transformers==5.24 && python tests/oracles/routing.py

Weights of routers are the identity, so that hidden states are logits; Gemma's, which normalizes, says its logits by a hook.
"""

import json
import pathlib
from types import SimpleNamespace

import torch
from transformers.models.deepseek_v2.modeling_deepseek_v2 import DeepseekV2TopkRouter
from transformers.models.deepseek_v3.modeling_deepseek_v3 import DeepseekV3TopkRouter
from transformers.models.gemma4.modeling_gemma4 import Gemma4TextRouter
from transformers.models.mixtral.modeling_mixtral import MixtralTopKRouter
from transformers.models.qwen2_moe.modeling_qwen2_moe import Qwen2MoeTopKRouter

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
        perExpertScale=[round(float(s), 8) for s in router.per_expert_scale],
    )
)

path = pathlib.Path(__file__).with_name("routing.json")
path.write_text(json.dumps({"published": cases}, separators=(",", ":")) + "\n")
print(f"{path}: {len(cases)} routers")
