"""Makes the golden files beside it from the reference implementation.

    pip install torch==2.7.1 diffusers==0.34.0 transformers==4.53.3 safetensors numpy
    python make.py

Small random AutoencoderKL and AutoencoderTiny, and what they answer: odd sizes, tiles, a drawn
posterior. Weights are kept in fp16 (exact in fp32), answers in fp32.
"""
import pathlib
import shutil

import diffusers
import torch
from diffusers import AutoencoderKL, AutoencoderTiny
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
torch.set_grad_enabled(False)

# (class, config, batch, size of the picture, tiled, variant)
CASES = {
    "kl-odd-size": (AutoencoderKL, dict(
        block_out_channels=(8, 8, 16), layers_per_block=1, norm_num_groups=4, sample_size=32,
        scaling_factor=0.13025, force_upcast=True), 2, (37, 26), False, "fp16"),
    "kl-tiles": (AutoencoderKL, dict(
        block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4, sample_size=16,
        force_upcast=False, latent_channels=3), 2, (40, 28), True, None),
    "kl-tiles-row": (AutoencoderKL, dict(
        block_out_channels=(4, 8, 8), layers_per_block=2, norm_num_groups=2, sample_size=24,
        use_quant_conv=False, use_post_quant_conv=False), 1, (24, 60), True, None),
    "tiny-relu": (AutoencoderTiny, dict(
        encoder_block_out_channels=(8, 8, 8), decoder_block_out_channels=(8, 8, 8),
        num_encoder_blocks=(1, 2, 1), num_decoder_blocks=(2, 1, 1)), 2, (30, 21), False, None),
    "tiny-silu": (AutoencoderTiny, dict(
        encoder_block_out_channels=(6, 6, 6, 6), decoder_block_out_channels=(6, 6, 6, 6),
        act_fn="silu", latent_channels=5, scaling_factor=0.5, latent_magnitude=2, latent_shift=0.25,
        num_encoder_blocks=(0, 1, 1, 2), num_decoder_blocks=(1, 2, 0, 1)), 1, (16, 40), False, "fp16"),
}


def main():
    for name, (kind, config, batch, size, tiled, variant) in CASES.items():
        torch.manual_seed(0)
        if kind is AutoencoderKL:
            n = len(config["block_out_channels"])
            config.update(down_block_types=("DownEncoderBlock2D",) * n, up_block_types=("UpDecoderBlock2D",) * n)
        model = kind(**config).eval()
        for p in model.parameters():
            p.add_(0.1 * torch.randn(p.shape))
            p.copy_(p.half().float())
        image = torch.rand(batch, 3, *size) * 2 - 1
        answers = dict(image=image)
        if tiled:
            model.enable_tiling()
        encoded = model.encode(image)
        if kind is AutoencoderKL:
            posterior = encoded.latent_dist
            noise = torch.randn(posterior.mean.shape, generator=torch.Generator("cpu").manual_seed(5))
            answers.update(mean=posterior.mean, logvar=posterior.logvar, noise=noise)
            answers["sample"] = posterior.sample(torch.Generator("cpu").manual_seed(5))
            latents = torch.randn(posterior.mean.shape)
        else:
            answers["mean"] = encoded.latents
            latents = torch.randn(encoded.latents.shape)
            answers["unit"] = model.scale_latents(encoded.latents)
            answers["unscaled"] = model.unscale_latents(answers["unit"])
        answers.update(latents=latents, out=model.decode(latents).sample)
        print(name, {k: tuple(v.shape) for k, v in answers.items()}, "std", answers["out"].std().item())
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        model.half().save_pretrained(folder, safe_serialization=True, variant=variant)
        save_file({k: v.contiguous() for k, v in answers.items()}, folder / "answers.safetensors")
    (HERE / "versions.txt").write_text(f"torch {torch.__version__}\ndiffusers {diffusers.__version__}\n")


main()
