"""Makes the golden files beside it from the reference implementation.

    pip install torch==2.7.1 diffusers==0.34.0 safetensors numpy
    python make.py

Tiny UNets in the configurations of SD 1.x, SDXL and LCM and in odd ones. Their weights and inputs
are numbers that UNetGoldenTest makes in the same way from the tensors' names, so that only the
configurations (cases.json) and the answers (answers.safetensors) are kept; and one folder as
diffusers saves it in shards of float16.
"""
import json
import pathlib
import shutil
import zlib

import diffusers
import numpy
import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
torch.set_grad_enabled(False)

CROSS_DOWN, DOWN = "CrossAttnDownBlock2D", "DownBlock2D"
CROSS_UP, UP = "CrossAttnUpBlock2D", "UpBlock2D"

# name: configuration, height, width, tokens, padding tokens of the last row, time ids, timestep
CASES = {
    "sd-lcm": (dict(
        block_out_channels=(8, 16), down_block_types=(CROSS_DOWN, DOWN),
        up_block_types=(UP, CROSS_UP), layers_per_block=1, norm_num_groups=4,
        attention_head_dim=2, cross_attention_dim=12, time_cond_proj_dim=6,
    ), 8, 8, 5, 0, 0, 759),
    "sdxl": (dict(
        block_out_channels=(8, 16, 16), down_block_types=(DOWN, CROSS_DOWN, CROSS_DOWN),
        up_block_types=(CROSS_UP, CROSS_UP, UP), layers_per_block=2, norm_num_groups=4,
        attention_head_dim=[1, 2, 4], transformer_layers_per_block=[1, 2, 3],
        use_linear_projection=True, cross_attention_dim=10, addition_embed_type="text_time",
        addition_time_embed_dim=4, projection_class_embeddings_input_dim=34,
    ), 12, 8, 6, 2, 6, 261),
    "refiner-five-ids": (dict(
        block_out_channels=(8, 8), down_block_types=(DOWN, CROSS_DOWN),
        up_block_types=(CROSS_UP, UP), layers_per_block=1, norm_num_groups=2,
        attention_head_dim=[2, 4], transformer_layers_per_block=2, use_linear_projection=True,
        cross_attention_dim=[4, 14], addition_embed_type="text_time", addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=52, flip_sin_to_cos=False, freq_shift=1,
    ), 6, 10, 3, 0, 5, 1),
    "only-cross-attention": (dict(
        block_out_channels=(8, 12, 16), down_block_types=(CROSS_DOWN, CROSS_DOWN, DOWN),
        up_block_types=(UP, CROSS_UP, CROSS_UP), layers_per_block=(1, 2, 1), norm_num_groups=4,
        attention_head_dim=[2, 3, 4], cross_attention_dim=[9, 9, 9],
        only_cross_attention=[True, False, True], upcast_attention=True,
    ), 8, 12, 4, 1, 0, 500),
    "each-layer-its-depth": (dict(
        block_out_channels=(8, 16, 16), down_block_types=(DOWN, CROSS_DOWN, CROSS_DOWN),
        up_block_types=(CROSS_UP, CROSS_UP, UP), mid_block_type=None, layers_per_block=2,
        norm_num_groups=4, attention_head_dim=[2, 2, 4], cross_attention_dim=8,
        transformer_layers_per_block=[1, [2, 1], [1, 3]],
        reverse_transformer_layers_per_block=[[3, 1, 2], [2, 1, 1], 1], use_linear_projection=True,
    ), 8, 8, 4, 0, 0, 999),
    "odd-sizes-padding-0": (dict(
        in_channels=3, out_channels=5, block_out_channels=(8, 12, 16),
        down_block_types=(CROSS_DOWN, DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, UP, CROSS_UP),
        layers_per_block=1, norm_num_groups=4, attention_head_dim=4, cross_attention_dim=7,
        downsample_padding=0, conv_in_kernel=5, conv_out_kernel=1, act_fn="gelu",
        center_input_sample=True, norm_eps=1e-3,
    ), 13, 7, 4, 1, 0, 77),
    "uneven-heads": (dict(
        block_out_channels=(8, 12), down_block_types=(CROSS_DOWN, DOWN),
        up_block_types=(CROSS_UP, UP), mid_block_type="UNetMidBlock2D", layers_per_block=2,
        norm_num_groups=4, attention_head_dim=[3, 5], cross_attention_dim=8, time_embedding_dim=20,
        mid_block_scale_factor=1.4, act_fn="mish", resnet_out_scale_factor=2.0,
    ), 10, 6, 3, 0, 0, 333),
    "one-block": (dict(
        block_out_channels=(12,), down_block_types=(CROSS_DOWN,), up_block_types=(CROSS_UP,),
        layers_per_block=1, norm_num_groups=3, attention_head_dim=1, cross_attention_dim=5,
        act_fn="relu",
    ), 1, 3, 1, 0, 0, 10),
}


