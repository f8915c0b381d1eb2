"""A diffusers pipeline that PictureSpeed measures: commands in, seconds out.

python picture_peer.py FOLDER DTYPE THREADS

Says "ready SECONDS" once the folder is loaded. Then answers each line "STEPS SIDE [FILE]" of standard
input with the seconds that a picture took, and the seconds and the most resident MiB of each stage:
text, denoise, decode. The file is given the latents, then the pixels, as float32.
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
        words = line.split()
        steps, side = map(int, words[:2])
        with Stage() as text:
            if hasattr(pipe, "text_encoder_2"):
                names = ("prompt_embeds", "negative_prompt_embeds")
                names += ("pooled_prompt_embeds", "negative_pooled_prompt_embeds")
                told = pipe.encode_prompt(PROMPT, device="cpu", do_classifier_free_guidance=True)
            else:
                names = ("prompt_embeds", "negative_prompt_embeds")
                told = pipe.encode_prompt(PROMPT, "cpu", 1, True)
        with Stage() as denoise:
            latents = pipe(
                **dict(zip(names, told)),
                num_inference_steps=steps,
                height=side,
                width=side,
                generator=torch.Generator("cpu").manual_seed(1),
                output_type="latent",
            ).images
        with Stage() as decode:
            pixels = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
        if len(words) > 2:
            both = torch.cat([latents.float().flatten(), pixels.float().flatten()])
            both.numpy().tofile(words[2])
        say(text.seconds + denoise.seconds + decode.seconds, text, denoise, decode)


with torch.inference_mode():
    main()
