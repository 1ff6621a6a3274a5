"""Random tiny models of every family with many settings, and what transformers computes with them.

Needs `pip install torch transformers safetensors`; run `python hf_models.py OUT [pattern ...]`, then `npm run models -- --root OUT`. `thirty` is the pattern
of one or two models of every kind. `python hf_models.py --gradients MODELS OUT` computes all gradients, and logits of rounded weights, of other models of this form.
One folder per model: config.json and safetensors as `save_pretrained` writes them (some sharded, some bfloat16, some in the dialect of older
files), expected.safetensors (inputs, logits, greedy tokens, one gradient), gradients.safetensors (all of them, named as weights are),
rounded.safetensors (logits of weights rounded to bfloat16) and expected.json (the loss). Nothing of it is committed.
Settings are as in shared/knowledge/models.md, sections 2 and 2.14; arithmetic is float32 with eager attention.
"""
import copy, fnmatch, json, os, re, sys, tempfile, zlib
os.environ.setdefault('HF_HUB_OFFLINE', '1')
import torch, transformers as tf
from safetensors.torch import load_file, save_file
torch.set_num_threads(1); tf.utils.logging.disable_progress_bar(); tf.utils.logging.set_verbosity_error()

D = dict(vocab_size=101, hidden_size=24, intermediate_size=44, num_hidden_layers=3, num_attention_heads=6, num_key_value_heads=3, max_position_embeddings=80)
def rope(kind, **more): return dict(rope_parameters=dict(rope_type=kind, rope_theta=5000.0, **more))
YARN = dict(factor=4.0, original_max_position_embeddings=20)
LONG = dict(short_factor=[1.0, 1.3, 1.1, 1.7], long_factor=[1.5, 2.5, 4.0, 6.0])
G = D | dict(head_dim=10, query_pre_attn_scalar=7, sliding_window=6)
MLA = dict(vocab_size=99, hidden_size=28, intermediate_size=40, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=64, moe_intermediate_size=12,
           n_routed_experts=8, num_experts_per_tok=3, n_shared_experts=2, first_k_dense_replace=1, kv_lora_rank=10, q_lora_rank=14, qk_nope_head_dim=6, qk_rope_head_dim=4, v_head_dim=10)
T5 = dict(vocab_size=103, d_model=20, d_kv=6, d_ff=36, num_layers=3, num_heads=3, relative_attention_num_buckets=12, relative_attention_max_distance=24, decoder_start_token_id=0)
V = dict(hidden_size=24, intermediate_size=40, num_hidden_layers=3, num_attention_heads=3, image_size=15, patch_size=5)
W = dict(vocab_size=103, num_mel_bins=12, d_model=24, encoder_layers=3, decoder_layers=1, encoder_attention_heads=4, decoder_attention_heads=2, encoder_ffn_dim=40, decoder_ffn_dim=36, max_source_positions=14,
         max_target_positions=36, decoder_start_token_id=3, pad_token_id=0, bos_token_id=1, eos_token_id=2, suppress_tokens=None, begin_suppress_tokens=None)
C = dict(vocab_size=19, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=36, conv_dim=(12, 16, 12), conv_stride=(4, 2, 2), conv_kernel=(8, 3, 2), num_feat_extract_layers=3,
         num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4, conv_depthwise_kernel_size=5, max_source_positions=128)
GPT2 = dict(vocab_size=97, n_positions=70, n_embd=30, n_layer=3, n_head=5)
FALCON = dict(vocab_size=97, hidden_size=30, num_hidden_layers=3, num_attention_heads=5, max_position_embeddings=64)
PHI = D | dict(num_attention_heads=3, num_key_value_heads=1, pad_token_id=0, bos_token_id=1, eos_token_id=2)
G4 = D | dict(head_dim=6, global_head_dim=12, sliding_window=5, num_hidden_layers=4, layer_types=['sliding_attention', 'full_attention'] * 2, hidden_size_per_layer_input=5, vocab_size_per_layer_input=101)
G3N = D | dict(num_hidden_layers=5, head_dim=6, sliding_window=6, layer_types=['sliding_attention', 'full_attention', 'sliding_attention', 'sliding_attention', 'full_attention'],
               hidden_size_per_layer_input=5, vocab_size_per_layer_input=101, num_kv_shared_layers=2, laurel_rank=3, altup_num_inputs=3, altup_active_idx=0, altup_coef_clip=120.0,
               activation_sparsity_pattern=[0.9, 0.7, 0.0, 0.0, 0.0], intermediate_size=[44] * 5)
MOE = D | dict(num_experts=5, num_experts_per_tok=3, moe_intermediate_size=14)
def mm(text, vision, **more): return dict(text_config=text, vision_config=V | dict(vision_use_head=False, model_type='siglip_vision_model') | vision, **more)
PALI = dict(vocab_size=101, hidden_size=24, intermediate_size=44, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=10)
SLIDE3 = ['sliding_attention', 'full_attention', 'sliding_attention']

