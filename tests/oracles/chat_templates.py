"""Renders chat templates with transformers (Python's jinja2) for a comparison with ours.

    pip install transformers jinja2 && pip download --no-deps trl && unzip trl-*.whl 'trl/chat_templates/*'
    python3 tests/oracles/chat_templates.py OUT.json FOLDER...     # every *.jinja in the folders, every chat of chats.json
    npx tsx tests/oracles/chat-templates.ts --expected OUT.json    # compares and counts

    python3 tests/oracles/chat_templates.py tests/oracles/chat-templates/expected.json tests/oracles/chat-templates

The last line makes what tests/data/chat-template.test.ts reads: our own templates in the style of some families, with every chat, and
the small templates of expressions.json.
"""
import datetime
import json
import pathlib
import sys

from transformers.utils import chat_template_utils as utils

HERE = pathlib.Path(__file__).parent


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 3, 5, 14, 7, 9)


utils.datetime = Clock


def main():
    out, folders = sys.argv[1], sys.argv[2:]
    chats = json.loads((HERE / "chat-templates" / "chats.json").read_text())
    results, expressions = [], []
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob("*.jinja")):
            source = path.read_text()
            for chat in chats:
                messages = utils._normalize_chat_messages(json.loads(json.dumps(chat["messages"])))
                try:
                    [text], [spans] = utils.render_jinja_template(
                        [messages], tools=chat.get("tools"), documents=chat.get("documents"), chat_template=source, return_assistant_tokens_mask=True,
                        add_generation_prompt=chat.get("prompt", False), bos_token="<s>", eos_token="</s>",
                        **chat.get("variables", {}))
                    result = {"text": text, "spans": spans}
                except Exception as error:  # whatever the template raises
                    result = {"error": f"{type(error).__name__}: {error}"[:200]}
                results.append({"template": path.name, "chat": chat["name"], **result})
    for source in json.loads((HERE / "chat-templates" / "expressions.json").read_text()):
        try:
            [text], _ = utils.render_jinja_template([[{"role": "user", "content": "hi"}]], chat_template=source)
            result = {"text": text}
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"[:200]}
        expressions.append({"template": source, **result})
    pathlib.Path(out).write_text(json.dumps({"folders": folders, "results": results, "expressions": expressions}, ensure_ascii=True, indent=0) + "\n")
    print(len(results), sum("text" in r for r in results))


if __name__ == "__main__":
    main()
