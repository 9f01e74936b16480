import { useEffect, useRef } from "react";
import { Problem } from "../api/problem";
import type { Track } from "../api/types";
import { client } from "../services";

/** Milliseconds between two looks: soon at first, then calmer. */
const SOON = 700;
const CALM = 4000;

export const isUnfinished = (track: Track): boolean => track.status === "queued" || track.status === "processing";

/** Asks for `track` again and again while it is being processed, and hands on what it hears. */
export function useProcessing(track: Track, onChange: (track: Track) => void): void {
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  const { id } = track;
  const unfinished = isUnfinished(track);
  useEffect(() => {
    if (!unfinished) return;
    const abort = new AbortController();
    let pause = SOON;
    let timer = setTimeout(look, pause);
    async function look() {
      try {
        latest.current(await client.track(id, abort.signal));
      } catch (error) {
        // Gone, or no longer ours: nothing to wait for. Anything else may pass.
        if (error instanceof Problem && [401, 403, 404].includes(error.status)) return;
      }
      if (abort.signal.aborted) return;
      pause = Math.min(CALM, pause * 1.15);
      timer = setTimeout(look, pause);
    }
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [id, unfinished]);
}
