"""Makes the golden files beside it from the reference implementation.

    pip install torch==2.7.1 diffusers==0.34.0 transformers==4.53.3 safetensors numpy
    python make.py

Small random models with the layouts that real checkpoints have, their answers, the numbers of the
schedulers, and the start noise. Weights are kept in fp16 (exact in fp32), answers in fp32.
"""
import json
import pathlib
import shutil

import diffusers
import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    UNet2DConditionModel,
)
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
torch.set_grad_enabled(False)

UNETS = {
    "unet-conv-projection": (
        dict(
            sample_size=8, in_channels=4, out_channels=4, block_out_channels=(8, 16),
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            layers_per_block=1, norm_num_groups=4, attention_head_dim=2, cross_attention_dim=12,
        ),
        dict(batch=2, size=(8, 8), tokens=5, masked=0, timesteps=(7, 931)),
    ),
    "unet-linear-projection": (
        dict(
            sample_size=8, in_channels=3, out_channels=5, block_out_channels=(8, 16, 16),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            layers_per_block=2, norm_num_groups=4, attention_head_dim=[1, 2, 4],
            transformer_layers_per_block=[1, 1, 2], use_linear_projection=True,
            cross_attention_dim=10,
        ),
        dict(batch=2, size=(8, 12), tokens=4, masked=2, timesteps=(0, 500)),
    ),
    "unet-odd-size": (
        dict(
            sample_size=8, in_channels=4, out_channels=4, block_out_channels=(8, 8, 16),
            down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
            layers_per_block=(1, 2, 1), norm_num_groups=2, attention_head_dim=4,
            cross_attention_dim=8, flip_sin_to_cos=False, freq_shift=1, center_input_sample=True,
            mid_block_scale_factor=1.4, norm_eps=1e-4,
        ),
        dict(batch=1, size=(7, 5), tokens=3, masked=1, timesteps=(250,)),
    ),
}
VAES = {
    "vae-quant": (
        dict(
            block_out_channels=(8, 16), layers_per_block=1, latent_channels=4, norm_num_groups=4,
            sample_size=16,
        ),
        dict(batch=2, size=(16, 16)),
    ),
    "vae-four-blocks": (
        dict(
            block_out_channels=(4, 8, 8, 12), layers_per_block=2, latent_channels=4,
            norm_num_groups=4, sample_size=32, scaling_factor=0.5, shift_factor=0.25,
        ),
        dict(batch=2, size=(32, 24)),
    ),
    "vae-without-quant": (
        dict(
            block_out_channels=(8, 8, 16), layers_per_block=1, latent_channels=3,
            norm_num_groups=2, sample_size=16, use_quant_conv=False, use_post_quant_conv=False,
            mid_block_add_attention=False,
        ),
        dict(batch=1, size=(16, 8)),
    ),
}


def randomized(model):
    """Moves every weight away from its first value, so that no norm stays at one and zero."""
    generator = torch.Generator("cpu").manual_seed(1)
    for p in model.parameters():
        p.add_(0.1 * torch.randn(p.shape, generator=generator))
        p.copy_(p.half().float())
    return model.eval()


def keep(model, folder, answers):
    shutil.rmtree(folder, ignore_errors=True)
    model.half().save_pretrained(folder, safe_serialization=True)
    save_file({k: v.contiguous() for k, v in answers.items()}, folder / "answers.safetensors")


def unets():
    for name, (config, case) in UNETS.items():
        torch.manual_seed(0)
        types = dict(
            down_block_types=config.pop("down_block_types"), up_block_types=config.pop("up_block_types")
        )
        model = randomized(
            UNet2DConditionModel(**types, **{k: v for k, v in config.items()})
        )
        latents = torch.randn(case["batch"], model.config.in_channels, *case["size"])
        text = torch.randn(case["batch"], case["tokens"], model.config.cross_attention_dim)
        mask = torch.ones(case["batch"], case["tokens"])
        if case["masked"]:
            mask[0, -case["masked"] :] = 0
        timesteps = torch.tensor(case["timesteps"])
        out = model(latents, timesteps, text, encoder_attention_mask=mask).sample
        print(name, sum(p.numel() for p in model.parameters()), "std", out.std().item())
        keep(
            model, HERE / name,
            dict(latents=latents, timesteps=timesteps.float(), text=text, mask=mask, out=out),
        )


