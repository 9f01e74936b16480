import { useRef, type ReactNode } from "react";
import type { Track } from "../api/types";
import { usePlayStatus } from "../services";
import { clock } from "../ui/format";
import { Lock } from "../ui/icons";
import { Link } from "../ui/Link";
import { Sleeve } from "../waveform/Sleeve";
import { usePeaks } from "../waveform/usePeaks";
import { useVisible } from "../waveform/useVisible";
import { PlayButton } from "./PlayButton";
import { TrackWave } from "./TrackWave";

interface TrackRowProps {
  track: Track;
  queue: readonly Track[];
  /** Stands in for the waveform while there is none: progress, or the reason of a failure. */
  state?: ReactNode;
  actions?: ReactNode;
}

export function TrackRow({ track, queue, state, actions }: TrackRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const visible = useVisible(row);
  const peaks = usePeaks(visible && track.media ? track.media.waveformUrl : null);
  const status = usePlayStatus(track.id);
  return (
    <li ref={row} className="track" data-current={status !== null} data-status={track.status}>
      <div className="track-sleeve">
        <Sleeve id={track.id} peaks={peaks} size={60} />
        {track.media && <PlayButton track={track} queue={queue} className="track-play" size={22} />}
      </div>
      <div className="track-names">
        <Link href={`/tracks/${track.id}`} className="track-title">
          {track.title}
        </Link>
        <p className="track-by">
          {track.visibility === "private" && (
            <span className="track-lock" title="Only you can hear it">
              <Lock size={13} />
              <span className="visually-hidden">Private.</span>
            </span>
          )}
          <span>{track.artist.username}</span>
          {track.genre && <span className="tag">{track.genre}</span>}
        </p>
      </div>
      {state ?? <TrackWave track={track} queue={queue} peaks={peaks} />}
      <span className="track-time">{clock(track.durationSeconds)}</span>
      {actions}
    </li>
  );
}
