import { useEffect, useState } from "react";
import { parseWaveform, reduce, type Peaks } from "./data";

/** What is kept for each track: finer than any screen draws it, and small whatever the track's length. */
const KEPT_BARS = 4096;
/** How many tracks are kept; the oldest goes first. */
const KEPT_TRACKS = 100;

const cache = new Map<string, Promise<Peaks>>();

async function load(url: string): Promise<Peaks> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`waveform: ${response.status}`);
  const peaks = parseWaveform(await response.json());
  return peaks.min.length > KEPT_BARS ? reduce(peaks, KEPT_BARS) : peaks;
}

function peaksAt(url: string): Promise<Peaks> {
  const known = cache.get(url);
  if (known) return known;
  const promise = load(url);
  // A failure is not kept: the next look tries again.
  promise.catch(() => cache.delete(url));
  cache.set(url, promise);
  if (cache.size > KEPT_TRACKS) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
  return promise;
}

/** The peaks behind `url`, or null while there are none: not asked for, on their way, or not to be had. */
export function usePeaks(url: string | null): Peaks | null {
  const [loaded, setLoaded] = useState<{ url: string; peaks: Peaks } | null>(null);
  useEffect(() => {
    if (url === null) return;
    let wanted = true;
    peaksAt(url).then(
      (peaks) => wanted && setLoaded({ url, peaks }),
      // The waveform is a picture beside the music: without it the track still plays.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [url]);
  return loaded !== null && loaded.url === url ? loaded.peaks : null;
}
