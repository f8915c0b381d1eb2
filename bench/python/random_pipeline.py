"""Makes a whole Stable Diffusion pipeline of random weights, to be measured.

python random_pipeline.py FOLDER [float32|float16|bfloat16] [sd15|sdxl|default]

The shapes are those of stable-diffusion-v1-5, of stable-diffusion-xl-base-1.0, or, much smaller, near
those of our own default model; the vocabulary has the
right size, but no words. About 4 GB in float32 and 7 GB for SDXL in 16 bits.
"""

import json
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from random_unets import SHAPES, scaled
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection
from transformers.models.clip.tokenization_clip import bytes_to_unicode

FOLDER = Path(sys.argv[1])
DTYPE = getattr(torch, sys.argv[2] if len(sys.argv) > 2 else "float32")
SHAPE = sys.argv[3] if len(sys.argv) > 3 else "sd15"
XL = SHAPE == "sdxl"
SMALL = SHAPE == "default"
WORDS = 49408

INDEX = {
    "_class_name": "StableDiffusionXLPipeline" if XL else "StableDiffusionPipeline",
    "_diffusers_version": "0.34.0",
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "scheduler": ["diffusers", "EulerDiscreteScheduler" if XL else "DDIMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}
if XL:
    INDEX["force_zeros_for_empty_prompt"] = True
    INDEX["text_encoder_2"] = ["transformers", "CLIPTextModelWithProjection"]
    INDEX["tokenizer_2"] = ["transformers", "CLIPTokenizer"]
else:
    INDEX["requires_safety_checker"] = False
    INDEX["safety_checker"] = [None, None]
SCHEDULER = {
    "_class_name": INDEX["scheduler"][1],
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "steps_offset": 1,
    **({"timestep_spacing": "leading"} if XL else {"clip_sample": False, "set_alpha_to_one": False}),
}


def tokenizer(folder):
    folder.mkdir(parents=True)
    letters = list(bytes_to_unicode().values())
    tokens = letters + [letter + "</w>" for letter in letters]
    tokens += [f"<unused{i}>" for i in range(WORDS - 2 - len(tokens))]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    config = {"model_max_length": 77, "tokenizer_class": "CLIPTokenizer", "pad_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def keep(model, name):
    model.to(DTYPE).save_pretrained(FOLDER / name, safe_serialization=True, max_shard_size="3GB")


def text(kind, width, layers, heads, **more):
    config = CLIPTextConfig(
        vocab_size=WORDS,
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        projection_dim=width,
        bos_token_id=WORDS - 2,
        eos_token_id=WORDS - 1,
        **more,
    )
    return kind(config)


torch.manual_seed(1)
FOLDER.mkdir(parents=True)
(FOLDER / "model_index.json").write_text(json.dumps(INDEX))
(FOLDER / "scheduler").mkdir()
(FOLDER / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
tokenizer(FOLDER / "tokenizer")
keep(text(CLIPTextModel, 192, 4, 4) if SMALL else text(CLIPTextModel, 768, 12, 12), "text_encoder")
if XL:
    tokenizer(FOLDER / "tokenizer_2")
    keep(text(CLIPTextModelWithProjection, 1280, 32, 20, hidden_act="gelu"), "text_encoder_2")
vae = dict(
    block_out_channels=(32, 64, 96, 96) if SMALL else (128, 256, 512, 512),
    down_block_types=("DownEncoderBlock2D",) * 4,
    up_block_types=("UpDecoderBlock2D",) * 4,
    layers_per_block=2,
    sample_size=1024 if XL else 512,
    scaling_factor=0.13025 if XL else 0.18215,
)
keep(scaled(AutoencoderKL(**vae)), "vae")
torch.set_default_dtype(DTYPE)
keep(scaled(UNet2DConditionModel(**SHAPES[SHAPE][1])), "unet")
