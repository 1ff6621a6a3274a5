"""Merges of Hugging Face's BPE trainer, and words of its pre-tokenizers.

    pip install tokenizers
    npx tsx tests/oracles/word-patterns.ts | python tests/oracles/bpe.py
"""

import json
import sys
import tempfile
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

here = Path(__file__).parent
shared = here.parent.parent.parent / "shared" / "data"

MIXED = (
    "L’été dernier, ſie'S told: IT'S 12345 o'clock — 漢字とかな交じり文, 한국어 띄어쓰기!\n"
    "Ελληνικά και кириллица, العربية, हिन्दी में लिखा; naïve café ½ x² … 😀👩‍👩‍👧 ok\r\n"
    "\tfor (let i = 0; i < 10; i++) { total += xs[i] * 3.14159; } // sum\n\n   trailing spaces   \n"
)


def merges(lines, size, least):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=least,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    with tempfile.NamedTemporaryFile("w", suffix=".txt", newline="") as f:
        f.write(lines)
        f.flush()
        tokenizer.train([f.name], trainer)
    pairs = json.loads(tokenizer.to_str())["model"]["merges"]
    return [" ".join(pair) for pair in pairs]


def words(patterns, text):
    steps = [pre_tokenizers.Split(Regex(p), "isolated") for p in patterns]
    return [piece for piece, _ in pre_tokenizers.Sequence(steps).pre_tokenize_str(text)]


read = lambda name: (shared / name).read_text(encoding="utf8")
out = {
    "mixed": MIXED,
    "merges": {
        "tinyshakespeare.txt": {"vocabSize": 1500, "minFrequency": 1, "merges": merges(read("tinyshakespeare.txt"), 1500, 1)},
        "wikitext2-valid.txt": {"vocabSize": 1500, "minFrequency": 2, "merges": merges(read("wikitext2-valid.txt"), 1500, 2)},
        "mixed": {"vocabSize": 400, "minFrequency": 1, "merges": merges(MIXED * 3, 400, 1)},
    },
    "words": {name: {"patterns": p, "words": words(p, MIXED)} for name, p in json.load(sys.stdin).items()},
}
(here / "bpe.json").write_text(json.dumps(out, ensure_ascii=False) + "\n", encoding="utf8")