K = {  # kind: (configuration class, model class, kind of inputs)
    'gpt2': ('GPT2Config', 'GPT2LMHeadModel', 'decoder'), 'gptj': ('GPTJConfig', 'GPTJForCausalLM', 'decoder'), 'llama': ('LlamaConfig', 'LlamaForCausalLM', 'decoder'), 'phi3': ('Phi3Config', 'Phi3ForCausalLM', 'decoder'),
    'mistral': ('MistralConfig', 'MistralForCausalLM', 'decoder'), 'mixtral': ('MixtralConfig', 'MixtralForCausalLM', 'decoder'), 'qwen2': ('Qwen2Config', 'Qwen2ForCausalLM', 'decoder'),
    'qwen3': ('Qwen3Config', 'Qwen3ForCausalLM', 'decoder'), 'qwen2moe': ('Qwen2MoeConfig', 'Qwen2MoeForCausalLM', 'decoder'), 'qwen3moe': ('Qwen3MoeConfig', 'Qwen3MoeForCausalLM', 'decoder'),
    'gemma': ('GemmaConfig', 'GemmaForCausalLM', 'decoder'), 'gemma2': ('Gemma2Config', 'Gemma2ForCausalLM', 'decoder'), 'gemma3': ('Gemma3TextConfig', 'Gemma3ForCausalLM', 'decoder'),
    'gemma3n': ('Gemma3nTextConfig', 'Gemma3nForCausalLM', 'decoder'), 'gemma4': ('Gemma4TextConfig', 'Gemma4ForCausalLM', 'decoder'), 'ds2': ('DeepseekV2Config', 'DeepseekV2ForCausalLM', 'decoder'),
    'ds3': ('DeepseekV3Config', 'DeepseekV3ForCausalLM', 'decoder'), 'ds32': ('DeepseekV32Config', 'DeepseekV32ForCausalLM', 'decoder'), 'falcon': ('FalconConfig', 'FalconForCausalLM', 'decoder'),
    't5': ('T5Config', 'T5ForConditionalGeneration', 'seq2seq'), 'mt5': ('MT5Config', 'MT5ForConditionalGeneration', 'seq2seq'), 'umt5': ('UMT5Config', 'UMT5ForConditionalGeneration', 'seq2seq'),
    'switch': ('SwitchTransformersConfig', 'SwitchTransformersForConditionalGeneration', 'seq2seq'), 'vit': ('ViTConfig', 'ViTModel', 'vision'), 'siglip': ('SiglipVisionConfig', 'SiglipVisionModel', 'vision'),
    'gemma3v': ('Gemma3Config', 'Gemma3ForConditionalGeneration', 'mm'), 'pali': ('PaliGemmaConfig', 'PaliGemmaForConditionalGeneration', 'mm'),
    'conformer': ('Wav2Vec2ConformerConfig', 'Wav2Vec2ConformerForCTC', 'speech'), 'whisper': ('WhisperConfig', 'WhisperForConditionalGeneration', 'whisper'),
}

