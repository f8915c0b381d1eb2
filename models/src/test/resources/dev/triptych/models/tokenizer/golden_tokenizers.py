"""Makes tiny tokenizers built like those of well-known families, and what tokenizers makes of texts.

    python golden_tokenizers.py

Writes one tokenizer.json a kind and golden_tokenizers.json beside itself.
"""

import json
import pathlib

import tokenizers
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

HERE = pathlib.Path(__file__).parent
CORPUS = [
    "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。",
    "春风又绿江南岸，明月何时照我还。",
    "The spring wind is green again on the south bank of the river.",
    "It's a poem, isn't it? We don't know how many flowers fell; they've fallen.",
    "Write a story about the moon, the river and 3 birds in 2024!",
    "naïve café über 東京 한국 😀 emoji 👩‍🚀",
]
TEXTS = [
    "春风",
    "The spring wind",
    " leading and  double  spaces ",
    "It's naïve: 😀👩‍🚀 end\n\nnew line\ttab",
    "unseen ☃ Ж 龘",
    "",
    "a <|end|> b",
    "１２３ ﬁ",
]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
BYTES = [f"<0x{b:02X}>" for b in range(256)]


def special(token):
    return AddedToken(token, special=True, normalized=False)


def byte_level():
    """Llama 3, Qwen 2, SmolLM: byte-level BPE after a split, a start token."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([special("<|begin|>"), special("<|end|>")])
    tokenizer.add_tokens([AddedToken("春<tool>", special=False, normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A",
        pair="<|begin|> $A <|begin|> $B",
        special_tokens=[("<|begin|>", tokenizer.token_to_id("<|begin|>"))],
    )
    return tokenizer


def sentence_piece_bpe(gemma):
    """Llama 2, Mistral, Phi-3: BPE with byte fallback, a space put first; or Gemma: none put first."""
    tokenizer = Tokenizer(
        models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>")
    )
    replace = normalizers.Replace(" ", "▁")
    tokenizer.normalizer = (
        replace
        if gemma
        else normalizers.Sequence([normalizers.Prepend("▁"), replace])
    )
    if gemma:
        tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=["<unk>", "<s>", "</s>"] + BYTES,
        show_progress=False,
    )
    lines = [line.replace("龘", "") for line in CORPUS[:-1]]
    tokenizer.train_from_iterator(lines, trainer)
    file = json.loads(tokenizer.to_str())
    file["added_tokens"] = [t for t in file["added_tokens"] if t["id"] < 3]
    tokenizer = Tokenizer.from_str(json.dumps(file))
    tokenizer.add_special_tokens([special("<|end|>")])
    chain = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    if not gemma:
        chain.append(decoders.Strip(content=" ", left=1, right=0))
    tokenizer.decoder = decoders.Sequence(chain)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
    )
    return tokenizer


def unigram():
    """T5: Unigram with Metaspace, an end token."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Strip(left=False, right=True),
            normalizers.Replace(Regex(" {2,}"), "▁"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement="▁", prepend_scheme="always"
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=160,
        special_tokens=["<pad>", "</s>", "<unk>"],
        unk_token="<unk>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([special("<|end|>")])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return tokenizer


def word_piece():
    """BERT: words and their pieces."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=260,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([special("<|end|>")])
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def no_decoder():
    """A word list: decoded tokens are joined by spaces."""
    tokenizer = Tokenizer(
        models.WordLevel({"<unk>": 0, "春风": 1, "the": 2, "spring": 3}, "<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def end_of_word():
    """CLIP, old GPT: BPE with the end of a word marked, which cannot be decoded token by token."""
    tokenizer = Tokenizer(
        models.BPE(unk_token="<unk>", end_of_word_suffix="</w>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(
        vocab_size=200,
        special_tokens=["<unk>"],
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.decoder = decoders.BPEDecoder(suffix="</w>")
    return tokenizer


KINDS = {
    "byte_level": byte_level(),
    "llama2": sentence_piece_bpe(gemma=False),
    "gemma": sentence_piece_bpe(gemma=True),
    "unigram": unigram(),
    "word_piece": word_piece(),
    "no_decoder": no_decoder(),
    "end_of_word": end_of_word(),
}

golden = {"tokenizers": tokenizers.__version__, "kinds": {}}
for name, tokenizer in KINDS.items():
    file = json.loads(tokenizer.to_str())
    text = json.dumps(file, ensure_ascii=False, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text, encoding="utf-8")
    golden["kinds"][name] = [
        {
            "text": text,
            "ids": tokenizer.encode(text, add_special_tokens=False).ids,
            "with_special": tokenizer.encode(text).ids,
            "decoded": tokenizer.decode(tokenizer.encode(text).ids),
        }
        for text in TEXTS
    ]
(HERE / "golden_tokenizers.json").write_text(
    json.dumps(golden, ensure_ascii=False, indent=1), encoding="utf-8"
)
