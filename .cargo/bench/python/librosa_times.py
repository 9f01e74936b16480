"""CPU time of librosa's features, for the table of Veza's beside it.

The sound is the first 180 s of `battle.ogg` of Wesnoth's music as mono at 22,050 Hz, decoded before.
Each work runs once over five seconds, which compiles what is compiled when first used, then five
times over all of it, on one thread: the best of these counts. librosa's defaults hold throughout.

    python librosa_times.py

There is no folder to keep anything in and no command: the table's other column is made in a Rust
program, where each work runs by itself.

From pip: librosa, numpy. From Debian: wesnoth-1.16-music, ffmpeg.
"""

import os

os.environ |= {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}  # Read when they are imported.

import subprocess
import time

import librosa
import numpy as np

SOUND = "/usr/share/games/wesnoth/1.16/data/core/music/battle.ogg"
RATE = 22050
WORKS = {
    "short-time spectra": librosa.stft,
    "mel spectrogram, 128 bands": lambda y: librosa.feature.melspectrogram(y=y, sr=RATE),
    "20 cepstral coefficients": lambda y: librosa.feature.mfcc(y=y, sr=RATE),
    "chroma with tuning": lambda y: librosa.feature.chroma_stft(y=y, sr=RATE),
    "tempo and beats": lambda y: librosa.beat.beat_track(y=y, sr=RATE),
    "onsets": lambda y: librosa.onset.onset_detect(y=y, sr=RATE),
}


def decoded():
    form = ["-t", "180", "-i", SOUND, "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    command = ["ffmpeg", "-v", "error", "-nostdin", *form]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)


def cpu_seconds(work, y):
    begin = time.process_time()
    work(y)
    return time.process_time() - begin


def main():
    y = decoded()
    print(f"librosa {librosa.__version__}, {len(y) / RATE:.0f} s")
    for name, work in WORKS.items():
        work(y[: 5 * RATE])
        print(f"{name}: {min(cpu_seconds(work, y) for _ in range(5)):.3f}", flush=True)


main()
