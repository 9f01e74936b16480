import type { Track } from "../api/types";
import { Progress } from "../ui/Progress";

/** Where a track stands that can't be played yet, or why it never will. */
export function TrackState({ track }: { track: Track }) {
  if (track.status === "failed") {
    return (
      <p className="track-failure">
        <strong>Could not be processed.</strong> {track.failure?.detail ?? "The server gave no reason."}
      </p>
    );
  }
  const percent = Math.floor(track.progress * 100);
  return (
    <Progress
      share={track.status === "queued" ? 0 : track.progress}
      label={`Processing ${track.title}`}
      text={track.status === "queued" ? "Waiting its turn" : `Preparing for listening, ${percent} %`}
    />
  );
}
