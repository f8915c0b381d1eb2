"""Makes the little pictures that PictureFileTest reads. Pillow 13.0.0.

python3 plugins-image/src/test/golden/pictures.py plugins-image/src/test/resources/dev/triptych/image/files

Each is 32 x 48 pixels: four quarters of one color each (see COLORS), then stored plain, on its side
with the orientation that says so, with a profile of linear light, half transparent, gray, or with a
palette.
"""

import struct
import sys
from pathlib import Path

from PIL import Image

COLORS = [(200, 40, 40), (40, 180, 60), (60, 60, 220), (230, 200, 120)]  # row by row
ORIENTATION = 0x0112


def quarters(mode, colors):
    image = Image.new(mode, (32, 48))
    for i, color in enumerate(colors):
        image.paste(color, (i % 2 * 16, i // 2 * 24, i % 2 * 16 + 16, i // 2 * 24 + 24))
    return image


def linear_profile():
    """ICC.1:2001-04: sRGB's primaries (Bradford-adapted to D50), and numbers that are light."""

    def fixed(*values):
        return b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    xyz = {
        b"wtpt": (0.9642, 1.0, 0.8249),
        b"rXYZ": (0.4360747, 0.2225045, 0.0139322),
        b"gXYZ": (0.3850649, 0.7168786, 0.0971045),
        b"bXYZ": (0.1430804, 0.0606169, 0.7141733),
    }
    tags = {name: b"XYZ \0\0\0\0" + fixed(*v) for name, v in xyz.items()}
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    tags.update({b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 7) + b"linear\0" + bytes(79 + 4)
    tags[b"cprt"] = b"text\0\0\0\0" + b"none\0\0\0\0"
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", at, len(data))
        body += data
        at += len(data)
    head = struct.pack(">I4sI4s4s4s", at, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


def light(value):
    v = value / 255
    return round(255 * (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4))


def main(folder):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the first row is on the right: turn it clockwise
    plain = quarters("RGB", COLORS)
    side = plain.transpose(Image.Transpose.ROTATE_90)  # anticlockwise
    linear = quarters("RGB", [tuple(light(v) for v in c) for c in COLORS])
    save = {
        "jpg": {"quality": 95, "subsampling": 0},
        "webp": {"lossless": True},
        "tif": {"compression": "tiff_lzw"},
    }
    for form in ("png", "jpg", "webp", "tif", "bmp"):
        options = save.get(form, {})
        plain.save(folder / f"plain.{form}", **options)
        if form == "bmp":
            continue
        side.save(folder / f"side.{form}", exif=exif, **options)
        linear.save(folder / f"linear.{form}", icc_profile=linear_profile(), **options)
        if form != "jpg":
            half = quarters("RGBA", [(*c, 128) for c in COLORS])
            half.save(folder / f"half.{form}", **options)
    gray = [c[0] for c in COLORS]
    quarters("L", gray).save(folder / "gray.png")
    quarters("L", gray).save(folder / "gray.jpg", quality=95)
    quarters("I;16", [g * 257 for g in gray]).save(folder / "gray16.png")
    plain.quantize(8).save(folder / "palette.png")


main(Path(sys.argv[1]))
