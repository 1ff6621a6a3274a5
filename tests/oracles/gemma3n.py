"""Logits of a tiny Gemma 3n whose weights a formula gives, as transformers computes them: `python gemma3n.py > gemma3n.json`.

Needs `pip install torch transformers`. Element i of a tensor called n is c + sin(0.7 i + len(n)) / 2, c = 1 for norms, else 0.
"""
import json
import torch, transformers as tf

config = dict(vocab_size=13, hidden_size=8, intermediate_size=[12, 12, 12, 12], num_hidden_layers=4, num_attention_heads=2, num_key_value_heads=1, head_dim=4, max_position_embeddings=32, sliding_window=3,
              layer_types=['sliding_attention', 'full_attention'] * 2, hidden_size_per_layer_input=4, vocab_size_per_layer_input=13, num_kv_shared_layers=2, laurel_rank=2, altup_num_inputs=3,
              activation_sparsity_pattern=[0.8, 0.6, 0.0, 0.0])
model = tf.Gemma3nForCausalLM(tf.Gemma3nTextConfig(**config)).eval()
model.config._attn_implementation = 'eager'
with torch.no_grad():
    for n, p in model.named_parameters():
        i = torch.arange(p.numel(), dtype=torch.float64)
        p.copy_(((1 if n.endswith('norm.weight') else 0) + torch.sin(0.7 * i + len(n)) / 2).reshape(p.shape).float())
    tokens = [[1, 5, 3, 8, 2, 11, 7, 4]]
    logits = model(torch.tensor(tokens)).logits
    shapes = {n: list(p.shape) for n, p in model.named_parameters() if n != 'lm_head.weight'}
saved = {k: v for k, v in model.config.to_dict().items() if k in config or k in ('model_type', 'rope_parameters', 'final_logit_softcapping')}
print(json.dumps(dict(config=saved, shapes=shapes, tokens=tokens, logits=[round(x, 6) for x in logits.flatten().tolist()])))