# name (the part before the first dash is the kind) -> configuration; names may end in marks: .old (dialect of older files), .bf16, .cut (sharded)
MODELS = {
    'gpt2-inverse': GPT2 | dict(scale_attn_by_inverse_layer_idx=True, n_inner=50),
    'gpt2-unscaled.bf16': GPT2 | dict(scale_attn_weights=False, activation_function='gelu', tie_word_embeddings=False),
    'gpt2-upcast.cut': GPT2 | dict(reorder_and_upcast_attn=True, scale_attn_by_inverse_layer_idx=True, layer_norm_epsilon=1e-3, activation_function='relu'),
    'gptj-part.old': dict(vocab_size=97, n_positions=64, n_embd=32, n_layer=3, n_head=4, rotary_dim=4),
    'gptj-inner': dict(vocab_size=97, n_positions=64, n_embd=32, n_layer=2, n_head=2, rotary_dim=8, n_inner=50, activation_function='gelu'),
    'gptj-tied': dict(vocab_size=97, n_positions=64, n_embd=24, n_layer=2, n_head=3, rotary_dim=8, tie_word_embeddings=True),
    'llama-bias.cut': D | dict(attention_bias=True, mlp_bias=True, rms_norm_eps=1e-3),
    'llama-wide': D | dict(head_dim=14, num_key_value_heads=1),
    'llama-many.old': D | dict(num_key_value_heads=6, tie_word_embeddings=True, hidden_act='gelu'),
    'llama-linear.old': D | rope('linear', factor=3.0),
    'llama-linear': D | rope('linear', factor=2.5) | dict(head_dim=8),
    'llama-dynamic': D | rope('dynamic', factor=3.0) | dict(max_position_embeddings=12),
    'llama-dynamic.old': D | rope('dynamic', factor=2.0) | dict(max_position_embeddings=40),
    'llama-llama3.old': D | rope('llama3', factor=8.0, low_freq_factor=1.0, high_freq_factor=3.0, original_max_position_embeddings=18) | dict(head_dim=12),
    'llama-yarn.old': D | rope('yarn', **YARN) | dict(head_dim=12),
    'llama-yarnmscale': D | rope('yarn', mscale=0.7, mscale_all_dim=0.4, beta_fast=12, beta_slow=0.7, **YARN) | dict(head_dim=12),
    'llama-yarnattention': D | rope('yarn', attention_factor=1.4, truncate=False, beta_fast=9, **YARN) | dict(head_dim=16),
    'llama-yarntruncate': D | rope('yarn', truncate=False, mscale=1.3, beta_fast=16, beta_slow=2, **YARN) | dict(head_dim=12),
    'llama-yarnimplied': D | rope('yarn', factor=2.0, beta_fast=12) | dict(head_dim=12, max_position_embeddings=30),
    'llama-longrope': D | rope('longrope', factor=3.0, original_max_position_embeddings=16, **LONG) | dict(head_dim=8),
    'llama-longshort.old': D | rope('longrope', original_max_position_embeddings=64, **LONG) | dict(head_dim=8, max_position_embeddings=128),
    'llama-longattention': D | rope('longrope', attention_factor=1.3, original_max_position_embeddings=32, **LONG) | dict(head_dim=8),
    'llama-partial': D | dict(head_dim=12, rope_parameters=dict(rope_type='default', rope_theta=1e4, partial_rotary_factor=0.5)),
    'llama-defaults.old': D | dict(num_key_value_heads=None, rms_norm_eps=1e-6),
    'llama-one': D | dict(num_hidden_layers=1, num_attention_heads=1, num_key_value_heads=1, head_dim=6),
    'phi3-plain': PHI | dict(num_attention_heads=6, num_key_value_heads=2),
    'phi3-longrope': PHI | rope('longrope', **LONG) | dict(original_max_position_embeddings=22),
    'phi3-longrope.old': PHI | rope('longrope', **LONG) | dict(original_max_position_embeddings=64, max_position_embeddings=128),
    'phi3-window': PHI | dict(sliding_window=6, tie_word_embeddings=True, rope_parameters=dict(rope_type='default', rope_theta=1e4, partial_rotary_factor=0.75), hidden_size=48),
    'mistral-window': D | dict(sliding_window=5, head_dim=10),
    'mistral-none.old': D | dict(sliding_window=None, tie_word_embeddings=True),
    'mistral-window.old': D | dict(sliding_window=7, head_dim=6, rms_norm_eps=1e-5),
    'mixtral-three.old': D | dict(num_local_experts=5, num_experts_per_tok=3),
    'mixtral-window.cut': D | dict(num_local_experts=6, num_experts_per_tok=1, sliding_window=6, head_dim=8, rope_parameters=dict(rope_type='default', rope_theta=200.0)),
    'mixtral-all.bf16': D | dict(num_local_experts=3, num_experts_per_tok=3, tie_word_embeddings=True),
    'qwen2-window': D | dict(use_sliding_window=True, sliding_window=6, max_window_layers=1),
    'qwen2-window.old': D | dict(use_sliding_window=True, sliding_window=5, max_window_layers=2, tie_word_embeddings=True),
    'qwen2-off.old': D | dict(use_sliding_window=False, sliding_window=5, max_window_layers=0) | rope('yarn', **YARN),
    'qwen2-types': D | dict(use_sliding_window=True, sliding_window=5, layer_types=SLIDE3),
    'qwen3-bias': D | dict(head_dim=10, attention_bias=True),
    'qwen3-window.old': D | dict(head_dim=8, use_sliding_window=True, sliding_window=6, max_window_layers=1, tie_word_embeddings=True, rms_norm_eps=1e-4),
    'qwen3-dynamic': D | dict(head_dim=8) | rope('dynamic', factor=2.0),
    'qwen2moe-norm': MOE | dict(norm_topk_prob=True, shared_expert_intermediate_size=20, mlp_only_layers=[1]),
    'qwen2moe-step.old': MOE | dict(norm_topk_prob=False, shared_expert_intermediate_size=10, decoder_sparse_step=2, use_sliding_window=True, sliding_window=5, max_window_layers=2),
    'qwen2moe-nobias': MOE | dict(qkv_bias=False, shared_expert_intermediate_size=16, num_experts_per_tok=1),
    'qwen3moe-raw': MOE | dict(head_dim=8, norm_topk_prob=False, mlp_only_layers=[0, 2]),
    'qwen3moe-window.old': MOE | dict(head_dim=10, norm_topk_prob=True, use_sliding_window=True, sliding_window=6, decoder_sparse_step=2, num_hidden_layers=4),
    'qwen3moe-bias.cut': MOE | dict(head_dim=6, norm_topk_prob=True, attention_bias=True, tie_word_embeddings=True),
    'gemma-wide.old': D | dict(head_dim=14, num_key_value_heads=2, num_attention_heads=4),
    'gemma-bias.bf16': D | dict(head_dim=10, attention_bias=True, num_key_value_heads=1),
    'gemma2-uncapped': G | dict(attn_logit_softcapping=None, final_logit_softcapping=None),
    'gemma2-capped.old': G | dict(attn_logit_softcapping=3.0, final_logit_softcapping=5.0, num_hidden_layers=5),
    'gemma2-types.bf16': G | dict(attn_logit_softcapping=8.0, layer_types=['full_attention', 'sliding_attention', 'sliding_attention'], attention_bias=True),
    'gemma3-pattern.old': G | dict(num_hidden_layers=7, sliding_window_pattern=3),
    'gemma3-linear': G | dict(layer_types=SLIDE3, rope_parameters=dict(full_attention=dict(rope_type='linear', factor=4.0, rope_theta=2e4), sliding_attention=dict(rope_type='default', rope_theta=300.0))),
    'gemma3-linear.old': G | dict(num_hidden_layers=6, rope_parameters=dict(full_attention=dict(rope_type='linear', factor=8.0, rope_theta=1e5), sliding_attention=dict(rope_type='default', rope_theta=500.0))),
    'gemma3-capped.bf16': G | dict(layer_types=SLIDE3, final_logit_softcapping=4.0, attn_logit_softcapping=5.0),
    'gemma3-bidirectional': G | dict(layer_types=SLIDE3, use_bidirectional_attention=True),
    'gemma3n-small': G3N,
    'gemma3n-capped': G3N | dict(final_logit_softcapping=4.0, altup_num_inputs=4, num_kv_shared_layers=0, vocab_size_per_layer_input=60, altup_active_idx=0),
    'gemma4-shared': G4 | dict(num_kv_shared_layers=2, final_logit_softcapping=6.0),
    'gemma4-wide': G4 | dict(num_kv_shared_layers=2, use_double_wide_mlp=True, vocab_size_per_layer_input=110),
    'gemma4-keyvalue': G4 | dict(attention_k_eq_v=True, num_global_key_value_heads=1, hidden_size_per_layer_input=0),
    'gemma4-moe': G4 | dict(enable_moe_block=True, num_experts=5, top_k_experts=2, moe_intermediate_size=10, attention_k_eq_v=True, num_global_key_value_heads=2, hidden_size_per_layer_input=0),
    'gemma4-all.cut': G4 | dict(enable_moe_block=True, num_experts=4, top_k_experts=3, moe_intermediate_size=10, num_kv_shared_layers=2),
    'gemma4-types': G4 | dict(num_hidden_layers=6, layer_types=None, num_key_value_heads=1),
    'gemma4-rope.bf16': G4 | dict(rope_parameters=dict(full_attention=dict(rope_type='proportional', partial_rotary_factor=0.5, rope_theta=2e3), sliding_attention=dict(rope_type='default', rope_theta=300.0))),
    'ds2-lite': MLA | dict(q_lora_rank=None, topk_method='greedy'),
    'ds2-groups.old': MLA | dict(topk_method='group_limited_greedy', n_group=4, topk_group=2, routed_scaling_factor=3.0) | rope('yarn', mscale=0.7, mscale_all_dim=0.7, **YARN),
    'ds2-yarn': MLA | dict(topk_method='greedy', first_k_dense_replace=0, attention_bias=True, routed_scaling_factor=0.5) | rope('yarn', mscale=1.0, mscale_all_dim=0.5, beta_fast=10, **YARN),
    'ds3-groups': MLA | dict(n_group=4, topk_group=2, routed_scaling_factor=1.5),
    'ds3-raw.old': MLA | dict(n_group=2, topk_group=1, norm_topk_prob=False, num_key_value_heads=4) | rope('yarn', mscale=1.0, mscale_all_dim=1.0, **YARN),
    'ds3-one.cut': MLA | dict(n_group=1, topk_group=1, q_lora_rank=None, attention_bias=True, first_k_dense_replace=2, n_shared_experts=1),
    'ds3-halves': MLA | dict(n_group=1, topk_group=1, rope_interleave=False),
    'ds3-moefirst.bf16': MLA | dict(n_group=2, topk_group=2, first_k_dense_replace=0) | rope('yarn', mscale_all_dim=1.0, **YARN),
    'ds32-small': MLA | dict(n_group=4, topk_group=3, index_topk=5, index_head_dim=8, index_n_heads=16),
    'ds32-yarn': MLA | dict(n_group=2, topk_group=1, index_topk=9, index_head_dim=6, index_n_heads=24) | rope('yarn', mscale=1.0, mscale_all_dim=1.0, **YARN),
    'falcon-7b.old': FALCON,
    'falcon-7bbias': FALCON | dict(bias=True, ffn_hidden_size=50),
    'falcon-7bserial': FALCON | dict(parallel_attn=False),
    'falcon-40b': FALCON | dict(new_decoder_architecture=True, hidden_size=48, num_attention_heads=6, num_kv_heads=2),
    'falcon-40bone': FALCON | dict(new_decoder_architecture=True, hidden_size=48, num_attention_heads=6, num_kv_heads=3, num_ln_in_parallel_attn=1, bias=True, tie_word_embeddings=False),
    'falcon-40bnumber.old': FALCON | dict(new_decoder_architecture=True, num_attention_heads=3, num_kv_heads=1, layer_norm_epsilon=1e-3),
    'falcon-rw': FALCON | dict(alibi=True, multi_query=False, parallel_attn=False, bias=True),
    'falcon-rwparallel': FALCON | dict(alibi=True, multi_query=False, parallel_attn=True, hidden_size=36, num_attention_heads=6),
    'falcon-rwrope': FALCON | dict(multi_query=False, parallel_attn=False, bias=True, activation='relu'),
    'falcon-7balibi': FALCON | dict(alibi=True),
    'falcon-rope': FALCON | rope('linear', factor=2.0),
    't5-one': T5 | dict(),
    't5-deep': T5 | dict(num_layers=3, num_decoder_layers=1, feed_forward_proj='gated-gelu', tie_word_embeddings=False),
    't5-shallow': T5 | dict(num_layers=1, num_decoder_layers=3),
    't5-ul2.old': T5 | dict(feed_forward_proj='gated-silu', tie_word_embeddings=False, layer_norm_epsilon=1e-4),
    't5-gelu.cut': T5 | dict(feed_forward_proj='gelu'),
    't5-gatedrelu.bf16': T5 | dict(feed_forward_proj='gated-relu'),
    't5-untied.old': T5 | dict(tie_word_embeddings=False),
    'mt5-plain': T5,
    'mt5-scaled.old': T5 | dict(feed_forward_proj='gated-gelu', tie_word_embeddings=True),
    'umt5-plain': T5 | dict(feed_forward_proj='gated-gelu'),
    'umt5-untied.old': T5 | dict(feed_forward_proj='relu', tie_word_embeddings=False, num_decoder_layers=2),
    'switch-two': T5 | dict(num_layers=4, num_decoder_layers=4, num_experts=4, expert_capacity=3, num_sparse_encoder_layers=2, num_sparse_decoder_layers=2),
    'switch-every': T5 | dict(num_layers=2, num_decoder_layers=2, num_experts=3, expert_capacity=6, num_sparse_encoder_layers=2, num_sparse_decoder_layers=1),
    'switch-none': T5 | dict(num_layers=2, num_decoder_layers=3, num_experts=3, expert_capacity=40, num_sparse_encoder_layers=0, num_sparse_decoder_layers=1, tie_word_embeddings=True, dense_act_fn='gelu_new'),
    'switch-default.old': T5 | dict(num_layers=6, num_decoder_layers=6, num_experts=3, expert_capacity=64),
    'vit-small': V, 'vit-nobias': V | dict(qkv_bias=False, layer_norm_eps=1e-4, hidden_act='gelu_new', image_size=16, patch_size=8, num_channels=1),
    'vit-relu.bf16': V | dict(hidden_act='relu', num_attention_heads=6),
    'siglip-head': V | dict(hidden_act='gelu'), 'siglip-nohead': V | dict(vision_use_head=False, image_size=17, patch_size=5),
    'siglip-channels.bf16': V | dict(num_channels=2, layer_norm_eps=1e-3),
    'gemma3v-four': mm(G | dict(layer_types=SLIDE3), dict(image_size=24, patch_size=4), mm_tokens_per_image=9, boi_token_index=90, eoi_token_index=91, image_token_index=92),
    'gemma3v-window.old': mm(G | dict(num_hidden_layers=7, final_logit_softcapping=3.0), dict(image_size=20, patch_size=5), mm_tokens_per_image=16, boi_token_index=90, eoi_token_index=91, image_token_index=97),
    'gemma3v-two': mm(G | dict(layer_types=SLIDE3), dict(image_size=16, patch_size=4), mm_tokens_per_image=4, boi_token_index=90, eoi_token_index=91, image_token_index=150),
    'pali-one': mm(PALI | dict(model_type='gemma'), dict(), image_token_index=92, vocab_size=101, projection_dim=24, hidden_size=24),
    'pali-outside.old': mm(PALI | dict(model_type='gemma'), dict(hidden_size=36, image_size=12, patch_size=4), image_token_index=95, projection_dim=24, hidden_size=24),
    'pali-two': mm(PALI | dict(model_type='gemma2', sliding_window=6, attn_logit_softcapping=4.0, final_logit_softcapping=3.0, query_pre_attn_scalar=7), dict(), image_token_index=92, projection_dim=24, hidden_size=24),
    'conformer-relative': C | dict(position_embeddings_type='relative', layer_norm_eps=1e-3),
    'conformer-rotary': C | dict(position_embeddings_type='rotary', hidden_act='swish'),
    'conformer-none.old': C | dict(position_embeddings_type=None, conv_bias=True),
    'conformer-layer': C | dict(position_embeddings_type='relative', feat_extract_norm='layer', conv_bias=True, hidden_act='swish', conv_depthwise_kernel_size=7),
    'whisper-uneven': W, 'whisper-scaled.old': W | dict(scale_embedding=True, decoder_layers=3, encoder_layers=1), 'whisper-relu.bf16': W | dict(activation_function='relu', decoder_attention_heads=6),
}

