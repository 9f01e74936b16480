"""Onsets of 12 pieces made at random, whose notes are therefore known.

Each is 25 s of up to three of 14 instruments, every third with drums, rendered by FluidSynth with its
reverb. Notes that begin within 20 ms of the first of them are one onset; one found within 50 ms of it
is right, and each counts once (mir_eval). Figures are means over the pieces.

    python onsets_midi.py FOLDER COMMAND...

FOLDER keeps what is rendered. COMMAND is `veza`, however it is started: with `analyze FILE...
--json` it prints a line of JSON for each file, with `path` and `onsets` in seconds.

From pip: pretty_midi, mir_eval, numpy. From Debian: fluidsynth, fluid-soundfont-gm.
"""

import json
import pathlib
import random
import subprocess
import sys

import mir_eval
import numpy as np
from pretty_midi import Instrument, Note, PrettyMIDI

PIECES = 12
FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
# Pianos, organ, guitars, bass, strings, trumpet, saxophone, flute, lead, vibraphone and harp.
PROGRAMS = [0, 4, 12, 24, 25, 32, 40, 48, 56, 65, 73, 80, 11, 46]
STEPS = [-5, -3, -2, -1, 1, 2, 3, 4, 7]
BEGIN, END = 0.5, 25
# Bass drum, closed hi-hat, snare drum, closed hi-hat.
DRUMS = [36, 42, 38, 42]


def melody(program, step):
    """Notes up or down by a few semitones, with rests, on a grid of `step` seconds."""
    instrument = Instrument(program)
    time, pitch = BEGIN, random.randint(45, 70)
    while time < END:
        if random.random() < 0.75:
            length = step * random.choice([1, 1, 2])
            pitch = min(84, max(36, pitch + random.choice(STEPS)))
            velocity = random.randint(60, 110)
            instrument.notes.append(Note(velocity, pitch, time, time + length * 0.95))
        time += step * random.choice([1, 1, 2, 3])
    return instrument


def drums(step):
    instrument = Instrument(0, is_drum=True)
    time = BEGIN
    while time < END:
        pitch = DRUMS[len(instrument.notes) % len(DRUMS)]
        instrument.notes.append(Note(100, pitch, time, time + 0.1))
        time += step
    return instrument


def compose(number):
    beat = 60 / random.uniform(70, 160)
    step = beat / random.choice([2, 2, 4])
    piece = PrettyMIDI()
    for part in range(random.choice([1, 2, 3])):
        piece.instruments.append(melody(PROGRAMS[(number + part * 5) % len(PROGRAMS)], step))
    if number % 3 == 0:
        piece.instruments.append(drums(beat / 2))
    return piece


def onsets(piece):
    begun = []
    for time in sorted({round(note.start, 4) for part in piece.instruments for note in part.notes}):
        if not begun or time - begun[-1] > 0.02:
            begun.append(time)
    return begun


def render(piece, sound):
    midi = sound.with_suffix(".mid")
    piece.write(str(midi))
    play = ["fluidsynth", "-q", "-ni", "-r", "44100", "-R", "1", "-F", sound, FONT, midi]
    subprocess.run(play, capture_output=True, check=True)


def main():
    folder, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    random.seed(1)
    truth = {}
    for number in range(PIECES):
        piece, sound = compose(number), folder / f"o{number}.wav"
        truth[str(sound)] = onsets(piece)
        if not sound.exists():
            render(piece, sound)
    analyze = [*command, "analyze", *truth, "--json"]
    lines = subprocess.run(analyze, stdout=subprocess.PIPE, check=True).stdout
    scores = []
    for line in map(json.loads, lines.splitlines()):
        expected, found = np.array(truth[line["file"]]), np.array(line["onsets"])
        scores.append(mir_eval.onset.f_measure(expected, found, window=0.05))
        print(pathlib.Path(line["file"]).stem, "F {:.3f}, precision {:.3f}, recall {:.3f}".format(*scores[-1]))
    print("mean F {:.3f}, precision {:.3f}, recall {:.3f}".format(*np.sum(scores, axis=0) / PIECES))


main()
