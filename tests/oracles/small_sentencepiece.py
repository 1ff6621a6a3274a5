"""Trains small SentencePiece models and writes them with the ids and texts that the library gives.

    pip install sentencepiece==0.2.3
    python3 tests/oracles/small_sentencepiece.py                # writes tests/oracles/tokenizers/*.model
    python3 tests/oracles/small_sentencepiece.py --large DIR    # with the normalization of T5 (240 KB) and more pieces, into DIR

Read by tests/data/sentencepiece.test.ts.
"""
import io
import json
import os
import pathlib
import sys

import sentencepiece

from small_tokenizers import HERE, SENTENCES, TEXTS

RULES = "\n".join(["FF21\t41", "FF22\t42", "FB01\t66 69", "2163\t49 56", "65 301\tE9", "A0\t20", "3000\t20", "BD\t31 2F 32",
                   "200B\t20", "FEFF\t"]) + "\n"

MODELS = {
    "llama": dict(model_type="bpe", vocab_size=560, byte_fallback=True, normalization_rule_name="identity",
                  remove_extra_whitespaces=False, character_coverage=0.98, split_digits=True,
                  allow_whitespace_only_pieces=True),
    "t5": dict(model_type="unigram", vocab_size=300, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, character_coverage=0.98,
               normalization_rule_tsv="RULES"),
    "bytes": dict(model_type="unigram", vocab_size=420, byte_fallback=True, normalization_rule_name="identity",
                  user_defined_symbols=["<sep>", "::"], add_dummy_prefix=False, character_coverage=0.98),
}


def train(name, out, **more):
    # The model remembers the path: one of this folder only.
    os.chdir(out)
    rules = pathlib.Path("rules.tsv")
    rules.write_text(RULES)
    options = {**MODELS[name], **more}
    if options.get("normalization_rule_tsv"):
        options["normalization_rule_tsv"] = str(rules)
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(SENTENCES), model_writer=file, minloglevel=2,
                                             hard_vocab_limit=False, **options)
    rules.unlink()
    return file.getvalue()


def expected(model):
    sp = sentencepiece.SentencePieceProcessor(model_proto=model)
    texts = [t for t in TEXTS if "\x00" not in t] + ["a <sep> b<sep>", "x::y", "   lead", "trail   ", "a    b", " \u00a0 "]
    return [{"text": t, "ids": sp.encode(t), "decoded": sp.decode(sp.encode(t))} for t in texts]


def main():
    large = pathlib.Path(sys.argv[2]) if sys.argv[1:2] == ["--large"] else None
    out = (large or HERE / "tokenizers").resolve()
    out.mkdir(exist_ok=True)
    for name in MODELS:
        more = dict(normalization_rule_name="nmt_nfkc", normalization_rule_tsv="", vocab_size=330) if large and name == "t5" else {}
        model = train(name, out, **more)
        (out / f"{name}.model").write_bytes(model)
        cases = json.dumps(expected(model), ensure_ascii=True, separators=(",", ":"))
        (out / f"{name}.model.expected.json").write_text(cases + "\n")
        print(name, len(model))


if __name__ == "__main__":
    main()
