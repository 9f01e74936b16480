import { useCallback, useEffect, useState } from "react";
import { asProblem, type Problem } from "../api/problem";
import type { Track } from "../api/types";
import { navigate } from "../router";
import { client, usePlayStatus, useUser } from "../services";
import { channelName, clock, day, kilohertz, level } from "../ui/format";
import { Empty, Failure, Skeleton } from "../ui/Notice";
import { Link } from "../ui/Link";
import { useTitle } from "../ui/useTitle";
import { Sleeve } from "../waveform/Sleeve";
import { usePeaks } from "../waveform/usePeaks";
import { DeleteTrack } from "./DeleteTrack";
import { PlayButton } from "./PlayButton";
import { TrackState } from "./TrackState";
import { TrackWave } from "./TrackWave";
import { useProcessing } from "./useProcessing";

/** One track's own page. */
export function TrackView({ id }: { id: string }) {
  const [track, setTrack] = useState<Track | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const user = useUser();
  useTitle(track?.title ?? "Track");
  const load = useCallback(
    (signal?: AbortSignal) => {
      setProblem(null);
      client.track(id, signal).then(setTrack, (error: unknown) => {
        if (!signal?.aborted) setProblem(asProblem(error));
      });
    },
    [id],
  );
  useEffect(() => {
    const abort = new AbortController();
    setTrack(null);
    load(abort.signal);
    return () => abort.abort();
    // Whoever signs in may see more: ask again.
  }, [load, user?.id]);

  if (problem?.status === 404) {
    return (
      <Empty
        title="This track is not here"
        action={
          <Link href="/" className="button quiet">
            Go to the library
          </Link>
        }
      >
        It may have been deleted, or its owner keeps it private.
      </Empty>
    );
  }
  if (problem) return <Failure problem={problem} onRetry={() => load()} />;
  if (track === null) return <Skeleton rows={3} />;
  return <TrackPage track={track} own={user?.id === track.artist.id} onChange={setTrack} />;
}

interface TrackPageProps {
  track: Track;
  own: boolean;
  onChange: (track: Track) => void;
}

function TrackPage({ track, own, onChange }: TrackPageProps) {
  useProcessing(track, onChange);
  const peaks = usePeaks(track.media?.waveformUrl ?? null);
  const status = usePlayStatus(track.id);
  return (
    <article className="record" aria-labelledby="record-title">
      <div className="record-head">
        <div className="record-sleeve" data-turning={status === "playing"}>
          <Sleeve id={track.id} peaks={peaks} size={264} />
        </div>
        <div className="record-words">
          <p className="record-kind">
            {track.genre ?? "Track"}
            {track.visibility === "private" && " · only you can hear it"}
          </p>
          <h1 id="record-title">{track.title}</h1>
          <p className="record-by">
            by <strong>{track.artist.username}</strong>
            <span className="muted"> · {day(track.createdAt)}</span>
          </p>
          {track.description && <p className="record-text">{track.description}</p>}
          <div className="record-actions">
            {track.media && <PlayButton track={track} className="play-button large" size={28} />}
            {own && <DeleteTrack track={track} onDeleted={() => navigate("/uploads")} />}
          </div>
        </div>
      </div>
      {track.status === "ready" ? (
        <div className="record-wave">
          <TrackWave track={track} peaks={peaks} />
        </div>
      ) : (
        <TrackState track={track} />
      )}
      <Facts track={track} />
    </article>
  );
}

function Facts({ track }: { track: Track }) {
  const { loudness } = track;
  const facts: [string, string | null, string?][] = [
    ["Length", track.durationSeconds === null ? null : clock(track.durationSeconds)],
    ["Source", [kilohertz(track.sampleRate), channelName(track.channels)].filter(Boolean).join(", ") || null],
    ["Loudness", level(loudness?.integratedLufs, "LUFS"), "Integrated, EBU R 128"],
    ["Range", level(loudness?.loudnessRangeLu, "LU"), "Loudness range, EBU Tech 3342"],
    ["True peak", level(loudness?.truePeakDbtp, "dBTP"), "ITU-R BS.1770"],
    ["Loudest moment", level(loudness?.momentaryMaxLufs, "LUFS"), "Momentary maximum, 400 ms"],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value, title]) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
