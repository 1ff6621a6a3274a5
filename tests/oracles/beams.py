"""Beam search as transformers does it, on the tiny models beside this project: `python beams.py path/to/hf-models > beams.json`.

Needs `pip install torch transformers`. The tokens that end a sequence are taken from what the model writes without any, so that they come up.
"""
import json, os, sys
os.environ.setdefault('HF_HUB_OFFLINE', '1')
import torch, transformers as tf
tf.utils.logging.set_verbosity_error(); tf.utils.logging.disable_progress_bar()
torch.set_num_threads(1)

ROOT = sys.argv[1]
MODELS = ['llama', 'gemma2', 'mistral', 'qwen3_moe', 'gpt2', 'deepseek_v3', 't5']
SETTINGS = [
    dict(num_beams=3, num_return_sequences=3),
    dict(num_beams=4, length_penalty=2.0, early_stopping=True, num_return_sequences=2),
    dict(num_beams=3, length_penalty=0.0, early_stopping='never', num_return_sequences=3),
    dict(num_beams=2, length_penalty=-1.0, num_return_sequences=2),
    dict(num_beams=3, length_penalty=0.5, early_stopping='never', num_return_sequences=1),
    dict(num_beams=1),
]
PROMPTS = [[5, 17, 42, 8, 23, 61], [11, 33, 7]]
NEW = 10

def run(model, seq2seq, eos, settings):
    longest = max(map(len, PROMPTS))
    pad = [longest - len(p) for p in PROMPTS]
    side = (lambda p, n: p + [0] * n) if seq2seq else (lambda p, n: [0] * n + p)
    ids = torch.tensor([side(p, n) for p, n in zip(PROMPTS, pad)])
    mask = torch.tensor([side([1] * len(p), n) for p, n in zip(PROMPTS, pad)])
    config = tf.GenerationConfig(max_new_tokens=NEW, do_sample=False, pad_token_id=0, eos_token_id=eos, return_dict_in_generate=True, output_scores=True,
                                 decoder_start_token_id=0 if seq2seq else None, **settings)
    out = model.generate(ids, attention_mask=mask, generation_config=config)
    start = 1 if seq2seq else longest
    n = settings.get('num_return_sequences', 1)
    result = []
    for i in range(len(PROMPTS)):
        own = []
        for r in range(n):
            tokens = out.sequences[i * n + r, start:].tolist()
            stop = [j for j, t in enumerate(tokens) if t in (eos or [])]
            own.append(dict(tokens=tokens[: stop[0] + 1] if stop else tokens, score=round(out.sequences_scores[i * n + r].item(), 5) if settings['num_beams'] > 1 else None))
        result.append(own)
    return result

cases = []
for name in MODELS:
    seq2seq = name == 't5'
    cls = tf.AutoModelForSeq2SeqLM if seq2seq else tf.AutoModelForCausalLM
    model = cls.from_pretrained(os.path.join(ROOT, name), dtype=torch.float32, attn_implementation='eager').eval()
    model.generation_config = tf.GenerationConfig()
    free = run(model, seq2seq, None, dict(num_beams=3, num_return_sequences=3))
    eos = sorted({free[0][1]['tokens'][3], free[1][0]['tokens'][5]})
    for settings in SETTINGS:
        cases.append(dict(model=name, stop=eos, options=settings, beams=run(model, seq2seq, eos, settings)))
print(json.dumps(dict(prompts=PROMPTS, new=NEW, cases=cases), separators=(',', ':')))
