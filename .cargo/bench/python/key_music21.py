"""Key of 100 tunes of Ryan's Mammoth Collection, which music21 brings along, by their `K:` fields.

Plays each on FluidSynth's piano and keeps the first minute. Weights of MIREX: 1 for the key, 0.5 if
the estimate lies a fifth above it (not below), 0.3 for its relative, 0.2 for its parallel. Beside the
key told by COMMAND, those of four profiles are scored, by correlation with the notes COMMAND found.

The order is shuffled with a fixed seed. A mode is the letters after the tonic, even on the next line:
a major tune is taken only if its music does not begin with a letter; other modes, and what music21
10.5.1 cannot play, are passed over. So 23 of the 100 are minor, against one in fifteen of them all.

    python key_music21.py FOLDER COMMAND...

FOLDER keeps what is rendered. COMMAND is `veza`, however it is started: with `analyze FILE...
--json` it prints a line of JSON for each file, with `path`, `key.key` and `key.chroma`.

From pip: music21, mir_eval, numpy. From Debian: fluidsynth, fluid-soundfont-gm, ffmpeg.
"""

import itertools
import json
import pathlib
import random
import re
import subprocess
import sys
import warnings

import mir_eval
import music21
import numpy as np

TUNES = pathlib.Path(music21.__file__).parent / "corpus" / "ryansMammoth"
COUNT = 100
FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
NOTES = "C C# D D# E F F# G G# A A# B".split()
MODES = {"": "major", "maj": "major", "m": "minor", "min": "minor"}
PROFILES = {
    "Krumhansl": {
        "major": [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
        "minor": [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
    },
    "Temperley": {
        "major": [5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4],
        "minor": [5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4],
    },
    "EDMA": {
        "major": [1, 0.29, 0.50, 0.40, 0.60, 0.56, 0.32, 0.80, 0.31, 0.45, 0.42, 0.39],
        "minor": [1, 0.31, 0.44, 0.58, 0.33, 0.49, 0.29, 0.78, 0.43, 0.29, 0.53, 0.32],
    },
    "bgate": {
        "major": [1, 0, 0.42, 0, 0.53, 0.37, 0, 0.77, 0, 0.38, 0.21, 0.30],
        "minor": [1, 0, 0.36, 0.39, 0, 0.38, 0, 0.74, 0.27, 0, 0.42, 0.23],
    },
}


def truth(tune):
    """The key in its one `K:` field, if it is major or minor."""
    text = tune.read_text(encoding="utf-8", errors="replace")
    fields = re.findall(r"^K:\s*([A-G][b#]?)\s*([A-Za-z]*)", text, re.MULTILINE)
    mode = MODES.get(fields[0][1].lower()[:3]) if len(fields) == 1 else None
    return mode and f"{fields[0][0]} {mode}"


def render(tune, sound):
    midi, wav = sound.with_suffix(".mid"), sound.with_suffix(".wav")
    music21.converter.parse(tune).write("midi", midi)
    play = ["fluidsynth", "-q", "-ni", "-r", "22050", "-R", "0", "-F", wav, FONT, midi]
    subprocess.run(play, capture_output=True, check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", wav, "-t", "60", sound], check=True)
    wav.unlink()


def rendered(folder):
    """The sounds of the tunes, with their keys."""
    tunes = sorted(TUNES.glob("*.abc"))
    random.seed(7)
    random.shuffle(tunes)
    sounds = {}
    for tune in tunes:
        key = truth(tune)
        if key and len(sounds) < COUNT:
            sound = folder / f"{len(sounds):03}-{tune.stem}.flac"
            try:
                if not sound.exists():
                    render(tune, sound)
                sounds[str(sound)] = key
            except music21.exceptions21.Music21Exception as error:
                print("passed over:", tune.stem, error)
    return sounds


def by_profile(profile, chroma):
    def fit(key):
        return np.corrcoef(np.roll(chroma, -key[0]), profile[key[1]])[0, 1]

    tonic, mode = max(itertools.product(range(12), profile), key=fit)
    return f"{NOTES[tonic]} {mode}"


def main():
    warnings.filterwarnings("ignore", module="music21")
    folder, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    sounds = rendered(folder)
    analyze = [*command, "analyze", *sounds, "--json"]
    lines = subprocess.run(analyze, stdout=subprocess.PIPE, check=True).stdout
    scores = {name: [] for name in ["veza", *PROFILES]}
    for line in map(json.loads, lines.splitlines()):
        key, found = sounds[line["file"]], {}
        if line["key"]:
            told, chroma = line["key"]["key"], line["key"]["chroma"]
            found = {name: by_profile(profile, chroma) for name, profile in PROFILES.items()}
            found["veza"] = f"{NOTES[told['tonic']]} {told['mode']}"
        for name, value in found.items():
            scores[name].append(mir_eval.key.weighted_score(key, value))
        print(pathlib.Path(line["file"]).stem, key, found)
    for name, values in scores.items():
        print(f"{name}: {sum(values) / len(sounds):.3f}, {values.count(1)} of {len(sounds)} exact")


main()
