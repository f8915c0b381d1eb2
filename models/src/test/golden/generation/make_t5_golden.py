"""Writes what Hugging Face transformers generates with the small random T5s of ../t5.

Run in this folder: python make_t5_golden.py
Pinned: python 3.11, torch==2.7.1, transformers==4.53.3.
Keys and values are not cached: each token is computed from all before it.
"""

import itertools
import json
import pathlib

import torch
from transformers import AutoModelForSeq2SeqLM

HERE = pathlib.Path(__file__).parent


def new(model, source, **values):
    with torch.no_grad():
        out = model.generate(torch.tensor([source]), use_cache=False, output_scores=True,
                             return_dict_in_generate=True, **values)
    rows = out.sequences[:, 1:].tolist()
    return rows, out.sequences_scores.tolist() if "sequences_scores" in out else []


def cases(model, vocab):
    generator = torch.Generator().manual_seed(7)
    sources = [torch.randint(3, vocab, (length,), generator=generator).tolist() for length in (1, 6, 17)]
    fixed = {"decoder_start_token_id": 0, "pad_token_id": 0}
    for number, (count, penalty, early) in enumerate(
            itertools.product([1, 2, 4], [0.5, 1.0, 2.0], [True, False, "never"])):
        source = sources[number % 3]
        free = new(model, source, num_beams=max(2, count), num_return_sequences=2, max_new_tokens=12,
                   eos_token_id=1, **fixed)[0]
        values = {"max_new_tokens": 12, "eos_token_id": [1, free[0][6], free[1][3 + number % 5]]}
        if count > 1:
            values |= {"num_beams": count, "length_penalty": penalty, "early_stopping": early,
                       "num_return_sequences": [1, 2, count][number // 3 % 3]}
        if number % 4 == 1:
            values |= {"no_repeat_ngram_size": 2, "forced_eos_token_id": 1}
        if number % 5 == 2:
            values |= {"repetition_penalty": 1.3, "min_length": 5, "forced_bos_token_id": 4}
        if number % 7 == 3:
            values = {key: value for key, value in values.items() if key != "max_new_tokens"}
            values["max_length"] = 9
        values |= fixed
        rows, scores = new(model, source, **values)
        yield {"config": values, "source": source, "rows": rows, "scores": scores}


golden = {}
for name in ("flan-t5", "t5"):
    model = AutoModelForSeq2SeqLM.from_pretrained(HERE.parent / "t5" / name, torch_dtype=torch.float32)
    golden[name] = list(cases(model.eval(), 80))
    for case in golden[name]:
        print(case["config"], [len(row) for row in case["rows"]], case["rows"][0])
(HERE / "t5.json").write_text(json.dumps(golden) + "\n")
