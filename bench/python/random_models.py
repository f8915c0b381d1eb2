"""Writes folders of language models with random weights in bfloat16, of the shapes of known ones.

python random_models.py FOLDER [NAME]...
"""

import pathlib
import sys

import torch
from tokenizers import Tokenizer, models
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config

LLAMA3 = {
    "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
SHAPES = {
    "SmolLM2-135M": LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30,
        num_attention_heads=9, num_key_value_heads=3, max_position_embeddings=8192,
        rope_theta=100000.0, rms_norm_eps=1e-5, tie_word_embeddings=True,
    ),
    "Qwen2.5-0.5B": Qwen2Config(
        vocab_size=151936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24,
        num_attention_heads=14, num_key_value_heads=2, max_position_embeddings=32768,
        rope_theta=1000000.0, rms_norm_eps=1e-6, tie_word_embeddings=True,
    ),
    "Llama-3.2-1B": LlamaConfig(
        vocab_size=128256, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16,
        num_attention_heads=32, num_key_value_heads=8, head_dim=64, max_position_embeddings=131072,
        rope_theta=500000.0, rope_scaling=LLAMA3, rms_norm_eps=1e-5, tie_word_embeddings=True,
    ),
}


def write(folder, name):
    config = SHAPES[name]
    config.torch_dtype = torch.bfloat16
    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_config(config, torch_dtype=torch.bfloat16)
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if weight.dim() > 1:  # larger than at the start of training, so that the ids vary
                weight.normal_(0.0, 1.5 / weight.size(1) ** 0.5)
    model.save_pretrained(folder / name)
    word = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    word.save(str(folder / name / "tokenizer.json"))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    for wanted in sys.argv[2:] or SHAPES:
        write(target, wanted)
        print(target / wanted, flush=True)
