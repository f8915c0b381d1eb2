"""Makes the golden files beside it from the reference implementation.

    pip install torch==2.7.1 transformers==4.53.3 safetensors
    python make.py

A vocabulary of CLIP's form learned from the few lines below, the ids that CLIPTokenizer (without
ftfy) and CLIPTokenizerFast give, small random text models, and their answers.
"""
import collections
import json
import pathlib
import shutil

import tokenizers
import torch
import transformers
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection
from transformers import CLIPTokenizer, CLIPTokenizerFast
from transformers.models.clip.tokenization_clip import bytes_to_unicode

HERE = pathlib.Path(__file__).parent
torch.set_grad_enabled(False)

# William Blake, The Tyger and London (1794); Li Bai, 静夜思; Wang Zhihuan, 登鹳雀楼; and plain words.
TEXT = """
tyger tyger burning bright in the forests of the night what immortal hand or eye could frame thy
fearful symmetry in what distant deeps or skies burnt the fire of thine eyes on what wings dare he
aspire what the hand dare seize the fire and what shoulder and what art could twist the sinews of thy
heart and when thy heart began to beat what dread hand and what dread feet
i wander thro' each charter'd street near where the charter'd thames does flow and mark in every face
i meet marks of weakness marks of woe
a photo of a red fox in the snow a painting of a castle on a hill at night in watercolor style
a blue bird the green hills and the white moon over the river it's we're don't they've i'll he'd i'm
床 前 明 月 光 疑 是 地 上 霜 举 头 望 明 月 低 头 思 故 乡 白 日 依 山 尽 黄 河 入 海 流 明月 春天
1 2 3 4 5 , . ! ? - ( ) : ... 🎨 é ü
"""


def vocabulary(merges_wanted=420):
    """Byte pairs as OpenAI's simple_tokenizer.py has them: words end in </w>."""
    encoder = bytes_to_unicode()
    words = collections.Counter()
    for word in TEXT.split():
        spelled = [encoder[b] for b in word.encode("utf-8")]
        words[tuple(spelled[:-1]) + (spelled[-1] + "</w>",)] += 1
    merges = []
    while len(merges) < merges_wanted:
        pairs = collections.Counter()
        for word, count in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        best = max(sorted(pairs), key=lambda pair: pairs[pair], default=None)
        if best is None:
            break
        merges.append(best)
        merged = collections.Counter()
        for word, count in words.items():
            out, i = [], 0
            while i < len(word):
                if word[i : i + 2] == best:
                    out.append(word[i] + word[i + 1])
                    i += 2
                else:
                    out.append(word[i])
                    i += 1
            merged[tuple(out)] += count
        words = merged
    base = list(encoder.values())
    tokens = base + [c + "</w>" for c in base] + ["".join(m) for m in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    tokens = list(dict.fromkeys(tokens))
    return {token: i for i, token in enumerate(tokens)}, merges


def tokenizer_folders():
    vocab, merges = vocabulary()
    for name, pad in (("tokenizer", "<|endoftext|>"), ("tokenizer-pad", "!")):
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), "utf-8")
        lines = ["#version: 0.2"] + [" ".join(merge) for merge in merges]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")
        # As stabilityai's and runwayml's folders have them.
        mark = dict(content="<|startoftext|>", lstrip=False, normalized=True, rstrip=False, single_word=False)
        end = dict(mark, content="<|endoftext|>")
        special = dict(bos_token=mark, eos_token=end, pad_token=pad, unk_token=end)
        (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2))
        typed = {"__type": "AddedToken"}
        (folder / "tokenizer_config.json").write_text(json.dumps(dict(
            add_prefix_space=False, bos_token=typed | mark, do_lower_case=True, eos_token=typed | end,
            errors="replace", model_max_length=77, pad_token="<|endoftext|>",
            tokenizer_class="CLIPTokenizer", unk_token=typed | end), indent=2))
    fast = CLIPTokenizerFast.from_pretrained(HERE / "tokenizer-pad")
    shutil.rmtree(HERE / "tokenizer-fast", ignore_errors=True)
    fast.save_pretrained(HERE / "tokenizer-fast")
    for extra in ("vocab.json", "merges.txt"):
        (HERE / "tokenizer-fast" / extra).unlink()
    return vocab


WORDS = ("tyger FOREST Night it's WE'RE don't i'll they'VE red fox snow-man 3D 2024 x1 café CAFÉ naïve "
         "ÜBER straße İstanbul ΟΔΟΣ 春天 明月 画 白日依山尽 ひらがな 한국어 русский 🎨 🦊🦊 👩‍🎨 🫠 ❤️ &amp; &lt;b&gt; "
         "&#39; “quoted” … — !! ?! :) <|endoftext|> <|startoftext|> <|ENDOFTEXT|> </w> a,b;c '' ' \" \\ / _ "
         "@user #tag 100% $5 10.5 (word:1.3) [x] e\u0301 ﬁne Ⅷ ½ ² ٣ ＡＢＣ １２ ，。！ \u200bzero\u200bwidth "
         "a\u00a0b soft\u00adhyphen tab\there new\nline \r\n ctrl\x01x nul\x00x \ufffd \u2028 \u3000 \ufeffbom "
         "ǅ ſ 's 'S ''s 'tis o'clock rock'n'roll y'all ’s ’S").split(" ")


