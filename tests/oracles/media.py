"""What PIL and transformers make of a small image and of a second of sound: `python tests/oracles/media.py > tests/data/media.json`.

Needs `pip install pillow transformers numpy`.
"""
import base64, io, json
import numpy as np
from PIL import Image
from transformers import WhisperFeatureExtractor

rng = np.random.default_rng(0)
pixels = rng.integers(0, 256, (5, 7, 3), dtype=np.uint8)
image = Image.fromarray(pixels)
png = io.BytesIO()
image.save(png, 'PNG')
resized = [
    {'how': name, 'width': w, 'height': h, 'pixels': np.asarray(image.resize((w, h), number)).ravel().tolist()}
    for name, number in (('nearest', 0), ('lanczos', 1), ('bilinear', 2), ('bicubic', 3))
    for w, h in ((3, 4), (11, 8), (7, 2))
]
samples = (0.3 * np.sin(np.arange(4000) * 0.05) + 0.1 * np.sin(np.arange(4000) * 0.9)).astype(np.float32)
extractor = WhisperFeatureExtractor(feature_size=8, chunk_length=1)
mels = extractor(samples, sampling_rate=16000, return_tensors='np')['input_features'][0]
print(json.dumps({'pixels': pixels.ravel().tolist(), 'png': base64.b64encode(png.getvalue()).decode(), 'resized': resized, 'mels': [[round(float(x), 6) for x in row] for row in mels]}))
