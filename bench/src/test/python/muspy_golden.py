"""Writes melodies and MusPy's measures of them, for MelodyMeasuresTest.

Needs: pip install muspy==0.5.0. Use: python muspy_golden.py > ../resources/muspy/golden.json
"""

import json
import random
import sys

import muspy

rows = []
random.seed(20261124)
for case in range(12):
    bar = random.choice([8, 12, 16])
    scale = random.choice([[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], list(range(12))])
    notes = []
    time = random.randrange(bar)
    for _ in range(random.randrange(8, 60)):
        duration = random.choice([1, 2, 2, 4, 4, 8])
        notes.append((time, duration, 48 + 12 * random.randrange(3) + random.choice(scale)))
        time += duration + random.choice([0, 0, 0, 1, 2])
    music = muspy.Music(resolution=4)
    music.tracks.append(
        muspy.Track(notes=[muspy.Note(time=t, duration=d, pitch=p) for t, d, p in notes])
    )
    rows.append(
        {
            "bar": bar,
            "notes": notes,
            "pitchClassEntropy": muspy.pitch_class_entropy(music),
            "scaleConsistency": muspy.scale_consistency(music),
            "grooveConsistency": muspy.groove_consistency(music, bar),
        }
    )
json.dump(rows, sys.stdout, indent=None, separators=(",", ":"))
print()
