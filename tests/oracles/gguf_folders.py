"""Writes gguf-folders.json: tiny models of every architecture that `ggufAsFolder` knows, as llama.cpp's converter writes them.

    pip install torch transformers sentencepiece
    pip download --no-deps --no-binary :all: llama-cpp-python   # its vendor/llama.cpp holds the converter
    python tests/oracles/gguf_folders.py path/to/vendor/llama.cpp

Every weight follows a rule (`weight`), so that only the converted file and the configuration are kept.
"""

import base64
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [sys.argv[1], os.path.join(sys.argv[1], "gguf-py")]
import conversion
import gguf
import torch
import transformers as tf

BASE = dict(vocab_size=6, hidden_size=8, intermediate_size=12, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=64)
LLAMA3 = dict(rope_type="llama3", rope_theta=1e4, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16)
GEMMA = BASE | dict(head_dim=4, query_pre_attn_scalar=4, sliding_window=8)
MODELS = [
    ("llama", "Llama", BASE | dict(rope_parameters=LLAMA3, num_key_value_heads=2, head_dim=8)),
    ("llama with biases", "Llama", BASE | dict(attention_bias=True, mlp_bias=True, tie_word_embeddings=True)),
    ("mixtral", "Mixtral", BASE | dict(num_local_experts=2, num_experts_per_tok=1)),
    ("qwen2", "Qwen2", BASE),
    ("qwen2moe", "Qwen2Moe", BASE | dict(num_experts=2, num_experts_per_tok=1, moe_intermediate_size=6, shared_expert_intermediate_size=10)),
    ("qwen3", "Qwen3", BASE | dict(head_dim=6)),
    ("qwen3moe", "Qwen3Moe", BASE | dict(head_dim=6, num_experts=2, num_experts_per_tok=1, moe_intermediate_size=6, norm_topk_prob=True)),
    ("gemma", "Gemma", BASE | dict(head_dim=4)),
    ("gemma2", "Gemma2", GEMMA | dict(attn_logit_softcapping=5.0, final_logit_softcapping=4.0)),
    ("gemma3", "Gemma3", GEMMA),
    ("gpt2", "GPT2", dict(vocab_size=6, n_positions=16, n_embd=8, n_layer=1, n_head=2)),
]


def weight(name, shape):
    count = 1
    for n in shape:
        count *= n
    start = sum(name.encode())
    return ((torch.arange(count) * 31 + start) % 97 - 48).to(torch.float32).reshape(shape) / 64


def case(name, classes, settings):
    config_class = getattr(tf, classes + ("TextConfig" if classes == "Gemma3" else "Config"))
    suffix = "LMHeadModel" if classes == "GPT2" else "ForCausalLM"
    model = getattr(tf, classes + suffix)(config_class(**settings))
    dir = tempfile.mkdtemp()
    model.save_pretrained(dir)
    from safetensors.torch import load_file, save_file

    path = os.path.join(dir, "model.safetensors")
    names = {key: list(value.shape) for key, value in load_file(path).items()}
    save_file({key: weight(key, shape) for key, shape in names.items()}, path, metadata={"format": "pt"})
    with open(os.path.join(dir, "config.json")) as f:
        config = json.load(f)
    if classes == "GPT2":
        config["n_ctx"] = config["n_positions"]
        with open(os.path.join(dir, "config.json"), "w") as f:
            json.dump(config, f)
    with open(os.path.join(dir, "tokenizer.json"), "w") as f:
        json.dump({"model": {"vocab": {str(i): i for i in range(6)}}, "added_tokens": []}, f)
    architecture = conversion.get_model_architecture(config, conversion.ModelType.TEXT)
    converter = conversion.get_model_class(architecture, mmproj=False)
    converter.set_vocab = lambda self: None
    out = os.path.join(dir, "out.gguf")
    with torch.inference_mode():
        converter(Path(dir), gguf.LlamaFileType.ALL_F32, Path(out), eager=True).write()
    with open(out, "rb") as f:
        return {"name": name, "config": config, "tensors": names, "file": base64.b64encode(f.read()).decode()}


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gguf-folders.json"), "w") as f:
    json.dump([case(*model) for model in MODELS], f, indent=1)
    f.write("\n")
