import { player, usePlayer } from "../services";
import { clock } from "../ui/format";
import { Next, Pause, Play, Previous } from "../ui/icons";
import { Link } from "../ui/Link";
import { Sleeve } from "../waveform/Sleeve";
import { usePeaks } from "../waveform/usePeaks";
import { LoudnessFigures } from "./LoudnessFigures";
import { QualityMenu } from "./QualityMenu";
import { SeekBar } from "./SeekBar";
import { useMediaSession } from "./useMediaSession";
import { useSpaceKey } from "./useSpaceKey";
import { VolumeControl } from "./VolumeControl";

/** The player, at the foot of every view once something has been played. */
export function Dock() {
  const { track, status, position, duration, hasNext, hasPrevious } = usePlayer();
  const peaks = usePeaks(track?.media?.waveformUrl ?? null);
  useMediaSession();
  useSpaceKey();
  if (track === null) return null;
  const active = status === "playing" || status === "loading";
  return (
    <section className="dock" aria-label="Player" data-status={status}>
      <SeekBar />
      <div className="dock-row">
        <div className="dock-track">
          <Link href={`/tracks/${track.id}`} className="dock-sleeve" tabIndex={-1} aria-hidden="true">
            <Sleeve id={track.id} peaks={peaks} size={48} />
          </Link>
          <div className="dock-names">
            <Link href={`/tracks/${track.id}`} className="dock-title">
              {track.title}
            </Link>
            <span className="muted">{track.artist.username}</span>
          </div>
        </div>
        <div className="dock-transport">
          <button
            type="button"
            className="icon-button"
            aria-label="Previous track"
            disabled={!hasPrevious && position < 4}
            onClick={() => player.skip(-1)}
          >
            <Previous />
          </button>
          <button
            type="button"
            className="play-button"
            aria-label={active ? "Pause" : "Play"}
            onClick={() => player.toggle()}
          >
            {active ? <Pause size={22} /> : <Play size={22} />}
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label="Next track"
            disabled={!hasNext}
            onClick={() => player.skip(1)}
          >
            <Next />
          </button>
          <p className="dock-time">
            <span data-testid="position">{clock(position)}</span>
            <span className="muted"> / {clock(duration)}</span>
          </p>
        </div>
        <div className="dock-side">
          <LoudnessFigures loudness={track.loudness} />
          <QualityMenu />
          <VolumeControl />
        </div>
      </div>
      <p className="dock-error" role="status">
        {status === "error" ? "The music stopped coming. Press play to try again." : ""}
      </p>
    </section>
  );
}