def vaes():
    for name, (config, case) in VAES.items():
        torch.manual_seed(0)
        n = len(config["block_out_channels"])
        model = randomized(
            AutoencoderKL(
                down_block_types=("DownEncoderBlock2D",) * n, up_block_types=("UpDecoderBlock2D",) * n,
                **config,
            )
        )
        image = torch.rand(case["batch"], 3, *case["size"]) * 2 - 1
        moments = model.encode(image).latent_dist.parameters
        f = 2 ** (n - 1)
        latents = torch.randn(
            case["batch"], config["latent_channels"], case["size"][0] // f, case["size"][1] // f
        )
        out = model.decode(latents).sample
        print(name, sum(p.numel() for p in model.parameters()), "std", out.std().item())
        keep(model, HERE / name, dict(image=image, moments=moments, latents=latents, out=out))


SCHEDULERS = {
    "ddim-sd": (DDIMScheduler, 10, dict(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
        set_alpha_to_one=False, steps_offset=1)),
    "ddim-v-zero-snr-trailing": (DDIMScheduler, 7, dict(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False,
        prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing")),
    "ddim-linear-clip": (DDIMScheduler, 5, dict(beta_schedule="linear", timestep_spacing="linspace")),
    "ddim-cosine-sample": (DDIMScheduler, 6, dict(
        beta_schedule="squaredcos_cap_v2", prediction_type="sample", clip_sample_range=2.0)),
    "dpm-sd": (DPMSolverMultistepScheduler, 10, dict(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")),
    "dpm-order-1": (DPMSolverMultistepScheduler, 6, dict(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", solver_order=1,
        timestep_spacing="leading", steps_offset=1)),
    "dpm-v-zero-snr": (DPMSolverMultistepScheduler, 12, dict(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
        prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing")),
    "dpm-karras": (DPMSolverMultistepScheduler, 20, dict(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", use_karras_sigmas=True,
        timestep_spacing="leading", steps_offset=1)),
    "dpm-cosine-v-heun": (DPMSolverMultistepScheduler, 8, dict(
        beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", solver_type="heun",
        final_sigmas_type="sigma_min")),
    "dpm-euler-at-final": (DPMSolverMultistepScheduler, 20, dict(
        beta_schedule="linear", euler_at_final=True)),
}


def schedulers():
    cases = []
    for name, (kind, steps, config) in SCHEDULERS.items():
        scheduler = kind(**config)
        scheduler.set_timesteps(steps)
        generator = torch.Generator("cpu").manual_seed(3)
        x = torch.randn(4, generator=generator)
        out = [torch.randn(4, generator=generator) for _ in scheduler.timesteps]
        case = dict(name=name, steps=steps, start=x.tolist(), timesteps=scheduler.timesteps.tolist(),
                    model=[o.tolist() for o in out], samples=[])
        for t, o in zip(scheduler.timesteps, out):
            x = scheduler.step(o, t, x).prev_sample
            case["samples"].append(x.tolist())
        noise = torch.ones(2)
        t = scheduler.timesteps[len(scheduler.timesteps) // 2]
        case["noised"] = scheduler.add_noise(
            torch.tensor([1.0, -2.0]), noise, t[None]).tolist()
        case["noised_at"] = len(scheduler.timesteps) // 2
        case["config"] = json.loads(scheduler.to_json_string())
        cases.append(case)
    (HERE / "schedulers.json").write_text(json.dumps(cases) + "\n")


def noise():
    cases = []
    for seed, shape in ((0, (1, 4, 16, 16)), (9007199254740991, (2, 3)), (42, (1, 4, 2, 2))):
        x = torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed)).flatten()
        cases.append(dict(seed=seed, shape=shape, first=x[:8].tolist(), last=x[-4:].tolist()))
    (HERE / "noise.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    unets()
    vaes()
    schedulers()
    noise()
    (HERE / "versions.txt").write_text(
        f"torch {torch.__version__}\ndiffusers {diffusers.__version__}\n")
