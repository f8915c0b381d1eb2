"""A language model of transformers that LanguageModelSpeed measures: commands in, seconds out.

python language_peer.py FOLDER DTYPE THREADS [eager|compiled]

Says "ready SECONDS" once the folder is loaded. Then answers each line of standard input, or says
"failed" and why:

  prefill N     seconds to read N tokens
  decode N      seconds to read N tokens one by one after them, each the likeliest, and the tokens
  bandwidth     gigabytes that are read from memory in a second
"""

import sys
import time

import torch
from transformers import AutoModelForCausalLM

FOLDER, DTYPE, THREADS = sys.argv[1], getattr(torch, sys.argv[2]), int(sys.argv[3])
COMPILED = sys.argv[4:] == ["compiled"]


def say(*words):
    print(*words, flush=True)


def prompt(model, length):
    """The numbers of LanguageModelSpeed.prompt."""
    return torch.tensor([[(7919 * (i + 1)) % model.config.vocab_size for i in range(length)]])


def bandwidth():
    numbers = torch.ones(1 << 28)  # 1 GiB
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        numbers.sum()
        best = min(best, time.perf_counter() - start)
    return numbers.numel() * 4 / best / 1e9


def main():
    torch.set_num_threads(THREADS)
    start = time.perf_counter()
    model = AutoModelForCausalLM.from_pretrained(FOLDER, torch_dtype=DTYPE).eval()
    say("ready", time.perf_counter() - start)
    forward = torch.compile(model.forward, dynamic=True) if COMPILED else model.forward
    cache = None
    logits = None
    for line in sys.stdin:
        command, *number = line.split()
        if command == "bandwidth":
            say(bandwidth())
            continue
        count = int(number[0])
        ids = []
        try:
            start = time.perf_counter()
            if command == "prefill":
                out = forward(input_ids=prompt(model, count), use_cache=True, logits_to_keep=1)
                cache, logits = out.past_key_values, out.logits
            else:
                for _ in range(count):
                    ids.append(int(logits[0, -1].argmax()))
                    last = torch.tensor([ids[-1:]])
                    out = forward(
                        input_ids=last, past_key_values=cache, use_cache=True, logits_to_keep=1
                    )
                    cache, logits = out.past_key_values, out.logits
            say(time.perf_counter() - start, ",".join(map(str, ids)))
        except Exception as e:  # a graph that cannot be compiled here
            say("failed", type(e).__name__, " ".join(str(e).split())[:120])
            return


with torch.inference_mode():
    main()
