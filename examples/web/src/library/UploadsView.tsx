import { useCallback, useEffect, useRef } from "react";
import type { Track } from "../api/types";
import { client, useUploads, useUser } from "../services";
import { Empty, Failure, Skeleton } from "../ui/Notice";
import { useTitle } from "../ui/useTitle";
import { DropZone } from "../upload/DropZone";
import { UploadCard } from "../upload/UploadCard";
import { DeleteTrack } from "./DeleteTrack";
import { TrackRow } from "./TrackRow";
import { TrackState } from "./TrackState";
import { usePages, type LoadPage } from "./usePages";
import { useProcessing } from "./useProcessing";

const PAGE = 20;

interface UploadsViewProps {
  dragging: boolean;
  onSignIn: () => void;
}

/** What I have uploaded, in every state, and the place to add more. */
export function UploadsView({ dragging, onSignIn }: UploadsViewProps) {
  useTitle("Your uploads");
  const user = useUser();
  const { items: waiting } = useUploads();
  return (
    <section className="panel" aria-labelledby="uploads-title">
      <header className="panel-head">
        <h1 id="uploads-title">Your uploads</h1>
      </header>
      {user !== null && <DropZone dragging={dragging} />}
      {waiting.length > 0 && (
        <ul className="upload-cards">
          {waiting.map((upload) => (
            <UploadCard key={upload.key} upload={upload} />
          ))}
        </ul>
      )}
      {user === null ? (
        <Empty
          title="Sign in to see your uploads"
          action={
            <button type="button" className="button primary" onClick={onSignIn}>
              Sign in
            </button>
          }
        >
          Tracks you upload are listed here, from the first byte to the last.
        </Empty>
      ) : (
        <MyTracks key={user.id} />
      )}
    </section>
  );
}

function MyTracks() {
  const load = useCallback<LoadPage>(
    (cursor, signal) => client.myTracks({ limit: PAGE, ...(cursor !== undefined && { cursor }) }, signal),
    [],
  );
  const { items, problem, loadMore, busy, reload, replace, remove } = usePages(load);
  const { accepted, items: waiting } = useUploads();
  const seen = useRef(accepted);
  useEffect(() => {
    if (seen.current === accepted) return;
    seen.current = accepted;
    reload();
  }, [accepted, reload]);

  return (
    <>
      {problem && <Failure problem={problem} onRetry={reload} />}
      {items === null && !problem && <Skeleton rows={3} />}
      {items?.length === 0 && waiting.length === 0 && (
        <Empty title="Nothing uploaded yet">Drop a file above and listen to it a moment later.</Empty>
      )}
      {items !== null && items.length > 0 && (
        <ol className="tracks">
          {items.map((track) => (
            <MyTrack key={track.id} track={track} queue={items} onChange={replace} onDeleted={remove} />
          ))}
        </ol>
      )}
      {loadMore && (
        <button type="button" className="button quiet more" onClick={loadMore} disabled={busy}>
          {busy ? "Loading…" : "Show more"}
        </button>
      )}
    </>
  );
}

interface MyTrackProps {
  track: Track;
  queue: readonly Track[];
  onChange: (track: Track) => void;
  onDeleted: (id: string) => void;
}

function MyTrack({ track, queue, onChange, onDeleted }: MyTrackProps) {
  useProcessing(track, onChange);
  return (
    <TrackRow
      track={track}
      queue={queue}
      state={track.status === "ready" ? undefined : <TrackState track={track} />}
      actions={<DeleteTrack track={track} onDeleted={() => onDeleted(track.id)} />}
    />
  );
}
