import { useEffect, useRef } from "react";
import { peakOf, reduce, type Peaks } from "./data";
import { prepare } from "./draw";
import { huesOf } from "./hue";

interface SleeveProps {
  id: string;
  peaks: Peaks | null;
  /** Edge in CSS pixels. */
  size: number;
}

/** A track's sleeve: its own waveform wound once around a circle, in two colours drawn from its id. */
export function Sleeve({ id, peaks, size }: SleeveProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current && prepare(canvas.current, size, size);
    if (context) paint(context, size, huesOf(id), peaks);
  }, [id, peaks, size]);
  return <canvas ref={canvas} className="sleeve" style={{ width: size, height: size }} aria-hidden="true" />;
}

function paint(context: CanvasRenderingContext2D, size: number, hues: [number, number], peaks: Peaks | null): void {
  const [one, two] = hues;
  const ground = context.createLinearGradient(0, 0, size, size);
  ground.addColorStop(0, `oklch(0.46 0.12 ${one})`);
  ground.addColorStop(1, `oklch(0.24 0.08 ${two})`);
  context.fillStyle = ground;
  context.fillRect(0, 0, size, size);

  const ink = context.createLinearGradient(0, 0, size, size);
  ink.addColorStop(0, `oklch(0.93 0.09 ${one})`);
  ink.addColorStop(1, `oklch(0.8 0.15 ${two})`);
  context.translate(size / 2, size / 2);
  context.strokeStyle = ink;
  context.lineCap = "round";
  const rays = size < 80 ? 40 : 180;
  const [inner, outer] = [size * 0.17, size * 0.44];
  context.lineWidth = Math.max(1, ((Math.PI * 2 * inner) / rays) * 0.62);
  const bars = peaks && reduce(peaks, rays);
  const peak = bars ? peakOf(bars) || 1 : 1;
  for (let ray = 0; ray < rays; ray += 1) {
    const reach = bars ? Math.max(bars.max[ray] ?? 0, -(bars.min[ray] ?? 0)) / peak : 0.06;
    const angle = (ray / rays) * Math.PI * 2 - Math.PI / 2;
    const end = inner + (outer - inner) * Math.max(0.04, reach);
    context.beginPath();
    context.moveTo(Math.cos(angle) * inner, Math.sin(angle) * inner);
    context.lineTo(Math.cos(angle) * end, Math.sin(angle) * end);
    context.stroke();
  }
  context.fillStyle = ink;
  context.beginPath();
  context.arc(0, 0, size * 0.035, 0, Math.PI * 2);
  context.fill();
}
