"""Writes adapters.json: adapter folders as PEFT saves them, and what PEFT adds to the weights. `--read DIR` prints what PEFT makes of a folder of ours.

    pip install torch transformers peft
    python tests/oracles/adapters.py
"""

import base64
import json
import os
import sys
import tempfile

import torch
import transformers as tf
from peft import LoraConfig, PeftModel, get_peft_model

LLAMA = dict(vocab_size=12, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=16)
GPT2 = dict(vocab_size=12, n_positions=16, n_embd=8, n_layer=1, n_head=2)


def llama():
    return tf.LlamaForCausalLM(tf.LlamaConfig(**LLAMA))


def gpt2():
    return tf.GPT2LMHeadModel(tf.GPT2Config(**GPT2))


def deltas(model):
    out = {}
    for name, module in model.named_modules():
        if hasattr(module, "get_delta_weight"):
            delta = module.get_delta_weight("default").detach().float().contiguous()
            out[name.removeprefix("base_model.model.")] = {"shape": list(delta.shape), "data": base64.b64encode(delta.numpy().tobytes()).decode()}
    return out


def case(name, make, **config):
    torch.manual_seed(3)
    model = get_peft_model(make(), LoraConfig(task_type="CAUSAL_LM", **config))
    for key, parameter in model.named_parameters():
        if "lora_" in key:
            torch.nn.init.normal_(parameter)
    dir = tempfile.mkdtemp()
    model.save_pretrained(dir)
    with open(os.path.join(dir, "adapter_config.json")) as f:
        text = f.read()
    with open(os.path.join(dir, "adapter_model.safetensors"), "rb") as f:
        weights = base64.b64encode(f.read()).decode()
    return {"name": name, "config": json.loads(text), "weights": weights, "deltas": deltas(model)}


if len(sys.argv) > 1:
    torch.manual_seed(3)
    make = gpt2 if sys.argv[3:] == ["gpt2"] else llama
    print(json.dumps(deltas(PeftModel.from_pretrained(make(), sys.argv[2]))))
else:
    cases = [
        case("plain", llama, r=2, lora_alpha=6, target_modules=["q_proj", "v_proj"]),
        case("with patterns of ranks and alphas", llama, r=2, lora_alpha=3, target_modules=["q_proj", "down_proj"],
             rank_pattern={"layers.1.self_attn.q_proj": 3, "down_proj": 4}, alpha_pattern={r"layers\.\d+\.mlp\.down_proj": 8}),
        case("stabilized by rank", llama, r=3, lora_alpha=4, target_modules=["o_proj"], use_rslora=True),
        case("of an embedding, with a head of its own", llama, r=2, lora_alpha=2, target_modules=["embed_tokens"], modules_to_save=["norm"]),
        case("of weights that lie [in, out]", gpt2, r=2, lora_alpha=4, target_modules=["c_attn"], fan_in_fan_out=True),
    ]
    with open(os.path.join(os.path.dirname(__file__), "adapters.json"), "w") as f:
        json.dump(cases, f, indent=1)
        f.write("\n")
