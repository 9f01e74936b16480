import type { Peaks } from "../waveform/data";

const BARS = 360;

/** A drawn waveform for a library that has no real one to show yet: three swells, finely toothed. */
export const ornament: Peaks = draw();

function draw(): Peaks {
  const max = Float32Array.from({ length: BARS }, (_, bar) => {
    const at = bar / BARS;
    const swell = Math.abs(Math.sin(at * Math.PI * 3)) ** 0.7 * (0.45 + 0.55 * at);
    const teeth = 0.62 + 0.38 * Math.sin(bar * 1.7) * Math.sin(bar * 0.61);
    return swell * teeth;
  });
  return { max, min: max.map((value, bar) => -value * (0.8 + 0.2 * Math.sin(bar * 2.3))) };
}
