import type { MouseEvent } from "react";
import type { Track } from "../api/types";
import { player, usePlayer, usePlayStatus } from "../services";
import type { Peaks } from "../waveform/data";
import { Waveform } from "../waveform/Waveform";

interface TrackWaveProps {
  track: Track;
  queue?: readonly Track[];
  peaks: Peaks | null;
}

const unplayed = () => 0;

/**
 * A track's waveform in a list or on its page; a click plays from there. For the pointer only: the
 * keyboard has the play button beside it and the slider in the player.
 */
export function TrackWave({ track, queue, peaks }: TrackWaveProps) {
  const current = usePlayStatus(track.id) !== null;
  const click = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    if (current) {
      player.seek(share * player.state.get().duration);
    } else {
      player.play(track, queue, share * (track.durationSeconds ?? 0));
    }
  };
  return (
    <div className="track-wave" onClick={click} aria-hidden="true">
      {current ? <CurrentWave peaks={peaks} /> : <Waveform peaks={peaks} played={unplayed} running={false} />}
    </div>
  );
}

/** Follows the player; only the one track that plays pays for it. */
function CurrentWave({ peaks }: { peaks: Peaks | null }) {
  const { status, position } = usePlayer();
  return <Waveform peaks={peaks} played={player.played} running={status === "playing"} tick={position} />;
}
