/**
 * Peaks of a track, all channels folded into one: for each pixel the lowest and the highest sample,
 * scaled to -1..1.
 */
export interface Peaks {
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/** More pairs than this are not read: 24 hours at 44.1 kHz and 256 samples a pixel stay below. */
const MAX_LENGTH = 16_000_000;

/**
 * Reads BBC audiowaveform JSON (versions 1 and 2): `length` pairs of minimum and maximum for each
 * channel, interleaved, as integers of `bits` bits.
 *
 * @throws {TypeError} naming the member that is missing or out of range.
 */
export function parseWaveform(json: unknown): Peaks {
  if (typeof json !== "object" || json === null) throw new TypeError("waveform: not an object");
  const { bits, length, data, ...rest } = json as Record<string, unknown>;
  const channels = rest["channels"] ?? 1;
  if (bits !== 8 && bits !== 16) throw new TypeError("waveform: bits must be 8 or 16");
  if (!isCount(channels, 1, 24)) throw new TypeError("waveform: channels must be 1 to 24");
  if (!isCount(length, 0, MAX_LENGTH)) throw new TypeError("waveform: length is out of range");
  if (!Array.isArray(data) || data.length < length * channels * 2) {
    throw new TypeError("waveform: data is shorter than its length says");
  }
  const scale = 1 / 2 ** (bits - 1);
  const min = new Float32Array(length);
  const max = new Float32Array(length);
  for (let pixel = 0; pixel < length; pixel += 1) {
    let low = Infinity;
    let high = -Infinity;
    for (let channel = 0; channel < channels; channel += 1) {
      const at = (pixel * channels + channel) * 2;
      low = Math.min(low, Number(data[at]));
      high = Math.max(high, Number(data[at + 1]));
    }
    if (!Number.isFinite(low) || !Number.isFinite(high)) throw new TypeError("waveform: data holds no number");
    min[pixel] = Math.max(-1, low * scale);
    max[pixel] = Math.min(1, high * scale);
  }
  return { min, max };
}

/** Folds `peaks` into `bars` pairs, each the extremes of its share; never fewer than one source pixel. */
export function reduce(peaks: Peaks, bars: number): Peaks {
  const length = peaks.min.length;
  const count = length === 0 ? 0 : Math.max(0, Math.floor(bars));
  const min = new Float32Array(count);
  const max = new Float32Array(count);
  for (let bar = 0; bar < count; bar += 1) {
    const from = Math.floor((bar * length) / count);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * length) / count));
    let low = Infinity;
    let high = -Infinity;
    for (let pixel = from; pixel < to; pixel += 1) {
      low = Math.min(low, peaks.min[pixel] ?? 0);
      high = Math.max(high, peaks.max[pixel] ?? 0);
    }
    min[bar] = low;
    max[bar] = high;
  }
  return { min, max };
}

/** The farthest any sample gets from zero, 0..1. */
export function peakOf(peaks: Peaks): number {
  let peak = 0;
  for (const value of peaks.min) peak = Math.max(peak, -value);
  for (const value of peaks.max) peak = Math.max(peak, value);
  return peak;
}

function isCount(value: unknown, from: number, to: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= from && value <= to;
}
