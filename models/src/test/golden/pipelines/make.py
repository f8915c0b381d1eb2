"""Makes tiny pipelines of random weights, and what diffusers paints with them.

python3 models/src/test/golden/pipelines/make.py models/src/test/golden/pipelines

Versions: diffusers 0.34.0, transformers 4.53.3, torch 2.7.1. Weights are kept in 16 bits and
computed with in 32, on one thread. Parts are shared by several pipelines: see PIPELINES; a test
puts them together as `assemble` does.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, AutoencoderTiny, DiffusionPipeline, UNet2DConditionModel
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionXLImg2ImgPipeline
from diffusers import LatentConsistencyModelImg2ImgPipeline
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

PROMPT = "a red fox in the snow, by night"
NEGATIVE = "rain, fog"

SD = dict(
    _class_name="StableDiffusionPipeline",
    scheduler=["diffusers", "PNDMScheduler"],
    text_encoder=["transformers", "CLIPTextModel"],
    tokenizer=["transformers", "CLIPTokenizer"],
    unet=["diffusers", "UNet2DConditionModel"],
    vae=["diffusers", "AutoencoderKL"],
    feature_extractor=[None, None],
    image_encoder=[None, None],
    safety_checker=[None, None],
    requires_safety_checker=False,
)
XL = dict(
    _class_name="StableDiffusionXLPipeline",
    force_zeros_for_empty_prompt=True,
    scheduler=["diffusers", "EulerDiscreteScheduler"],
    text_encoder=["transformers", "CLIPTextModel"],
    text_encoder_2=["transformers", "CLIPTextModelWithProjection"],
    tokenizer=["transformers", "CLIPTokenizer"],
    tokenizer_2=["transformers", "CLIPTokenizer"],
    unet=["diffusers", "UNet2DConditionModel"],
    vae=["diffusers", "AutoencoderKL"],
    feature_extractor=[None, None],
    image_encoder=[None, None],
)
LCM = {**SD, "_class_name": "LatentConsistencyModelPipeline"}
LCM["scheduler"] = ["diffusers", "LCMScheduler"]
TINY = {**SD, "vae": ["diffusers", "AutoencoderTiny"]}

LINEAR = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
SCHEDULERS = {
    "pndm": dict(_class_name="PNDMScheduler", skip_prk_steps=True, steps_offset=1, **LINEAR),
    "ddim": dict(_class_name="DDIMScheduler", clip_sample=False, set_alpha_to_one=False, steps_offset=1, **LINEAR),
    "velocity": dict(
        _class_name="DDIMScheduler",
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        rescale_betas_zero_snr=True,
        clip_sample=False,
        **LINEAR,
    ),
    "heun": dict(_class_name="HeunDiscreteScheduler", steps_offset=1, **LINEAR),
    "euler": dict(_class_name="EulerDiscreteScheduler", timestep_spacing="leading", steps_offset=1, **LINEAR),
    "turbo": dict(_class_name="EulerAncestralDiscreteScheduler", timestep_spacing="trailing", **LINEAR),
    "dpm": dict(_class_name="DPMSolverMultistepScheduler", use_karras_sigmas=True, **LINEAR),
    "lcm": dict(_class_name="LCMScheduler", original_inference_steps=50, timestep_scaling=10.0, **LINEAR),
}

# name: (model_index, {part: kept folder})
COMMON = {"text_encoder": "text", "tokenizer": "tokenizer", "vae": "vae"}
PIPELINES = {
    "sd": (SD, {**COMMON, "unet": "unet-sd"}),
    "xl": (XL, {**COMMON, "unet": "unet-xl", "text_encoder_2": "text2", "tokenizer_2": "tokenizer"}),
    "lcm": (LCM, {**COMMON, "unet": "unet-lcm"}),
    "tiny": (TINY, {**COMMON, "unet": "unet-sd", "vae": "vae-tiny"}),
}

# name, pipeline, scheduler, call; "image" stands for the picture kept beside
CASES = [
    ("sd", "sd", "pndm", dict(num_inference_steps=10, guidance_scale=7.5, negative_prompt=NEGATIVE)),
    ("sd-unforced", "sd", "ddim", dict(num_inference_steps=10, guidance_scale=1.0)),
    ("sd-guidance-0", "sd", "euler", dict(num_inference_steps=10, guidance_scale=0.0)),
    ("sd-guidance-15", "sd", "dpm", dict(num_inference_steps=10, guidance_scale=15.0, height=48, width=32)),
    ("sd-velocity", "sd", "velocity", dict(num_inference_steps=10, guidance_scale=7.5, guidance_rescale=0.7)),
    ("sd-turbo", "sd", "turbo", dict(num_inference_steps=1, guidance_scale=0.0)),
    ("sd-image", "sd", "pndm", dict(num_inference_steps=10, strength=0.6, guidance_scale=7.5, image=True)),
    ("sd-image-heun", "sd", "heun", dict(num_inference_steps=10, strength=0.5, guidance_scale=3.0, image=True)),
    ("xl", "xl", "euler", dict(num_inference_steps=10, guidance_scale=5.0)),
    ("xl-negative", "xl", "euler", dict(num_inference_steps=10, guidance_scale=5.0, negative_prompt=NEGATIVE, height=40, width=24)),
    ("xl-turbo", "xl", "turbo", dict(num_inference_steps=4, guidance_scale=0.0)),
    ("xl-image", "xl", "euler", dict(num_inference_steps=10, strength=0.7, guidance_scale=5.0, image=True)),
    ("xl-image-turbo", "xl", "turbo", dict(num_inference_steps=4, strength=0.5, guidance_scale=0.0, image=True)),
    ("lcm", "lcm", "lcm", dict(num_inference_steps=4, guidance_scale=8.5)),
    ("tiny", "tiny", "ddim", dict(num_inference_steps=10, guidance_scale=4.0)),
    ("tiny-image", "tiny", "dpm", dict(num_inference_steps=10, strength=0.5, guidance_scale=4.0, image=True)),
    ("lcm-image", "lcm", "lcm", dict(num_inference_steps=4, strength=0.6, guidance_scale=8.5, image=True)),
]
# run in 16 bits, too, from weights kept in float16
SHORT = ["sd", "sd-image", "xl", "xl-turbo", "lcm", "tiny"]
IMAGE_PIPELINES = {
    "sd": StableDiffusionImg2ImgPipeline,
    "xl": StableDiffusionXLImg2ImgPipeline,
    "lcm": LatentConsistencyModelImg2ImgPipeline,
    "tiny": StableDiffusionImg2ImgPipeline,
}


def keep(model, folder):
    """Random weights, larger than PyTorch's first ones, so that the output is about 1."""
    generator = torch.Generator().manual_seed(len(folder.name))
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if weight.dim() > 1:
            weight.data = noise * (weight[0].numel() ** -0.5) * (0.4 if "embedding" in name else 1.0)
        else:
            weight.data = noise * 0.1 + (1.0 if "norm" in name and name.endswith("weight") else 0.0)
    model.half().save_pretrained(folder, safe_serialization=True)


