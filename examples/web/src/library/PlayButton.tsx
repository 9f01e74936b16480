import type { Track } from "../api/types";
import { player, usePlayStatus } from "../services";
import { Pause, Play } from "../ui/icons";

interface PlayButtonProps {
  track: Track;
  queue?: readonly Track[];
  className: string;
  size: number;
}

/** Plays this track, or pauses it when it is the one that plays. */
export function PlayButton({ track, queue, className, size }: PlayButtonProps) {
  const status = usePlayStatus(track.id);
  const active = status === "playing" || status === "loading";
  return (
    <button
      type="button"
      className={className}
      aria-label={`${active ? "Pause" : "Play"} ${track.title}`}
      onClick={() => (active ? player.toggle() : player.play(track, queue))}
    >
      {active ? <Pause size={size} /> : <Play size={size} />}
    </button>
  );
}
