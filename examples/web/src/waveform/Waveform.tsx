import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Peaks } from "./data";
import { drawBars, drawLine, fit, prepare, type Look } from "./draw";

interface WaveformProps {
  peaks: Peaks | null;
  /** Share of the track that is behind us, 0..1; asked for on every frame while `running`. */
  played: () => number;
  running: boolean;
  /** Changes when `played` jumped while not running, so that the picture follows. */
  tick?: number;
  hover?: number | null;
  className?: string;
}

/** A waveform on a canvas. The colours are the custom properties of the place it stands in. */
export function Waveform({ peaks, played, running, tick, hover = null, className }: WaveformProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(canvas);
  const bars = useMemo(() => (peaks !== null && size.width > 0 ? fit(peaks, size.width) : null), [peaks, size.width]);

  useEffect(() => {
    const element = canvas.current;
    if (element === null || size.width === 0 || size.height === 0) return;
    const look = lookOf(element);
    const paint = () => {
      const context = prepare(element, size.width, size.height);
      if (context === null) return;
      if (bars !== null && bars.min.length > 0) drawBars(context, bars, size, look, played(), hover);
      else drawLine(context, size, look);
    };
    paint();
    if (!running) return;
    let frame = requestAnimationFrame(function next() {
      paint();
      frame = requestAnimationFrame(next);
    });
    return () => cancelAnimationFrame(frame);
  }, [bars, size, played, running, tick, hover]);

  return <canvas ref={canvas} className={className} aria-hidden="true" data-drawn={bars !== null} />;
}

function useSize(canvas: React.RefObject<HTMLCanvasElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const measure = () => {
      const [width, height] = [element.clientWidth, element.clientHeight];
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [canvas]);
  return size;
}

function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    rest: colour("--wave-rest"),
    playedFrom: colour("--wave-from"),
    playedTo: colour("--wave-to"),
    hover: colour("--wave-hover"),
  };
}
