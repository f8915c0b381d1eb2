"""Makes draws.json beside it: what torch.randn draws in turn from one seeded generator.

    pip install torch==2.7.1
    python make_noise.py
"""
import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
FLOATS = ("float32", "float16", "bfloat16", "float64")
CASES = [
    (0, [("float32", (3,)), ("float32", (16,)), ("float32", (1, 4, 5, 3)), ("float32", (15,))]),
    (42, [("float32", (2, 3)), ("float32", (2, 3)), ("float32", (17,)), ("float32", (1,))]),
    (2**53 - 1, [("float32", (1, 4, 8, 8)), ("float32", (1, 4, 8, 8))]),
    (7, [(kind, (1, 4, 3, 3)) for kind in FLOATS] + [(kind, (5,)) for kind in FLOATS]),
    (8, [("float16", (1, 4, 8, 8)), ("float32", (1, 4, 8, 8)), ("bfloat16", (1, 4, 8, 8))]),
    (9, [("bfloat16", (33,)), ("bfloat16", (7,)), ("float32", (4,))]),
]

cases = []
for seed, draws in CASES:
    generator = torch.Generator("cpu").manual_seed(seed)
    drawn = [
        torch.randn(shape, generator=generator, dtype=getattr(torch, kind)).float().flatten()
        for kind, shape in draws
    ]
    cases.append(dict(
        seed=seed, draws=[dict(dtype=kind, shape=shape) for kind, shape in draws],
        numbers=[d.tolist() if d.numel() < 40 else d[:8].tolist() + d[-8:].tolist() for d in drawn],
        sums=[d.double().sum().item() for d in drawn],
    ))
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
(HERE / "draws.json").write_text("[\n" + lines + "\n]\n")
