"""Losses and gradients of TRL's trainers on numbers that both sides make: x[i] = sin(start + i).

    python tests/oracles/trl_losses.py > tests/oracles/trl-losses.json      # needs torch and trl

TRL's own `_compute_loss` runs, of a trainer that is a stand-in, on a model that is a stand-in: it gives log-probabilities of a table.
"""

import json
from types import SimpleNamespace
from unittest.mock import MagicMock

import torch
from trl import DPOTrainer, GRPOTrainer

torch.set_default_dtype(torch.float64)


def wave(start, *shape):
    n = 1
    for s in shape:
        n *= s
    return torch.sin(start + torch.arange(n)).reshape(shape)


def accelerator():
    same = lambda x, **_: x
    return SimpleNamespace(
        device="cpu", num_processes=1, sync_gradients=False, gather=same, gather_for_metrics=same, unwrap_model=same, reduce=same
    )


def metrics():
    return MagicMock()


def dpo(kind, beta, smoothing):
    pairs, length = 3, 5
    logps = wave(1, 2 * pairs, length).requires_grad_()
    mask = torch.tensor([[0, 1, 1, 1, 0, 0], [0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 0]] * 2)
    counted = logps * mask[:, 1:]
    reference = wave(50, 2 * pairs)
    zero = torch.zeros(2 * pairs, length)
    outputs = SimpleNamespace(log_probs=counted, entropy=zero, mean_logits=zero, is_top1=zero.bool())
    me = MagicMock()
    me.accelerator = accelerator()
    me.aux_loss_enabled, me.ld_alpha, me.precompute_ref_logps = False, None, True
    me.f_divergence_type, me.beta, me.label_smoothing = "reverse_kl", beta, smoothing
    me.loss_types, me.loss_weights, me.use_weighting = [kind], [1.0], False
    me._total_train_tokens, me._tp_size, me._metrics = 0, 1, metrics()
    inputs = {
        "input_ids": torch.ones(2 * pairs, length + 1, dtype=torch.long),
        "attention_mask": torch.ones(2 * pairs, length + 1, dtype=torch.long),
        "completion_mask": mask,
        "ref_chosen_logps": reference[:pairs],
        "ref_rejected_logps": reference[pairs:],
    }
    loss = DPOTrainer._compute_loss(me, lambda **_: outputs, inputs, False)
    loss.backward()
    return {"kind": kind, "beta": beta, "smoothing": smoothing, "loss": loss.item(), "gradient": logps.grad.flatten().tolist()}


def grpo(average, beta, unbiased, threshold, moved):
    answers, length = 4, 5
    logps = (wave(1, answers, length) - 2).requires_grad_()
    old = logps.detach() - 0.3 * wave(7, answers, length) if moved else None
    mask = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0], [1, 1, 1, 1, 0]], dtype=torch.float64)
    rewards = torch.tensor([1.0, 0.0, 0.25, 1.0]).view(-1, 4)
    advantages = ((rewards - rewards.mean(1, keepdim=True)) / (rewards.std(1, keepdim=True) + 1e-4)).flatten()
    me = MagicMock()
    me.accelerator = accelerator()
    me.aux_loss_enabled, me.top_entropy_quantile = False, 1.0
    me._get_per_token_logps_and_entropies = lambda *a, **k: (logps, torch.zeros(answers, length), None)
    me.off_policy_mask_threshold = threshold
    me.get_off_policy_mask = GRPOTrainer.get_off_policy_mask
    me.importance_sampling_level = "token"
    me.beta, me.loss_type = beta, average
    me.epsilon_low, me.epsilon_high = 0.2, 0.28
    me.args = SimpleNamespace(use_bias_correction_kl=unbiased, delta=None, steps_per_generation=1)
    me.use_vllm, me.vllm_importance_sampling_correction = False, False
    me.current_gradient_accumulation_steps = 1
    me.max_completion_length = 8
    me._entropy_bonus_enabled = False
    me._metrics = metrics()
    inputs = {
        "prompt_ids": torch.ones(answers, 1, dtype=torch.long),
        "prompt_mask": torch.ones(answers, 1, dtype=torch.long),
        "completion_ids": torch.ones(answers, length, dtype=torch.long),
        "completion_mask": mask,
        "advantages": advantages,
        "num_items_in_batch": mask.sum(),
        "ref_per_token_logps": wave(90, answers, length) - 2,
        **({"old_per_token_logps": old} if old is not None else {}),
    }
    loss = GRPOTrainer._compute_loss(me, None, inputs)
    loss.backward()
    return {
        "average": average, "beta": beta, "unbiased": unbiased, "threshold": threshold, "moved": moved,
        "advantages": advantages.tolist(), "loss": loss.item(), "gradient": logps.grad.flatten().tolist(),
    }


def shorter(x):
    if isinstance(x, float):
        return float(f"{x:.9g}")
    if isinstance(x, list):
        return [shorter(v) for v in x]
    return {k: shorter(v) for k, v in x.items()} if isinstance(x, dict) else x


print(json.dumps(shorter({
    "dpo": [dpo("sigmoid", 0.1, 0.0), dpo("hinge", 0.5, 0.0), dpo("ipo", 0.3, 0.0), dpo("robust", 0.4, 0.1)],
    "grpo": [
        grpo("grpo", 0.0, False, None, False),
        grpo("grpo", 0.04, False, None, True),
        grpo("bnpo", 0.04, True, None, True),
        grpo("dr_grpo", 0.1, True, 0.05, True),
        grpo("dapo", 0.0, False, 0.05, True),
    ],
})))