def unet(**more):
    shape = dict(
        sample_size=16,
        block_out_channels=(8, 16),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=2,
        norm_num_groups=4,
    )
    return UNet2DConditionModel(**{**shape, **more})


def text(kind, **more):
    shape = dict(
        vocab_size=576, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        bos_token_id=574, eos_token_id=575, pad_token_id=575, projection_dim=16,
    )  # fmt: skip
    return kind(CLIPTextConfig(**{**shape, **more}))


def tokenizer(folder):
    """Bytes, bytes that end a word, and a few merges, as CLIP's vocabulary is made."""
    from transformers.models.clip.tokenization_clip import bytes_to_unicode

    letters = list(bytes_to_unicode().values())
    merges = "t h|th e</w>|i n</w>|r e|re d</w>|f o|fo x</w>|s n|o w</w>|sn ow</w>|b y</w>|n i|g h|ni gh|nigh t</w>"
    merges = [m for m in merges.split("|")]
    tokens = letters + [c + "</w>" for c in letters] + ["".join(m.split()) for m in merges]
    tokens += [f"<unused{i}>" for i in range(574 - len(tokens))] + ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps({**special, "model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}))


def parts(folder):
    torch.manual_seed(0)
    keep(unet(), folder / "unet-sd")
    keep(
        unet(
            addition_embed_type="text_time",
            addition_time_embed_dim=4,
            projection_class_embeddings_input_dim=24 + 16,
            cross_attention_dim=32,
            transformer_layers_per_block=(1, 2),
            use_linear_projection=True,
        ),
        folder / "unet-xl",
    )
    keep(unet(time_cond_proj_dim=8), folder / "unet-lcm")
    keep(
        AutoencoderKL(
            block_out_channels=(8, 16),
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            norm_num_groups=4,
            latent_channels=4,
            sample_size=32,
            scaling_factor=0.6,
        ),
        folder / "vae",
    )
    keep(
        AutoencoderTiny(
            encoder_block_out_channels=(8, 8),
            decoder_block_out_channels=(8, 8),
            num_encoder_blocks=(1, 2),
            num_decoder_blocks=(2, 1),
        ),
        folder / "vae-tiny",
    )
    keep(text(CLIPTextModel), folder / "text")
    keep(text(CLIPTextModelWithProjection, hidden_act="gelu"), folder / "text2")
    tokenizer(folder / "tokenizer")


def assemble(kept, name, scheduler, to):
    index, used = PIPELINES[name]
    index = {**index, "scheduler": ["diffusers", SCHEDULERS[scheduler]["_class_name"]]}
    (to / "model_index.json").write_text(json.dumps(index))
    for part, folder in used.items():
        shutil.copytree(kept / folder, to / part)
    (to / "scheduler").mkdir()
    (to / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULERS[scheduler]))


def picture():
    y, x = np.mgrid[0:24, 0:40] / 40.0
    planes = [0.5 + 0.5 * np.sin(7 * x + 2 * y), y, 1 - x * y]
    return np.round(255 * np.stack(planes, axis=-1)).clip(0, 255).astype(np.uint8)


def paint(folder, name, kind, scheduler, call, image, dtype, results, to):
    with tempfile.TemporaryDirectory() as temp:
        assemble(folder, kind, scheduler, Path(temp))
        how = dict(torch_dtype=dtype, local_files_only=True)
        if call.get("image"):
            pipe = IMAGE_PIPELINES[kind].from_pretrained(temp, **how)
        else:
            pipe = DiffusionPipeline.from_pretrained(temp, **how)
    pipe.set_progress_bar_config(disable=True)
    given = {**call, "image": Image.fromarray(image)} if call.get("image") else call
    for output in ("latent", "np"):
        generator = torch.Generator("cpu").manual_seed(len(name))
        made = pipe(PROMPT, generator=generator, output_type=output, **given).images
        if output == "latent":
            results[to + ".latents"] = made.float().contiguous()
        else:
            pixels = (made[0] * 255).round().astype("uint8")
            results[to + ".pixels"] = torch.from_numpy(pixels).permute(2, 0, 1).half().contiguous()
    latents, pixels = results[to + ".latents"], results[to + ".pixels"].float()
    print(f"{to:16} latents {latents.std():.3f} pixels {pixels.mean():.1f} ± {pixels.std():.1f}")


def main(folder):
    torch.set_num_threads(1)
    parts(folder)
    image = picture()
    results = {"image": torch.from_numpy(image).permute(2, 0, 1).half().contiguous()}
    short = {}
    for name, kind, scheduler, call in CASES:
        paint(folder, name, kind, scheduler, call, image, torch.float32, results, name)
        if name in SHORT:
            for dtype in (torch.float16, torch.bfloat16):
                to = name + "." + str(dtype).split(".")[1]
                paint(folder, name, kind, scheduler, call, image, dtype, short, to)
    save_file(short, folder / "results-16bit.safetensors")
    ordered = sorted(results, key=lambda k: results[k].element_size(), reverse=True)
    save_file({k: results[k] for k in ordered}, folder / "results.safetensors")
    cases = [dict(name=n, pipeline=k, scheduler=s, seed=len(n), **c) for n, k, s, c in CASES]
    written = dict(
        prompt=PROMPT,
        cases=cases,
        schedulers=SCHEDULERS,
        pipelines={k: dict(index=i, parts=p) for k, (i, p) in PIPELINES.items()},
    )
    (folder / "cases.json").write_text(json.dumps(written, indent=1) + "\n")


main(Path(sys.argv[1]))
