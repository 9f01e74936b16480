"""Fingerprints: excerpts looked for in an index of 200 tracks of at most a minute.

The tracks are the first minute of each of the following, and the second (from 62 s on) of Wesnoth's
that are long enough: Wesnoth's music, and what three other scripts rendered. In an order shuffled
with a fixed seed the first 200 are indexed, and the rest, four where all are there, stay outside.
The excerpts are of the first 60 and of those outside: 10 s from anywhere, or all of a shorter one,
10 dB quieter, as MP3 of 64 kbit/s. One is right if its best match is its track, and at its place if
within 0.1 s as well; a repetition of the same notes is another place.

    python tempo_lmms.py FOLDER/lmms COMMAND... analyze --json
    python onsets_midi.py FOLDER/midi COMMAND...
    python key_music21.py FOLDER/keys COMMAND...
    python fingerprint_index.py FOLDER COMMAND...

FOLDER keeps tracks, excerpts and fingerprints (half a gigabyte). COMMAND is `veza`, however it is
started: with `fingerprint FILE... -o FOLDER` it writes a `.vfp` for each file, and with `identify
EXCERPT... --index FOLDER --json` it prints a line of JSON for each excerpt, with `path` and `matches`,
the best first, which have `track`, `score` and `offsetSeconds`.

From Debian: wesnoth-1.16-music, ffmpeg.
"""

import json
import pathlib
import random
import subprocess
import sys
from dataclasses import dataclass

MUSIC = pathlib.Path("/usr/share/games/wesnoth/1.16/data/core/music")
RENDERED = ["lmms/*.flac", "midi/*.wav", "keys/*.flac"]
TRACKS = 200
QUERIES = 60
MINUTE = 60
EXCERPT = 10


@dataclass
class Track:
    source: pathlib.Path
    start: float
    length: float

    @property
    def name(self):
        return f"{self.source.stem}+{self.start}"


def seconds(sound):
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", sound]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)


def collect(folder):
    tracks = []
    for source in sorted(MUSIC.glob("*.ogg")):
        length = seconds(source)
        tracks.append(Track(source, 0, min(length, MINUTE)))
        if length > 125:
            tracks.append(Track(source, 62, MINUTE))
    for pattern in RENDERED:
        for source in sorted(folder.glob(pattern)):
            length = seconds(source)
            if length > 14:
                tracks.append(Track(source, 0, min(length, MINUTE)))
    return tracks


def cut(source, start, length, sound, *options):
    if not sound.exists():
        part = ["-ss", str(start), "-t", str(length), "-i", source]
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *part, *options, sound], check=True)
    return sound


def main():
    folder, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    whole, parts, index = (folder / name for name in ("tracks", "excerpts", "index"))
    for made in (whole, parts, index):
        made.mkdir(parents=True, exist_ok=True)
    tracks = collect(folder)
    random.seed(3)
    random.shuffle(tracks)
    inside, outside = tracks[:TRACKS], tracks[TRACKS:]

    mono = ["-ac", "1", "-sample_fmt", "s16"]
    files = [cut(t.source, t.start, t.length, whole / f"{t.name}.flac", *mono) for t in inside]
    subprocess.run([*command, "fingerprint", *files, "-o", index], check=True)
    size = sum((index / f"{track.name}.vfp").stat().st_size for track in inside)
    print(f"{len(inside)} tracks, {size / 1000:.0f} kB of fingerprints, {len(outside)} tracks outside")

    excerpts = {}
    quiet = ["-af", "volume=-10dB", "-b:a", "64k"]
    for track in inside[:QUERIES] + outside:
        start = max(0, random.uniform(0, track.length - EXCERPT - 1))
        sound = parts / f"{track.name}.mp3"
        cut(track.source, track.start + start, EXCERPT, sound, *quiet)
        excerpts[str(sound)] = track, start
    identify = [*command, "identify", *excerpts, "--index", index, "--json"]
    lines = subprocess.run(identify, stdout=subprocess.PIPE, check=True).stdout

    right, places, wrong = [], 0, []
    for line in map(json.loads, lines.splitlines()):
        (track, start), matches = excerpts[line["file"]], line["matches"]
        if matches and matches[0]["track"] == track.name:
            right.append(matches[0]["score"])
            places += abs(matches[0]["offsetSeconds"] - start) < 0.1
        wrong += [match["score"] for match in matches if match["track"] != track.name]
        print(track.name, f"{start:.2f}", matches)
    print(f"right: {len(right)} of {len(inside[:QUERIES])}, {places} of them at their place")
    print("least score of these", min(right, default=None))
    print(f"matches with other tracks: {len(wrong)}; highest score", max(wrong, default=None))


main()
