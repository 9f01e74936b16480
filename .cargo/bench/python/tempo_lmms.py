"""Tempo of the demo projects of LMMS (Debian's lmms-common), whose files hold the exact BPM.

Renders every project, keeps the first minute of each and compares the tempo found with the file's:
right within 4 % (accuracy 1). The peer is essentia's RhythmExtractor2013 (multifeature).

    python tempo_lmms.py FOLDER COMMAND...

FOLDER keeps what is rendered. COMMAND gets paths after it and prints a line of JSON for each, with
`file` and `tempo.bpm`.
"""

import json
import pathlib
import re
import subprocess
import sys
import zlib

PROJECTS = pathlib.Path("/usr/share/lmms/projects")


def truth(project):
    data = project.read_bytes()
    if project.suffix == ".mmpz":
        data = zlib.decompress(data[4:])
    return int(re.search(rb'<head[^>]*\bbpm="(\d+)"', data).group(1))


def render(project, folder):
    sound = folder / (project.stem + ".flac")
    if not sound.exists():
        wav = sound.with_suffix(".wav")
        command = ["lmms", "render", project, "--allowroot", "-f", "wav", "-i", "linear", "-o", wav]
        subprocess.run(command, capture_output=True, timeout=900, check=False)
        convert = ["ffmpeg", "-v", "error", "-i", wav, "-t", "60", "-ac", "1", "-ar", "22050", sound]
        subprocess.run(convert, check=True)
        wav.unlink()
    return sound


def peer(sound):
    from essentia.standard import MonoLoader, RhythmExtractor2013

    return RhythmExtractor2013(method="multifeature")(MonoLoader(filename=str(sound))())[0]


def main():
    folder, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    projects = [*PROJECTS.glob("demos/**/*.mmp*"), *PROJECTS.glob("shorties/*.mmp*")]
    sounds = {str(render(project, folder)): truth(project) for project in sorted(projects)}
    lines = subprocess.run(command + list(sounds), capture_output=True, check=True).stdout
    ours = {line["file"]: (line["tempo"] or {}).get("bpm", 0) for line in map(json.loads, lines.splitlines())}
    right = {"veza": 0, "essentia": 0}
    for sound, bpm in sounds.items():
        found = {"veza": ours[sound], "essentia": peer(sound)}
        for name, value in found.items():
            right[name] += abs(value / bpm - 1) < 0.04
        print(pathlib.Path(sound).stem, bpm, found)
    print({name: f"{count} of {len(sounds)}" for name, count in right.items()})


main()
