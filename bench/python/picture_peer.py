"""A diffusers pipeline that PictureSpeed measures: commands in, seconds out.

python picture_peer.py FOLDER DTYPE THREADS

Says "ready SECONDS" once the folder is loaded. Then answers each line "STEPS SIDE" of standard input
with the seconds that a picture took, and the seconds and the most resident MiB of each stage: text,
denoise, decode.
"""

import sys
import time

import torch
from diffusers import DiffusionPipeline

FOLDER, DTYPE, THREADS = sys.argv[1], getattr(torch, sys.argv[2]), int(sys.argv[3])
PROMPT = "a red fox in the snow, by night"


def say(*words):
    print(*words, flush=True)


class Stage:
    """Seconds, and the peak of resident memory, which is forgotten before."""

    def __enter__(self):
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
        self.start = time.perf_counter()
        return self

    def __exit__(self, *failure):
        self.seconds = time.perf_counter() - self.start
        with open("/proc/self/status") as status:
            peak = next(line for line in status if line.startswith("VmHWM"))
        self.mebibytes = int(peak.split()[1]) / 1024

    def __str__(self):
        return f"{self.seconds:.3f}/{self.mebibytes:.0f}"


def main():
    torch.set_num_threads(THREADS)
    start = time.perf_counter()
    pipe = DiffusionPipeline.from_pretrained(FOLDER, torch_dtype=DTYPE, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    say("ready", time.perf_counter() - start)
    for line in sys.stdin:
        steps, side = map(int, line.split())
        with Stage() as text:
            states, negative = pipe.encode_prompt(PROMPT, "cpu", 1, True)
        with Stage() as denoise:
            latents = pipe(
                prompt_embeds=states,
                negative_prompt_embeds=negative,
                num_inference_steps=steps,
                height=side,
                width=side,
                generator=torch.Generator("cpu").manual_seed(1),
                output_type="latent",
            ).images
        with Stage() as decode:
            pipe.vae.decode(latents / pipe.vae.config.scaling_factor)
        say(text.seconds + denoise.seconds + decode.seconds, text, denoise, decode)


with torch.inference_mode():
    main()
