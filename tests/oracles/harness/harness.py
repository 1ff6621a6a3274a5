"""Numbers of lm-eval for the tasks beside this file: pip install "lm-eval[hf]" sacrebleu scikit-learn

npx tsx tests/oracles/harness/model.ts MODEL; cd tests/oracles/harness; python harness.py MODEL > results.json
"""

import json
import os
import sys

os.environ["DISABLE_MULTIPROC"] = "1"
import lm_eval
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager

NAMES = ["animals", "binary", "contexts", "cloze", "rolling", "writing"]
model = HFLM(pretrained=sys.argv[1], device="cpu", dtype="float32", batch_size=4, max_length=128)
stdout, sys.stdout = sys.stdout, sys.stderr
out = lm_eval.simple_evaluate(
    model, tasks=NAMES, task_manager=TaskManager(include_path="."), bootstrap_iters=200, log_samples=True
)
kept = {k: out[k] for k in ["results", "groups", "versions", "n-shot", "higher_is_better", "n-samples"]}
kept["answers"] = {
    name: [[s["arguments"][0][0], s["resps"][0][0]] for s in samples]
    for name, samples in out["samples"].items()
}
json.dump(kept, stdout, indent=1, default=str)
stdout.write("\n")