def numbers(name, *shape):
    """Even in -1..1: MurmurHash3's finalizer of the position and the CRC of the name."""
    count = int(numpy.prod(shape))
    seed = zlib.crc32(name.encode())
    z = (numpy.arange(count, dtype=numpy.uint64) * 0x9E3779B9 + seed) & 0xFFFFFFFF
    z = ((z ^ (z >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    z = ((z ^ (z >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    z = z ^ (z >> 16)
    return torch.from_numpy((z.astype(numpy.float64) / 2**31 - 1).astype(numpy.float32)).view(shape)


def weight(name, tensor):
    """Large enough that every layer tells; norms stay near one."""
    values = numbers(name, *tensor.shape)
    if tensor.dim() > 1:
        return values * (2.0 / (tensor[0].numel() ** 0.5))
    return values * 0.25 + (1.0 if "norm" in name and name.endswith("weight") else 0.0)


def model_of(config):
    model = UNet2DConditionModel(**config).eval()
    model.load_state_dict({k: weight(k, v) for k, v in model.state_dict().items()})
    return model


def main():
    cases, answers = [], {}
    for name, (config, height, width, tokens, padding, ids, timestep) in CASES.items():
        model = model_of(config)
        batch = 2
        text_width = config["cross_attention_dim"]
        text_width = text_width if isinstance(text_width, int) else text_width[-1]
        latents = 2 * numbers("latents", batch, model.config.in_channels, height, width)
        text = 2 * numbers("text", batch, tokens, text_width)
        mask = torch.ones(batch, tokens)
        if padding:
            mask[-1, -padding:] = 0
        added, guidance, pooled = None, None, 0
        if ids:
            pooled = model.config.projection_class_embeddings_input_dim
            pooled -= ids * model.config.addition_time_embed_dim
            added = dict(
                text_embeds=numbers("pooled", batch, pooled),
                time_ids=(numbers("ids", batch, ids) * 512).round(),
            )
        if model.config.time_cond_proj_dim:
            guidance = numbers("guidance", batch, model.config.time_cond_proj_dim)
        out = model(
            latents, timestep, text, encoder_attention_mask=mask if padding else None,
            added_cond_kwargs=added, timestep_cond=guidance,
        ).sample
        print(name, sum(p.numel() for p in model.parameters()), "std", out.std().item())
        answers[name] = out.contiguous()
        cases.append(dict(
            name=name, height=height, width=width, tokens=tokens, padding=padding, timestep=timestep,
            pooled=pooled, ids=ids, guidance=model.config.time_cond_proj_dim or 0,
            parameters=sum(p.numel() for p in model.parameters()),
            config=json.loads(model.to_json_string()),
        ))
    (HERE / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
    save_file(answers, HERE / "answers.safetensors")
    shards = HERE / "shards-fp16"
    shutil.rmtree(shards, ignore_errors=True)
    model_of(CASES["sd-lcm"][0]).half().save_pretrained(shards, variant="fp16", max_shard_size="40KB")
    (HERE / "versions.txt").write_text(
        f"torch {torch.__version__}\ndiffusers {diffusers.__version__}\n")


if __name__ == "__main__":
    main()