THIRTY = ['gpt2-inverse', 'gptj-part.old', 'llama-bias.cut', 'llama-llama3.old', 'llama-yarnattention', 'llama-longrope', 'phi3-window', 'mistral-window', 'mixtral-three.old', 'qwen2-types',
          'qwen3-bias', 'qwen2moe-norm', 'qwen3moe-raw', 'gemma-bias.bf16', 'gemma2-types.bf16', 'gemma3-pattern.old', 'gemma3n-small', 'gemma4-moe', 'ds2-groups.old', 'ds3-moefirst.bf16', 'ds32-small',
          'falcon-40b', 't5-ul2.old', 'umt5-plain', 'switch-two', 'vit-nobias', 'siglip-head', 'gemma3v-two', 'conformer-rotary', 'whisper-scaled.old']

GRADIENTS = (r'layers\.\d\.self_attn\.k_proj\.weight', r'c_attn\.weight', r'query_key_value\.weight', r'qkv_proj\.weight', r'kv_b_proj\.weight', r'h\.0\.attn\.k_proj\.weight', r'relative_attention_bias',
             r'attention\.k_proj\.weight', r'linear_k\.weight', r'encoder\.conv1\.weight', r'multi_modal_projector')


def reinit(model, g):
    """Values large enough that every setting shows; norms spread around their centre."""
    with torch.no_grad():
        for n, p in sorted(model.named_parameters()):
            r = torch.randn(p.shape, generator=g)
            if p.ndim <= 1: p.copy_((0 if 'bias' in n else float(p.float().mean().round())) + 0.25 * r)
            elif re.search(r'embed|wte|wpe|shared\.w', n) and 'projection' not in n: p.copy_(r * p.shape[-1] ** -0.5 * (1 if 'Gemma' in type(model).__name__ else 4))
            else:
                fan = p.shape[0] if '.c_' in n and 'GPT2' in type(model).__name__ else p.shape[-1] if p.ndim == 3 and 'conv' not in n else p[0].numel()
                p.copy_(r * (0.7 if re.search(r'\.[qk]\.weight', n) else 1.4) * fan ** -0.5)
        for n, b in model.named_buffers():
            if 'e_score_correction_bias' in n or 'running_mean' in n: b.copy_(0.15 * torch.randn(b.shape, generator=g))
            if 'running_var' in n or 'layer_scalar' in n: b.copy_(0.5 + torch.rand(b.shape, generator=g))
    return model


