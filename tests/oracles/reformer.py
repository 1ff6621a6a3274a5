"""What transformers' Reformer computes with weights of a formula, and torch's normal numbers: `python tests/oracles/reformer.py > tests/oracles/reformer.json`.

Needs `pip install torch transformers`. Weights are those of `formula` (tests/models/reformer.test.ts has the same); hashes come from `hash_seed`.
Gradients need training mode there: without dropout it computes the same.
"""
import contextlib, json, os, sys
os.environ.setdefault('HF_HUB_OFFLINE', '1')
import torch, transformers as tf
tf.utils.logging.set_verbosity_error(); torch.set_num_threads(1)

BASE = dict(model_type='reformer', is_decoder=True, vocab_size=13, hidden_size=12, num_attention_heads=2, attention_head_size=6, feed_forward_size=20, hash_seed=3, layer_norm_eps=1e-12,
            hidden_dropout_prob=0.0, local_attention_probs_dropout_prob=0.0, lsh_attention_probs_dropout_prob=0.0, max_position_embeddings=64, pad_token_id=0, eos_token_id=2, hidden_act='relu',
            axial_pos_embds=True, axial_pos_shape=[4, 6], axial_pos_embds_dim=[4, 8], attn_layers=['local', 'lsh', 'local', 'lsh'], lsh_attn_chunk_length=4, local_attn_chunk_length=4, num_buckets=4, num_hashes=2)
CASES = {
    'two rounds': (dict(), 24, 0),
    'padding': (dict(num_hashes=1, hash_seed=0), 13, 4),
    'factors and learned positions': (dict(axial_pos_embds=False, num_buckets=[2, 4], num_hashes=3, local_attn_chunk_length=6, hidden_act='gelu'), 24, 0),
    'buckets by length': (dict(num_buckets=None, attn_layers=['lsh', 'lsh'], lsh_num_chunks_before=2), 24, 7),
    'local alone': (dict(attn_layers=['local'], local_num_chunks_before=0), 12, 3),
    'one chunk': (dict(lsh_attn_chunk_length=8, local_attn_chunk_length=8), 6, 1),
    'one chunk for some': (dict(lsh_attn_chunk_length=4, local_attn_chunk_length=8), 8, 0),
    'gradients': (dict(attn_layers=['local', 'lsh'], axial_pos_shape=[3, 4]), 12, 0),
}
GRADIENTS = ['reformer.embeddings.position_embeddings.weights.0', 'reformer.encoder.layers.1.attention.self_attention.query_key.weight']


def formula(k, shape):
    """Numbers between −1 and 1 of the k-th tensor, over the root of their row's length."""
    n = torch.Size(shape).numel()
    i = torch.arange(n, dtype=torch.int64)
    x = ((i * i * 31 + i * 7919 + k * 104729) % 65537).double() / 32768.5 - 1
    return (x.reshape(shape) * (3.0 / shape[-1]) ** 0.5).float()


def numbers(t):
    return [round(float(x), 6) for x in t.flatten()]


out = []
for name, (changes, length, pads) in CASES.items():
    config = BASE | changes
    model = tf.ReformerModelWithLMHead(tf.ReformerConfig(**{k: v for k, v in config.items() if k != 'model_type'}))
    params = dict(sorted(model.named_parameters(remove_duplicate=False)))
    with torch.no_grad():
        for k, (n, p) in enumerate(params.items()):
            v = formula(k, list(p.shape))
            p.copy_(1 + v / 3 if 'layer_norm.weight' in n else v)
        # What is stored twice is one tensor.
        params['lm_head.decoder.bias'].copy_(params['lm_head.bias'])
    ids = (torch.arange(2 * length).reshape(2, length) * 7 % 11) + 1
    mask = torch.ones_like(ids)
    if pads: mask[1, length - pads:] = 0
    case = dict(name=name, config=config, names=list(params), ids=ids.tolist(), mask=mask.tolist())
    model.eval()
    with torch.no_grad():
        case['logits'] = numbers(model(input_ids=ids, attention_mask=mask if pads else None).logits)
    if name == 'gradients':
        model.train()
        loss = model(input_ids=ids).logits.square().mean()
        loss.backward()
        case['loss'] = float(loss.detach())
        case['gradients'] = {n: numbers(params[n].grad) for n in GRADIENTS}
    case['stored'] = sorted(model.state_dict())
    # Without a cache: with one, LSH attention sees other neighbours.
    prompt = ids[:1, :5]
    room = 12 if name == 'gradients' else 24
    with torch.no_grad(), contextlib.redirect_stdout(sys.stderr):
        written = model.eval().generate(prompt, attention_mask=torch.ones_like(prompt), use_cache=False, do_sample=False, max_new_tokens=min(9, room - 5), eos_token_id=None)
    case['written'] = written[0, 5:].tolist()
    out.append(case)
normals = []
for seed, n in ((0, 5), (7, 16), (123456789, 37)):
    torch.manual_seed(seed)
    normals.append(dict(seed=seed, values=[float(x) for x in torch.randn(n)]))
print(json.dumps({'cases': out, 'normals': normals}))
