"""A UNet of diffusers that DiffusersSpeed measures: commands in, seconds out.

python unet_peer.py FOLDER DTYPE THREADS [eager|compiled]

Says "ready SECONDS" once the UNet of the folder is loaded. Then answers each line of standard input:

  step SIDE        seconds of one step of a batch of 2 at SIDE x SIDE latents
  save SIDE FILE   the same, and writes what came of it as float32
  flops SIDE       the operations of a step, multiplications and additions, in billions
  peak             billions of operations a second of matrix products, and of convolutions
  profile SIDE     the share of a step that each operator takes
"""

import sys
import time

import torch
from diffusers import UNet2DConditionModel
from torch.utils.flop_counter import FlopCounterMode

FOLDER, DTYPE, THREADS = sys.argv[1], getattr(torch, sys.argv[2]), int(sys.argv[3])
COMPILED = sys.argv[4:] == ["compiled"]
TOKENS = 77


def say(*words):
    print(*words, flush=True)


def randn(seed, *shape):
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed))


def step(unet, forward, side):
    """The inputs of UNetPeer."""
    config = unet.config
    added = None
    if config.addition_embed_type == "text_time":
        width = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
        ids = torch.tensor([[1024.0, 1024, 0, 0, 1024, 1024]] * 2)
        added = dict(text_embeds=randn(3, 2, width).to(DTYPE), time_ids=ids.to(DTYPE))
    latents = randn(1, 2, config.in_channels, side, side).to(DTYPE)
    text = randn(2, 2, TOKENS, config.cross_attention_dim).to(DTYPE)
    start = time.perf_counter()
    out = forward(latents, 500, text, added_cond_kwargs=added, return_dict=False)[0]
    return time.perf_counter() - start, out


def peak():
    """The best of square products, and of 3 x 3 convolutions of 320 channels as channels_last."""
    a = torch.randn(2048, 2048).to(DTYPE)
    x = torch.randn(2, 320, 64, 64).to(DTYPE).contiguous(memory_format=torch.channels_last)
    w = torch.randn(320, 320, 3, 3).to(DTYPE).contiguous(memory_format=torch.channels_last)
    found = []
    for work, count in (
        (lambda: torch.mm(a, a), 2 * 2048**3),
        (lambda: torch.conv2d(x, w, padding=1), 2 * 2 * 64 * 64 * 320 * 320 * 9),
    ):
        best = float("inf")
        for _ in range(10):
            start = time.perf_counter()
            work()
            best = min(best, time.perf_counter() - start)
        found.append(count / best / 1e9)
    return found


def flops(unet, side):
    """Counted on tensors without numbers."""
    with torch.device("meta"):
        shapes = UNet2DConditionModel.from_config(unet.config).to(DTYPE)
    with FlopCounterMode(display=False) as counter:
        step(shapes, lambda x, *rest, **more: shapes(*on_meta((x, *rest)), **on_meta(more)), side)
    return counter.get_total_flops() / 1e9


def on_meta(values):
    if isinstance(values, torch.Tensor):
        return values.to("meta")
    if isinstance(values, tuple):
        return tuple(on_meta(value) for value in values)
    if isinstance(values, dict):
        return {key: on_meta(value) for key, value in values.items()}
    return values


def profile(unet, forward, side):
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as found:
        step(unet, forward, side)
    events = sorted(found.key_averages(), key=lambda e: -e.self_cpu_time_total)
    whole = sum(e.self_cpu_time_total for e in events)
    return ", ".join(f"{e.key} {100 * e.self_cpu_time_total / whole:.1f}%" for e in events[:12])


def main():
    torch.set_num_threads(THREADS)
    start = time.perf_counter()
    unet = UNet2DConditionModel.from_pretrained(FOLDER + "/unet", torch_dtype=DTYPE).eval()
    say("ready", time.perf_counter() - start)
    forward = torch.compile(unet) if COMPILED else unet
    for line in sys.stdin:
        command, *words = line.split()
        side = int(words[0]) if words else 0
        if command == "step":
            say(step(unet, forward, side)[0])
        elif command == "save":
            seconds, out = step(unet, forward, side)
            out.float().contiguous().numpy().tofile(words[1])
            say(seconds)
        elif command == "flops":
            say(flops(unet, side))
        elif command == "peak":
            say(*peak())
        else:
            say(0, profile(unet, forward, side))


with torch.inference_mode():
    main()
