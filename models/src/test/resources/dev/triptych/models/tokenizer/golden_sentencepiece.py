"""Trains tiny SentencePiece models, and says what transformers' conversions make of texts.

    python golden_sentencepiece.py

Writes spiece-t5/spiece.model and spiece-llama/tokenizer.model, each with the config files that choose
the conversion, and golden_sentencepiece.json beside itself.
"""

import json
import pathlib
import tempfile

import sentencepiece
import transformers
from transformers import AutoTokenizer

HERE = pathlib.Path(__file__).parent
CORPUS = [
    "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。",
    "春风又绿江南岸，明月何时照我还。",
    "The spring wind is green again on the south bank of the river.",
    "It's a poem, isn't it? We don't know how many flowers fell; they've fallen.",
    "Write a story about the moon, the river and three birds!",
    "naïve café über 東京 1 2 3 fi",
] * 20
TEXTS = [
    "春风",
    "The spring wind",
    " leading and  double  spaces ",
    "It's naïve: 😀 end\n\nnew line\ttab",
    "unseen ☃ Ж 龘",
    "",
    "a </s> b <extra_id_0> c <mask>",
    "１２３ ﬁ ① Ⅳ",
]
# full-width digits and a ligature, as a table of the characters that are replaced
RULES = "\n".join(
    f"{ord(a):X}\t{' '.join(f'{ord(c):X}' for c in b)}"
    for a, b in [("１", "1"), ("２", "2"), ("３", "3"), ("ﬁ", "fi"), ("①", "1"), ("\t", " "), ("\n", " ")]
)


def train(folder, file, **options):
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temp:
        rules = pathlib.Path(temp, "rules.tsv")
        rules.write_text(RULES + "\n", encoding="utf-8")
        if options.pop("with_rules"):
            options["normalization_rule_tsv"] = str(rules)
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(CORPUS),
            model_prefix=str(pathlib.Path(temp, "m")),
            character_coverage=1.0,
            minloglevel=2,
            **options,
        )
        (folder / file).write_bytes(pathlib.Path(temp, "m.model").read_bytes())


train(
    HERE / "spiece-t5",
    "spiece.model",
    with_rules=True,
    model_type="unigram",
    vocab_size=140,
    hard_vocab_limit=False,
    pad_id=0,
    eos_id=1,
    unk_id=2,
    bos_id=-1,
    user_defined_symbols=["<mask>"],
)
(HERE / "spiece-t5" / "tokenizer_config.json").write_text(
    json.dumps({"tokenizer_class": "T5Tokenizer", "extra_ids": 3, "eos_token": "</s>"})
)
train(
    HERE / "spiece-llama",
    "tokenizer.model",
    with_rules=False,
    model_type="bpe",
    vocab_size=420,
    byte_fallback=True,
    normalization_rule_name="identity",
    remove_extra_whitespaces=False,
    unk_id=0,
    bos_id=1,
    eos_id=2,
)
(HERE / "spiece-llama" / "tokenizer_config.json").write_text(
    json.dumps({"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>"})
)

golden = {
    "sentencepiece": sentencepiece.__version__,
    "transformers": transformers.__version__,
    "folders": {},
}
for name in ("spiece-t5", "spiece-llama"):
    tokenizer = AutoTokenizer.from_pretrained(HERE / name)
    assert tokenizer.is_fast
    golden["folders"][name] = {
        "size": len(tokenizer),
        "special": sorted(tokenizer.all_special_ids),
        "rows": [
            {
                "text": text,
                "ids": tokenizer(text, add_special_tokens=False).input_ids,
                "with_special": tokenizer(text).input_ids,
                "decoded": tokenizer.decode(
                    tokenizer(text).input_ids,
                    skip_special_tokens=True,
                    clean_up_tokenization_spaces=False,
                ),
            }
            for text in TEXTS
        ],
    }
(HERE / "golden_sentencepiece.json").write_text(
    json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
)
