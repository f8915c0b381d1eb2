"""An AutoencoderKL of diffusers that VaeSpeed measures: commands in, seconds out.

python vae_peer.py FOLDER DTYPE THREADS, or python vae_peer.py write FOLDER, which makes a folder with
random weights of the shape of Stable Diffusion's.

Says "ready SECONDS" once the model of the folder is loaded. Then answers each line of standard input:

  decode SIDE        seconds of decoding SIDE x SIDE latents
  encode SIDE        seconds of encoding a picture of 8 SIDE x 8 SIDE
  save WHAT SIDE FILE   the same, and writes what came of it as float32
"""

import sys
import time

import torch
from diffusers import AutoencoderKL


def write(folder):
    torch.manual_seed(1)
    model = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, layers_per_block=2, sample_size=512,
    )
    for weight in model.parameters():
        if weight.dim() > 1:
            weight.normal_(0.0, 1.0 / weight[0].numel() ** 0.5)
    model.save_pretrained(folder)


def randn(seed, *shape):
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed))


def work(model, dtype, what, side):
    """The inputs of VaePeer."""
    if what == "decode":
        latents = randn(1, 1, model.config.latent_channels, side, side).to(dtype)
        start = time.perf_counter()
        out = model.decode(latents / model.config.scaling_factor, return_dict=False)[0]
    else:
        pictures = randn(2, 1, 3, 8 * side, 8 * side).to(dtype)
        start = time.perf_counter()
        out = model.encode(pictures).latent_dist.mode() * model.config.scaling_factor
    return time.perf_counter() - start, out


def main(folder, dtype, threads):
    torch.set_num_threads(threads)
    start = time.perf_counter()
    model = AutoencoderKL.from_pretrained(folder, torch_dtype=dtype).eval()
    print("ready", time.perf_counter() - start, flush=True)
    for line in sys.stdin:
        words = line.split()
        save = words[0] == "save"
        seconds, out = work(model, dtype, words[save], int(words[1 + save]))
        if save:
            out.float().contiguous().numpy().tofile(words[3])
        print(seconds, flush=True)


with torch.inference_mode():
    if sys.argv[1] == "write":
        write(sys.argv[2])
    else:
        main(sys.argv[1], getattr(torch, sys.argv[2]), int(sys.argv[3]))