def older(path, config_cls):
    """config.json as hub files have it: rope_theta and rope_scaling, torch_dtype, no layer_types, nothing that equals the default of the class."""
    def one(c, cls):
        defaults = cls().to_dict() if cls else {}
        r = c.pop('rope_parameters', None)
        if r and 'full_attention' in r:
            full, local = r['full_attention'], r['sliding_attention']
            c['rope_theta'], c['rope_local_base_freq'] = full.pop('rope_theta'), local['rope_theta']
            if full.get('rope_type') != 'default': c['rope_scaling'] = full
        elif r:
            c['rope_theta'] = r.pop('rope_theta', 1e4)
            if 'partial_rotary_factor' in r: c['partial_rotary_factor'] = r.pop('partial_rotary_factor')
            kind = r.pop('rope_type', 'default')
            if kind != 'default': c['rope_scaling'] = dict(type=kind) | r
            if kind == 'longrope' and 'original_max_position_embeddings' in c: c['rope_scaling'].pop('original_max_position_embeddings', None)
        if 'dtype' in c: c['torch_dtype'] = c.pop('dtype')
        if 'Gemma4' not in (cls.__name__ if cls else ''): c.pop('layer_types', None)
        if 'scale_decoder_outputs' in c: c['tie_word_embeddings'] = c.pop('scale_decoder_outputs')
        for k in list(c):
            if k != 'model_type' and k in defaults and c[k] == defaults[k] and k not in ('tie_word_embeddings',): del c[k]
        return c
    with open(path) as f: c = json.load(f)
    made = getattr(tf, config_cls)
    for part, cls in (('text_config', tf.Gemma3TextConfig if config_cls == 'Gemma3Config' else tf.GemmaConfig), ('vision_config', tf.SiglipVisionConfig)):
        if part in c: c[part] = one(c[part], cls)
    with open(path, 'w') as f: json.dump(one(c, None if 'text_config' in c else made), f, indent=1)


