"""Makes a whole Stable Diffusion 1.5 of random weights, to be measured.

python random_pipeline.py FOLDER [float32|float16|bfloat16]

The shapes are those of stable-diffusion-v1-5; the vocabulary has the right size, but no words. About
4 GB in float32.
"""

import json
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel
from transformers.models.clip.tokenization_clip import bytes_to_unicode

FOLDER = Path(sys.argv[1])
DTYPE = getattr(torch, sys.argv[2] if len(sys.argv) > 2 else "float32")
WORDS = 49408

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.34.0",
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}
SCHEDULER = {
    "_class_name": "DDIMScheduler",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
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
    model.to(DTYPE).save_pretrained(FOLDER / name, safe_serialization=True)


torch.manual_seed(1)
FOLDER.mkdir(parents=True)
(FOLDER / "model_index.json").write_text(json.dumps(INDEX))
(FOLDER / "scheduler").mkdir()
(FOLDER / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
tokenizer(FOLDER / "tokenizer")
keep(
    CLIPTextModel(
        CLIPTextConfig(
            vocab_size=WORDS,
            hidden_size=768,
            intermediate_size=3072,
            num_attention_heads=12,
            projection_dim=768,
            bos_token_id=WORDS - 2,
            eos_token_id=WORDS - 1,
        )
    ),
    "text_encoder",
)
keep(UNet2DConditionModel(sample_size=64, cross_attention_dim=768), "unet")
keep(
    AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        sample_size=512,
    ),
    "vae",
)
