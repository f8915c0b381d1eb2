"""Makes lanczos.txt: a small gray picture and what Pillow's LANCZOS makes of it (pip install pillow)."""

from pathlib import Path

from PIL import Image

SIDE = 9
source = Image.new("F", (SIDE, SIDE))
for y in range(SIDE):
    for x in range(SIDE):
        source.putpixel((x, y), ((x * 37 + y * 61 + x * y * 13) % 97) / 96)

lines = []
for side in (9, 4, 18, 23):
    resized = source.resize((side, side), Image.Resampling.LANCZOS)
    values = [min(1.0, max(0.0, resized.getpixel((x, y)))) for y in range(side) for x in range(side)]
    lines.append(" ".join(f"{v:.6f}" for v in values))

target = Path(__file__).parents[1] / "resources/dev/triptych/image/lanczos.txt"
target.write_text("\n".join(lines) + "\n")
