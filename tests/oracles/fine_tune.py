"""What PEFT and PyTorch make of twenty steps of LoRA on the tiny Gemma 2 of shared/oracles: losses, beside the first factors and the batches.

Needs `pip install torch transformers peft`; run `python tests/oracles/fine_tune.py ../shared/oracles/hf-models/gemma2 tests/train/peft`.
Plain steps as TRL's trainer takes them: AdamW, a linear schedule, gradients clipped to norm 1, no dropout, loss on the tokens after a prompt.
"""
import json, os, sys
import torch, transformers as tf, peft

base, out = sys.argv[1:3]
torch.manual_seed(0)
torch.set_num_threads(1)
model = tf.Gemma2ForCausalLM.from_pretrained(base, dtype=torch.float32, attn_implementation='eager')
targets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']
model = peft.get_peft_model(model, peft.LoraConfig(r=2, lora_alpha=4, target_modules=targets, task_type='CAUSAL_LM'))
model.save_pretrained(out)
os.remove(os.path.join(out, 'README.md'))
g = torch.Generator().manual_seed(1)
rows = []
for _ in range(80):
    n = int(torch.randint(8, 25, (1,), generator=g))
    prompt = int(torch.randint(2, n - 3, (1,), generator=g))
    rows.append({'tokens': torch.randint(5, 85, (n,), generator=g).tolist(), 'prompt': prompt})
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
schedule = tf.get_scheduler('linear', optimizer, num_warmup_steps=0, num_training_steps=20)
model.train()
losses = []
for step in range(20):
    batch = rows[4 * step : 4 * step + 4]
    length = max(len(r['tokens']) for r in batch)
    ids, labels, mask = torch.zeros(4, length, dtype=torch.long), torch.full((4, length), -100), torch.zeros(4, length, dtype=torch.long)
    for i, r in enumerate(batch):
        n = len(r['tokens'])
        ids[i, :n] = torch.tensor(r['tokens'])
        mask[i, :n] = 1
        labels[i, r['prompt'] : n] = torch.tensor(r['tokens'][r['prompt'] :])
    loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()
    losses.append(loss.item())
json.dump({'rows': rows, 'losses': losses, 'peft': peft.__version__, 'torch': torch.__version__}, open(os.path.join(out, 'expected.json'), 'w'))
print(losses)
