import { useState } from "react";
import { asProblem, type Problem } from "../api/problem";
import type { Track } from "../api/types";
import { client, player } from "../services";
import { Dialog } from "../ui/Dialog";
import { Bin } from "../ui/icons";
import { Failure } from "../ui/Notice";

interface DeleteTrackProps {
  track: Track;
  onDeleted: () => void;
}

/** Deletes one's own track, after asking. */
export function DeleteTrack({ track, onDeleted }: DeleteTrackProps) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await client.deleteTrack(track.id);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
      return;
    }
    if (player.state.get().track?.id === track.id) player.close();
    setAsking(false);
    onDeleted();
  };
  return (
    <>
      <button
        type="button"
        className="icon-button danger"
        aria-label={`Delete ${track.title}`}
        onClick={() => setAsking(true)}
      >
        <Bin size={18} />
      </button>
      {asking && (
        <Dialog label="Delete this track?" onClose={() => setAsking(false)}>
          <h2>Delete this track?</h2>
          <p className="muted">“{track.title}” and everything made from it will be gone for good.</p>
          {problem && <Failure problem={problem} />}
          <div className="dialog-actions">
            <button type="button" className="button quiet" onClick={() => setAsking(false)}>
              Keep it
            </button>
            <button type="button" className="button destructive" disabled={busy} onClick={() => void confirm()}>
              {busy ? "Deleting…" : "Delete"}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