def texts():
    out = ["", " ", "   \n\t ", "!", "wow!", "wow !", "!!", "a photo of a red fox in the snow",
           "A Painting Of A Castle, On A Hill; At Night... (watercolor)", "  leading and trailing  ",
           "two  spaces   three", "床前明月光，疑是地上霜。", "一只红色的狐狸 in the 雪地", "masterpiece, best quality, 8k uhd",
           "the<|endoftext|>end", "the <|startoftext|> start", "<|endoftext|>!<|endoftext|>", "don't!don't",
           " ".join(["tyger"] * 100), "http://example.org/?a=1&amp;b=2", "e\u0301 é É E\u0301",
           "ΣΑΣ ΣΑΣ. Σ", "𝒻𝓃 ℌ 𠀀𪜶", "🇨🇳🇺🇸", "1234567890", "....", "a" * 90, "x\u0300\u0301y", "\u0301", "ﷺ"]
    out += WORDS
    out += [a + b for a, b in zip(WORDS, WORDS[7:])]
    out += [a + " " + b + " " + c for a, b, c in zip(WORDS, WORDS[3:], WORDS[31:])]
    return [t for t in dict.fromkeys(out)]


def tokens():
    slow, padded = (CLIPTokenizer.from_pretrained(HERE / n) for n in ("tokenizer", "tokenizer-pad"))
    fast, fast_padded, saved = (
        CLIPTokenizerFast.from_pretrained(HERE / n) for n in ("tokenizer", "tokenizer-pad", "tokenizer-fast"))
    assert slow.fix_text is None, "this is to be made without ftfy"
    cases = []
    for text in texts():
        case = dict(text=text)
        for key, one in dict(slow=slow, padded=padded, fast=fast, fast_padded=fast_padded).items():
            case[key] = one(text).input_ids[1:-1]
        assert saved(text).input_ids[1:-1] == case["fast_padded"], text
        for key, same in (("padded", "slow"), ("fast_padded", "fast")):
            if case[key] == case[same]:
                del case[key]
        filled = padded(text, padding="max_length", max_length=77, truncation=True).input_ids
        if text in ("wow!", "tyger") or len(case["slow"]) > 80:
            case["filled"] = filled
        cases.append(case)
    (HERE / "tokens.json").write_text(json.dumps(cases) + "\n")
    print(len(cases), "texts,", sum(c["slow"] != c["fast"] for c in cases), "differ between slow and fast")


def models(vocab):
    size = len(vocab)
    common = dict(vocab_size=size, bos_token_id=vocab["<|startoftext|>"])
    end = vocab["<|endoftext|>"]
    shapes = {
        "text-quick-gelu": (CLIPTextModel, dict(
            hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2,
            eos_token_id=2, projection_dim=8), torch.float32, None, "5GB"),
        "text-gelu-projected": (CLIPTextModelWithProjection, dict(
            hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3,
            hidden_act="gelu", eos_token_id=2, projection_dim=10), torch.float16, "fp16", "5GB"),
        "text-first-end": (CLIPTextModelWithProjection, dict(
            hidden_size=12, intermediate_size=30, num_hidden_layers=4, num_attention_heads=1,
            eos_token_id=end, projection_dim=12, layer_norm_eps=1e-3), torch.bfloat16, None, "14KB"),
        "text-short": (CLIPTextModel, dict(
            hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=4,
            eos_token_id=end, max_position_embeddings=20, hidden_act="gelu"), torch.float16, "fp16", "14KB"),
    }
    for name, (kind, config, dtype, variant, shard) in shapes.items():
        torch.manual_seed(0)
        model = kind(CLIPTextConfig(**common, **config)).eval()
        for p in model.parameters():
            p.add_(0.2 * torch.randn(p.shape))
            p.copy_(p.to(dtype).float())
        length = model.config.max_position_embeddings
        ids = torch.randint(0, size - 2, (3, length))
        ids[:, 0] = common["bos_token_id"]
        for row, at in enumerate((5, length - 1, 1)):
            ids[row, at:] = end if row != 2 else 0
            ids[row, at] = end
        answers = dict(ids=ids.float())
        out = model(ids, output_hidden_states=True)
        answers["pooled"] = out[0] if kind is CLIPTextModelWithProjection else out.pooler_output
        answers["last"] = out.last_hidden_state
        answers["penultimate"] = out.hidden_states[-2]
        if model.config.num_hidden_layers > 1:
            # StableDiffusionPipeline.encode_prompt with clip_skip=1, and SDXL's
            answers["last-skip-1"] = model.text_model.final_layer_norm(out.hidden_states[-2])
            answers["penultimate-skip-1"] = out.hidden_states[-3]
        print(name, {k: tuple(v.shape) for k, v in answers.items()}, "std", out.last_hidden_state.std().item())
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        model.to(dtype).save_pretrained(folder, safe_serialization=True, variant=variant, max_shard_size=shard)
        save_file({k: v.contiguous() for k, v in answers.items()}, folder / "answers.safetensors")


if __name__ == "__main__":
    models(tokenizer_folders())
    tokens()
    (HERE / "versions.txt").write_text(
        f"torch {torch.__version__}\ntransformers {transformers.__version__}\n"
        f"tokenizers {tokenizers.__version__}\n")
