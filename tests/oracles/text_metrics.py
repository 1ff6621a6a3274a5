"""Scores of sacrebleu and rouge-score for texts written here: pip install sacrebleu rouge-score; python text_metrics.py > text-metrics.json"""

import json
import sys

import sacrebleu
from rouge_score import rouge_scorer

CASES = [
    ([["The cat sat on the mat."], ["It's 3.5 km to go, or 10-12 miles!"]], ["The cat is on the mat.", "It is 3.5 km to go or 10 miles."]),
    ([["one two three four five", "one two three"]], ["one two three four"]),
    ([["a b"], ["c"]], ["a b", ""]),
    ([["Größe & “Maß” &quot;ok&quot; — 東京タワー 🙂 end"]], ["Größe & Maß \"ok\" 東京 タワー 🙂 (end)"]),
    ([["completely different words here now"]], ["nothing of that is in this text"]),
    ([["The first line-\nends here\nnow $5,000.00"], ["x"], ["same same same same"]], ["The first lineends here now $5,000", "x y z", "same same same"]),
]

scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
out = []
for references, predictions in CASES:
    n = max(map(len, references))
    streams = [[r[i] if i < len(r) else None for r in references] for i in range(n)]
    out.append({
        "references": references,
        "predictions": predictions,
        "bleu": sacrebleu.corpus_bleu(predictions, streams).score,
        "chrf": sacrebleu.corpus_chrf(predictions, streams).score,
        "chrf++": sacrebleu.corpus_chrf(predictions, streams, word_order=2).score,
        "rouge": [{k: v.fmeasure for k, v in scorer.score(r[0], p).items()} for r, p in zip(references, predictions)],
    })
json.dump(out, sys.stdout, ensure_ascii=False, indent=1)
print()
