import { peakOf, reduce, type Peaks } from "./data";

/** Width of a bar and of the space after it, in CSS pixels. */
const BAR = 2;
const GAP = 1;

/** How many bars fit into `width` CSS pixels. */
export function barsIn(width: number): number {
  return Math.max(1, Math.floor((width + GAP) / (BAR + GAP)));
}

export interface Look {
  rest: string;
  playedFrom: string;
  playedTo: string;
  hover: string;
}

/** Sizes the canvas for the screen's density; answers its context in CSS pixels, cleared. */
export function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const density = Math.min(window.devicePixelRatio || 1, 3);
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext("2d");
  context?.setTransform(density, 0, 0, density, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

/** Bars ready to be drawn at one width: scaled so that the track's own peak fills the height. */
export function fit(peaks: Peaks, width: number): Peaks {
  const bars = reduce(peaks, barsIn(width));
  const peak = peakOf(bars);
  if (peak === 0) return bars;
  return { min: bars.min.map((value) => value / peak), max: bars.max.map((value) => value / peak) };
}

/** Draws the bars; those left of `played` (0..1) in colour, those up to `hover` a little lighter. */
export function drawBars(
  context: CanvasRenderingContext2D,
  bars: Peaks,
  size: { width: number; height: number },
  look: Look,
  played: number,
  hover: number | null,
): void {
  const { width, height } = size;
  const step = width / bars.min.length;
  const middle = height / 2;
  const reach = middle - 1;
  const gradient = context.createLinearGradient(0, 0, width, 0);
  gradient.addColorStop(0, look.playedFrom);
  gradient.addColorStop(1, look.playedTo);
  for (let bar = 0; bar < bars.min.length; bar += 1) {
    const share = (bar + 0.5) / bars.min.length;
    context.fillStyle = share <= played ? gradient : hover !== null && share <= hover ? look.hover : look.rest;
    const top = middle - Math.max(0.75, (bars.max[bar] ?? 0) * reach);
    const bottom = middle + Math.max(0.75, -(bars.min[bar] ?? 0) * reach);
    context.beginPath();
    context.roundRect(bar * step, top, BAR, bottom - top, BAR / 2);
    context.fill();
  }
}

/** The quiet line that stands where a waveform is not there yet. */
export function drawLine(context: CanvasRenderingContext2D, size: { width: number; height: number }, look: Look): void {
  context.fillStyle = look.rest;
  for (let x = 0; x < size.width; x += BAR + GAP) context.fillRect(x, size.height / 2 - 0.75, BAR, 1.5);
}
