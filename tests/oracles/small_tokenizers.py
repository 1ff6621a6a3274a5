"""Trains small tokenizers of every kind and writes them with the ids that Python's libraries give to some texts.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3
    python3 tests/oracles/small_tokenizers.py            # writes tests/oracles/tokenizers/*

Read by tests/data/tokenizers.test.ts.
"""
import io
import json
import pathlib

import sentencepiece
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors,
                        trainers)

HERE = pathlib.Path(__file__).parent
OUT = HERE / "tokenizers"

SENTENCES = [
    "The quick brown fox jumps over the lazy dog, and the dog sleeps.",
    "A tensor program is traced once, partitioned over a mesh, compiled and run.",
    "It's what you'd call a test: we'll see that they've done it, I'm sure.",
    "function add(a: number, b: number): number { return a + b; }",
    "Numbers like 12, 345 and 6789 are digits; 3.14159 is pi.",
    "Grüße aus München, où es-tu, señor? Ça va très bien.",
    "Привет, мир! Как дела?",
    "नमस्ते दुनिया, आप कैसे हैं?",
    "你好，世界。今天天气很好。",
    "👩‍👩‍👧 🚀🚀 emoji and symbols ✅ € ½ ™",
] * 4

TEXTS = [
    "", " ", "  ", "   ", "\n", "\n\n", "\t", "\t\n", " \n \t x ", "Hello world", " Hello world", "Hello World", " Hello  World ",
    "Hello, world!", " (hello) ", "this is 🦙.cpp", "w048 7tuijk dsdfhu", "нещо на Български", "кошка", "Grüße, MÜNCHEN",
    "🚀 (normal) 😶‍🌫️ (multiple emojis concatenated) ✅ (only emoji that has its own token)",
    "3", "33", "333", "3333", "33333", "1234567890", "I'm what you'd've said; WE'LL see 'em.", "!!!!!!", "a" * 50, "\r\n\r\n",
    "cafe\u0301 café \ufb01ne ﾊﾝｶｸ Ⅳ ½", "\ufeffmark", "a\u0000b", "a\u200bb", "x\u00a0y\u3000z", "ไทยภาษา 한국어 العربية עברית",
    "<s>", "</s> text", "text<s>text", "<|special|> and <plain>x", " <|special|> ", "a <mask> b", "<0x41>", "<unk>", "▁x ▁▁y",
    "function f(x) {\n\treturn x   +  1;\n}\n", "ÀÉÎõü àéîõü", "e\u0301\u0301", "\ud7ff\ue000\U0001f1e9\U0001f1ea",
    "The dog's 12 foxes, and 345 numbers; tensors_are partitioned!",
]


def train(tokenizer, trainer):
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer


def byte_level():
    t = Tokenizer(models.BPE(ignore_merges=True))
    words = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(words), "isolated"),
                                               pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    t.decoder = decoders.ByteLevel()
    train(t, trainers.BpeTrainer(vocab_size=420, special_tokens=["<s>", "</s>", "<|special|>"], show_progress=False,
                                 initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    t.add_tokens([AddedToken("<plain>", normalized=False)])
    t.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)])])
    return t


def byte_fallback():
    t = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                   decoders.Strip(" ", 1, 0)])
    train(t, trainers.BpeTrainer(vocab_size=600, limit_alphabet=1000, show_progress=False, max_token_length=8,
                                 special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)]))
    parsed = json.loads(t.to_str())
    parsed["added_tokens"] = [a for a in parsed["added_tokens"] if not a["content"].startswith("<0x")]
    t = Tokenizer.from_str(json.dumps(parsed))
    t.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return t


def word_piece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer()
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    train(t, trainers.WordPieceTrainer(vocab_size=420, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
                                       show_progress=False))
    t.post_processor = processors.BertProcessing(("[SEP]", t.token_to_id("[SEP]")), ("[CLS]", t.token_to_id("[CLS]")))
    return t


def unigram():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.NFKC()
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    train(t, trainers.UnigramTrainer(vocab_size=420, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>",
                                     show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", t.token_to_id("</s>"))])
    return t


def without_special_tokens(t):
    """Unigram models find special tokens in their vocabulary even when the library is told that they are text."""
    parsed = json.loads(t.to_str())
    special = {a["content"] for a in parsed["added_tokens"] if a["special"]}
    parsed["added_tokens"] = [a for a in parsed["added_tokens"] if not a["special"]]
    parsed["post_processor"] = None
    parsed["model"]["vocab"] = [["\0" + piece if piece in special else piece, score]
                                for piece, score in parsed["model"]["vocab"]]
    return Tokenizer.from_str(json.dumps(parsed))


def expected(t):
    cases = []
    without = without_special_tokens(t) if isinstance(t.model, models.Unigram) else t
    for text in TEXTS:
        with_special = t.encode(text).ids
        ids = t.encode(text, add_special_tokens=False).ids
        without.encode_special_tokens = True
        plain = without.encode(text, add_special_tokens=False).ids
        without.encode_special_tokens = False
        cases.append({"text": text, "framed": with_special, "ids": ids, "plain": plain,
                      "decoded": t.decode(with_special, skip_special_tokens=False),
                      "skipped": t.decode(with_special, skip_special_tokens=True)})
    return cases


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def main():
    OUT.mkdir(exist_ok=True)
    for make in (byte_level, byte_fallback, word_piece, unigram):
        name = make.__name__.replace("_", "-")
        t = make()
        write(OUT / f"{name}.json", json.loads(t.to_str()))
        write(OUT / f"{name}.expected.json", expected(t))
        print(name, t.get_vocab_size(), len(TEXTS), (OUT / f"{name}.json").stat().st_size)


if __name__ == "__main__":
    main()
