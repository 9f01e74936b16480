"""Writes what librosa makes of a short synthetic signal, as the tests of veza-audio compare it.

    python librosa_golden.py > veza-audio/tests/it/analysis/librosa.json
"""

import json

import librosa
import numpy as np

RATE = 22050


def signal():
    """A second and a half: three notes a little above 440 Hz, clicks, noise, and a silent end."""
    n = np.arange(RATE * 3 // 2)
    t = n / RATE
    tone = sum(
        a * np.sin(2 * np.pi * f * 2 ** (0.2 / 12) * t)
        for f, a in ((440.0, 0.2), (554.3652619537442, 0.15), (659.2551138257398, 0.1))
    )
    state, noise = 1, np.empty(len(n))
    for i in range(len(n)):
        state = (state * 1103515245 + 12345) % 2147483648
        noise[i] = state / 1073741824 - 1
    clicks = np.exp(-(n % 5512) / 40.0) * noise
    sound = tone + 0.3 * clicks + 0.002 * noise
    sound[len(n) * 4 // 5 :] = 0
    return sound.astype(np.float32)


def rows(feature, digits=7):
    """Every seventh frame, as lists of numbers."""
    return [[float(f"{x:.{digits}g}") for x in frame] for frame in feature.T[::7]]


def main():
    y = signal()
    short = {"y": y, "sr": RATE, "n_fft": 1024, "hop_length": 256}
    rate = {"y": y, "sr": RATE}
    golden = {
        "librosa": librosa.__version__,
        "mel": rows(librosa.feature.melspectrogram(**rate, n_mels=40)),
        "mel_htk": rows(
            librosa.feature.melspectrogram(
                **short, n_mels=20, htk=True, norm=None, fmin=100, fmax=8000, win_length=800
            )
        ),
        "mfcc": rows(librosa.feature.mfcc(**rate, n_mfcc=13)),
        "chroma": rows(librosa.feature.chroma_stft(**rate)),
        "tuning": librosa.estimate_tuning(S=np.abs(librosa.stft(y)) ** 2, sr=RATE),
        "contrast": rows(librosa.feature.spectral_contrast(**rate)),
        "centroid": rows(librosa.feature.spectral_centroid(**rate)),
        "bandwidth": rows(librosa.feature.spectral_bandwidth(**rate)),
        "rolloff": rows(librosa.feature.spectral_rolloff(**rate)),
        "flatness": rows(librosa.feature.spectral_flatness(y=y)),
        "rms": rows(librosa.feature.rms(y=y)),
        "zero_crossing_rate": rows(librosa.feature.zero_crossing_rate(y)),
        "onset_strength": rows(librosa.onset.onset_strength(**rate)[None, :]),
        "onsets": librosa.onset.onset_detect(**rate).tolist(),
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in golden.items())
    print("{\n" + lines + "\n}")


main()
