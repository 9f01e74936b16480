import { player, usePlayer } from "../services";
import { Muted, Volume } from "../ui/icons";

export function VolumeControl() {
  const { volume, muted } = usePlayer();
  const heard = muted ? 0 : volume;
  return (
    <div className="volume">
      <button
        type="button"
        className="icon-button"
        aria-label={muted ? "Unmute" : "Mute"}
        onClick={() => player.toggleMuted()}
      >
        {heard === 0 ? <Muted /> : <Volume />}
      </button>
      <input
        type="range"
        className="range"
        aria-label="Volume"
        min={0}
        max={1}
        step={0.01}
        value={heard}
        style={{ "--fill": `${heard * 100}%` } as React.CSSProperties}
        onChange={(event) => player.setVolume(Number(event.target.value))}
      />
    </div>
  );
}