def inputs(name, kind, cfg, g):
    ids = torch.randint(5, 85, (2, 26), generator=g); mask = torch.ones_like(ids)
    if kind == 'decoder':
        mask[0, :7] = 0; ids[0, :7] = 0
        return dict(input_ids=ids, attention_mask=mask, position_ids=(mask.cumsum(-1) - 1).clamp(min=0))
    if kind == 'seq2seq':
        mask[1, 15:] = 0; ids[1, 15:] = 0
        return dict(input_ids=ids, attention_mask=mask, decoder_input_ids=torch.cat([torch.zeros(2, 1, dtype=torch.long), torch.randint(5, 85, (2, 11), generator=g)], 1))
    if kind == 'whisper': return dict(input_features=torch.randn(2, cfg.num_mel_bins, 2 * cfg.max_source_positions, generator=g), decoder_input_ids=torch.tensor([[3, 9, 17, 33, 21], [3, 8, 44, 20, 6]]))
    if kind == 'speech': return dict(input_values=torch.randn(2, 500, generator=g))
    v = cfg if kind == 'vision' else cfg.vision_config
    images = dict(pixel_values=torch.randn(2, getattr(v, 'num_channels', 3), v.image_size // v.patch_size * v.patch_size if name.startswith('vit') else v.image_size, v.image_size, generator=g))
    if kind == 'vision': return images
    rows = 1 if name.startswith('gemma3v-two') else 2
    n = cfg.mm_tokens_per_image if name.startswith('gemma3v') else (v.image_size // v.patch_size) ** 2
    token = torch.full((rows, n), cfg.image_token_id); ids = ids[:rows]
    ids = torch.cat([ids[:, :3], token, ids[:, 3:8]] + ([token] if rows == 1 else []) + [ids[:, 8:]], 1) if name.startswith('gemma3v') else torch.cat([token, ids], 1)
    tt = (ids == cfg.image_token_id).long() if name.startswith('gemma3v') else torch.cat([torch.zeros(rows, n + 6), torch.ones(rows, 20)], 1).long()
    return dict(input_ids=ids, attention_mask=torch.ones_like(ids), token_type_ids=tt, **images)


def is_well_conditioned(model, x, r):
    """Whether float64 gives the same on these inputs, up to rounding: near a zero of a norm it does not, in any implementation."""
    wide = {k: v.double() if v.is_floating_point() else v for k, v in x.items()}
    try: w = copy.deepcopy(model).double()(**wide)
    except RuntimeError: return True
    d = torch.stack([(getattr(w, k) - getattr(r, k)).abs().nan_to_num(0).max() for k in ('logits', 'last_hidden_state') if hasattr(r, k)])
    return d.max().item() < 2e-5


def loss_of(model, kind, x):
    """What gradients are of: the loss of the second row of a decoder; of others the mean of the squares of what comes out."""
    if kind == 'decoder': return model(input_ids=x['input_ids'][1:], labels=x['input_ids'][1:]).loss
    r = model(**x)
    return (r.last_hidden_state if kind == 'vision' else r.logits).pow(2).mean()


def save_gradients(model, path):
    """Every gradient under the name and in the shape that the files have for its weight: the model is saved with gradients in place of weights."""
    with torch.no_grad():
        for p in model.parameters(): p.copy_(torch.full_like(p, float('nan')) if p.grad is None else p.grad)
        for b in model.buffers():
            if b.is_floating_point(): b.fill_(float('nan'))
    with tempfile.TemporaryDirectory() as d:
        model.save_pretrained(d)
        save_file({k: v for k, v in load_file(os.path.join(d, 'model.safetensors')).items() if v.is_floating_point() and not v.isnan().any()}, path)


def save_rounded(model, x, path):
    """Logits of the same model with weights that bfloat16 can hold, computed in float32."""
    with torch.no_grad():
        for t in model.state_dict().values():
            if t.is_floating_point(): t.copy_(t.bfloat16())
        r = model(**x)
    save_file({'logits': (r.logits if hasattr(r, 'logits') else r.last_hidden_state).contiguous()}, path)


def gradients(root, out):
    kinds = {model_cls: kind for _, model_cls, kind in K.values()}
    for name in sorted(os.listdir(root)):
        with open(os.path.join(root, name, 'expected.json')) as f: expected = json.load(f)
        model = getattr(tf, expected['model']).from_pretrained(os.path.join(root, name), dtype=torch.float32, attn_implementation='eager', experts_implementation='eager').eval()
        x = {k: v for k, v in load_file(os.path.join(root, name, 'expected.safetensors')).items() if not re.match('logits|last_hidden|greedy|grad', k)}
        os.makedirs(os.path.join(out, name), exist_ok=True)
        save_rounded(copy.deepcopy(model), x, os.path.join(out, name, 'rounded.safetensors'))
        loss = loss_of(model, kinds[expected['model']], x)
        assert abs(loss.item() / expected['loss'] - 1) < 1e-5, (name, loss.item(), expected['loss'])
        loss.backward()
        save_gradients(model, os.path.join(out, name, 'gradients.safetensors'))


def build(out, name, config):
    config_cls, model_cls, kind = K[name.split('-')[0]]
    g = torch.Generator().manual_seed(zlib.crc32(name.encode()) + 1)
    cfg = getattr(tf, config_cls)(**copy.deepcopy(config))
    cfg._attn_implementation = cfg._experts_implementation = 'eager'
    cls, path = getattr(tf, model_cls), os.path.join(out, name)
    made = reinit(cls(cfg), g)
    if kind == 'seq2seq' and config.get('tie_word_embeddings') is False: made.lm_head.weight = torch.nn.Parameter(0.4 * torch.randn(made.lm_head.weight.shape, generator=g))
    if '.bf16' in name: made = made.to(torch.bfloat16)
    made.save_pretrained(path, max_shard_size='20KB' if '.cut' in name else '1GB')
    attention = 'sdpa' if getattr(cfg, 'alibi', False) else 'eager'
    model = cls.from_pretrained(path, dtype=torch.float32, attn_implementation=attention, experts_implementation='eager').eval()
    if '.old' in name: older(os.path.join(path, 'config.json'), config_cls)
    steps = 20 if kind != 'whisper' else 16
    for attempt in range(12):
        x = inputs(name, kind, cfg, g)
        t, gap = dict(x), 1.0
        if kind in ('decoder', 'seq2seq', 'whisper', 'mm') and not (kind == 'seq2seq' and cfg.num_decoder_layers > cfg.num_layers) and not getattr(cfg, 'use_bidirectional_attention', None) :
            m = copy.deepcopy(model)
            m.generation_config.eos_token_id = None; m.generation_config.decoder_start_token_id = getattr(cfg, 'decoder_start_token_id', None)
            with torch.no_grad(): s = m.generate(**{k: v for k, v in x.items() if k not in ('decoder_input_ids', 'position_ids')}, max_new_tokens=steps, do_sample=False, eos_token_id=None, pad_token_id=0, output_logits=True, return_dict_in_generate=True)
            best = torch.stack(s.logits).topk(2, -1).values
            t['greedy'], gap = s.sequences[:, -steps:], (best[..., 0] - best[..., 1]).min().item()
        m = copy.deepcopy(model); r = m(**x)
        if gap > 5e-3 and is_well_conditioned(model, x, r): break
    logits = r.last_hidden_state if kind == 'vision' else r.logits
    t['logits'] = logits * x['attention_mask'][..., None] if kind == 'decoder' else logits
    save_rounded(copy.deepcopy(model), x, os.path.join(path, 'rounded.safetensors'))
    m = copy.deepcopy(model)
    loss = loss_of(m, kind, x)
    loss.backward()
    parameters = dict(m.named_parameters())
    grad = next(n for pattern in GRADIENTS for n in parameters if re.search(pattern, n) and parameters[n].grad is not None)
    t['grad.' + grad] = parameters[grad].grad
    save_file({k: v.detach().contiguous().clone() for k, v in t.items()}, os.path.join(path, 'expected.safetensors'))
    save_gradients(m, os.path.join(path, 'gradients.safetensors'))
    with open(os.path.join(path, 'expected.json'), 'w') as f: json.dump(dict(name=name, model=model_cls, loss=loss.item(), gap=gap, transformers=tf.__version__, torch=torch.__version__), f, indent=1)
    print(f'{name:24s} loss {loss.item():9.4f}  std {logits.std().item():6.3f}  gap {gap:.4f}', flush=True)


if __name__ == '__main__':
    if len(sys.argv) < 2: sys.exit(__doc__)
    if sys.argv[1] == '--gradients': sys.exit(gradients(*sys.argv[2:]))
    failed = 0
    patterns = [q for p in sys.argv[2:] for q in (THIRTY if p == 'thirty' else [p])]
    for name, config in MODELS.items():
        if patterns and not any(fnmatch.fnmatch(name, p) for p in patterns): continue
        try: build(sys.argv[1], name, config)
        except Exception as e:
            failed += 1
            print(f'{name:24s} FAILED {type(e).__name__}: {str(e)[:300]}', flush=True)
    sys.exit(1 if failed else 0)
