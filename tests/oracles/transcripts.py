"""What transformers' Whisper writes down of a sound, with several generation configurations: `python tests/oracles/transcripts.py MODELS > tests/oracles/transcripts.json`.

Needs `pip install torch transformers`; MODELS is the folder of tiny models (shared/oracles/hf-models). Its Whisper hears a second in 40 frames.
"""
import json, os, sys
os.environ.setdefault('HF_HUB_OFFLINE', '1')
import numpy as np, torch, transformers as tf
tf.utils.logging.set_verbosity_error(); tf.utils.logging.disable_progress_bar(); torch.set_num_threads(1)

model = tf.WhisperForConditionalGeneration.from_pretrained(os.path.join(sys.argv[1], 'whisper')).eval()
extractor = tf.WhisperFeatureExtractor(feature_size=16, hop_length=400, chunk_length=1)
t = np.arange(12000)
samples = (0.3 * np.sin(t * 0.05) + 0.1 * np.sin(t * 0.9)).astype(np.float32)
features = extractor(samples, sampling_rate=16000, return_tensors='pt')['input_features']
languages = {'<|en|>': 50, '<|de|>': 51, '<|fr|>': 52}
many = dict(is_multilingual=True, lang_to_id=languages, task_to_id={'transcribe': 60, 'translate': 61}, no_timestamps_token_id=94)
cases = [
    ('heard', many, {}),
    ('given', many, dict(language='de')),
    ('translated', many, dict(language='fr', task='translate')),
    ('heard and translated', many, dict(task='translate')),
    ('English', dict(is_multilingual=False, no_timestamps_token_id=94), {}),
    ('forced', dict(no_timestamps_token_id=94, forced_decoder_ids=[[1, 52], [2, 60], [3, 94]]), {}),
    ('forced in part', many | dict(forced_decoder_ids=[[1, None], [2, 61]]), {}),
]
out = []
for name, config, asked in cases:
    for suppressed in (False, True):
        g = dict(decoder_start_token_id=3, eos_token_id=2, pad_token_id=0, bos_token_id=1) | config
        def run(**more):
            generation = tf.GenerationConfig(**g, **more)
            with torch.no_grad():
                return model.generate(features, generation_config=generation, max_new_tokens=6, return_timestamps=False, **asked)[0].tolist()
        try:
            plain = run()
            if suppressed:
                # What it would write first, and later, must not be written.
                g |= dict(begin_suppress_tokens=[plain[0], 2], suppress_tokens=sorted({plain[-1], 9}))
                plain = run()
        except Exception as e:
            print(name, suppressed, repr(e)[:300], file=sys.stderr); continue
        out.append({'name': name, 'generation': g, 'asked': asked, 'tokens': plain})

def written(generation, features, **asked):
    with torch.no_grad():
        r = model.generate(features, generation_config=tf.GenerationConfig(**generation), max_new_tokens=20, return_timestamps=True, return_segments=True, time_precision=0.05, time_precision_features=0.025, **asked)
    return [dict(start=round(float(s['start']), 4), end=round(float(s['end']), 4), tokens=s['tokens'].tolist()) for s in r['segments'][0]]

# Times: token 71 is the beginning of the window, the end of its second is 91. With most words barred, times are written.
few = lambda *words: dict(no_timestamps_token_id=70, suppress_tokens=[t for t in range(4, 70) if t not in words] + list(range(92, 96)))
timed = []
for name, config, asked in (('heard', many | few(43, 36, 5), {}), ('translated', many | few(12), dict(language='fr', task='translate')), ('English', dict(is_multilingual=False) | few(20, 21), {}),
                            ('early', many | few(8, 33) | dict(max_initial_timestamp_index=2), {}), ('at once', many | few(69, 17) | dict(max_initial_timestamp_index=0), {}),
                            ('all words', many | dict(no_timestamps_token_id=70), {})):
    g = dict(decoder_start_token_id=3, eos_token_id=2, pad_token_id=0, bos_token_id=1) | config
    timed.append({'name': name, 'generation': g, 'asked': asked, 'segments': written(g, features, **asked)})
print(json.dumps({'cases': out, 'timed': timed}))
