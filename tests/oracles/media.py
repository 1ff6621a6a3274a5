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

from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil

def pan(width, height, least, most, ratio):
    """Where the parts of an image begin and how large they are."""
    places = np.stack(np.meshgrid(np.arange(width), np.arange(height)))
    parts = Gemma3ImageProcessorPil().pan_and_scan(places, least, most, ratio)
    return {'of': [width, height, least, most, ratio], 'parts': [[int(p[0].min()), int(p[1].min()), p.shape[2], p.shape[1]] for p in parts]}

parts = [pan(*c) for c in ((900, 300, 256, 4, 1.2), (300, 900, 256, 4, 1.2), (1000, 850, 256, 4, 1.2), (1000, 830, 256, 4, 1.2), (600, 255, 256, 4, 1.2), (601, 257, 256, 4, 1.2), (257, 2601, 256, 4, 1.2),
                           (3001, 1200, 256, 4, 1.2), (3000, 1200, 256, 2, 1.2), (300, 750, 100, 6, 2.0), (299, 150, 100, 6, 2.0), (511, 300, 256, 4, 1.2), (500, 500, 10, 4, 1.0), (50, 20, 5, 1, 1.2))]
seen = Gemma3ImageProcessorPil(size={'height': 6, 'width': 4}, image_mean=[0.5] * 3, image_std=[0.5] * 3, do_pan_and_scan=True, pan_and_scan_min_crop_size=2, pan_and_scan_max_num_crops=4, pan_and_scan_min_ratio_to_activate=1.2)(image)
cut = {'parts': parts, 'pixels': [round(float(x), 5) for x in np.stack(seen['pixel_values']).ravel()], 'shape': list(np.stack(seen['pixel_values']).shape)}
square = io.BytesIO()
image.crop((0, 0, 5, 5)).save(square, 'PNG')
print(json.dumps({'cut': cut, 'square': base64.b64encode(square.getvalue()).decode(), 'pixels': pixels.ravel().tolist(), 'png': base64.b64encode(png.getvalue()).decode(), 'resized': resized, 'mels': [[round(float(x), 6) for x in row] for row in mels]}))
