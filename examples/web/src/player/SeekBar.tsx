import { useState, type KeyboardEvent, type PointerEvent } from "react";
import { player, usePlayer } from "../services";
import { clock, spokenTime } from "../ui/format";
import { usePeaks } from "../waveform/usePeaks";
import { Waveform } from "../waveform/Waveform";

/** Seconds an arrow key and a page key move by. */
const STEP = 5;
const LEAP = 30;

/** The big waveform: the track's shape, and the slider that moves within it. */
export function SeekBar() {
  const { track, status, position, duration } = usePlayer();
  const peaks = usePeaks(track?.media?.waveformUrl ?? null);
  const [hover, setHover] = useState<number | null>(null);

  const shareAt = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    const share = shareAt(event);
    setHover(share);
    if (event.buttons === 1) player.seek(share * duration);
  };
  const press = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    player.seek(shareAt(event) * duration);
  };
  const key = (event: KeyboardEvent) => {
    const to = targetOf(event.key, position, duration);
    if (to === null) return;
    event.preventDefault();
    player.seek(to);
  };

  return (
    <div
      className="seek"
      role="slider"
      tabIndex={0}
      aria-label="Position in the track"
      aria-valuemin={0}
      aria-valuemax={Math.round(duration)}
      aria-valuenow={Math.round(position)}
      aria-valuetext={`${spokenTime(position)} of ${spokenTime(duration)}`}
      onPointerDown={press}
      onPointerMove={drag}
      onPointerLeave={() => setHover(null)}
      onKeyDown={key}
    >
      <Waveform
        className="seek-wave"
        peaks={peaks}
        played={player.played}
        running={status === "playing"}
        tick={position}
        hover={hover}
      />
      {hover !== null && (
        <span className="seek-hover" style={{ left: `${hover * 100}%` }} aria-hidden="true">
          <span>{clock(hover * duration)}</span>
        </span>
      )}
    </div>
  );
}

function targetOf(key: string, position: number, duration: number): number | null {
  if (key === "ArrowLeft" || key === "ArrowDown") return position - STEP;
  if (key === "ArrowRight" || key === "ArrowUp") return position + STEP;
  if (key === "PageDown") return position - LEAP;
  if (key === "PageUp") return position + LEAP;
  if (key === "Home") return 0;
  if (key === "End") return Math.max(0, duration - 1);
  return null;
}
