"""Writes diffusers folders of UNets with random weights, of the shapes of known ones.

python random_unets.py FOLDER [NAME]... with NAME sd15 (float32), sdxl (bfloat16, in shards) or
default, the shape of our own picture model (float32).
"""

import pathlib
import sys

import torch
from diffusers import UNet2DConditionModel

SHAPES = {
    "sd15": (torch.float32, dict(
        sample_size=64, attention_head_dim=8, block_out_channels=(320, 640, 1280, 1280),
        cross_attention_dim=768,
    )),
    "sdxl": (torch.bfloat16, dict(
        sample_size=128, attention_head_dim=[5, 10, 20], block_out_channels=(320, 640, 1280),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=[1, 2, 10], use_linear_projection=True,
        cross_attention_dim=2048, addition_embed_type="text_time", addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
    )),
    "default": (torch.float32, dict(
        sample_size=16, attention_head_dim=4, block_out_channels=(96, 112, 112),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1, norm_num_groups=16, use_linear_projection=True,
        cross_attention_dim=192,
    )),
}


def scaled(model):
    """Gives matrices numbers that keep what goes through about 1.

    A model at the start of training tells too little of errors.
    """
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.normal_(0.0, 1.0 / weight[0].numel() ** 0.5)
    return model


def write(folder, name):
    dtype, config = SHAPES[name]
    torch.manual_seed(1)
    torch.set_default_dtype(dtype)
    model = scaled(UNet2DConditionModel(**config))
    model.save_pretrained(folder / name / "unet", max_shard_size="3GB")
    (folder / name / "model_index.json").write_text(
        '{"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}\n')


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    for wanted in sys.argv[2:] or SHAPES:
        write(target, wanted)
        print(target / wanted, flush=True)
