import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, type Problem } from "../api/problem";
import type { Page, Track } from "../api/types";

export type LoadPage = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Track>>;

interface Pages {
  /** Null until the first page is there. */
  items: readonly Track[] | null;
  problem: Problem | null;
  /** Set while there is another page. */
  loadMore: (() => void) | null;
  busy: boolean;
  /** Starts over, keeping what is shown until the answer comes. */
  reload: () => void;
  replace: (track: Track) => void;
  remove: (id: string) => void;
}

/** A list that arrives page by page. A new `load` (keep it in `useCallback`) starts over. */
export function usePages(load: LoadPage): Pages {
  const [items, setItems] = useState<readonly Track[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);

  const fetchPage = useCallback(
    async (from: string | null) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      setBusy(true);
      setProblem(null);
      try {
        const page = await load(from ?? undefined, abort.signal);
        if (abort.signal.aborted) return;
        setItems((old) => (from === null || old === null ? page.items : append(old, page.items)));
        setCursor(page.nextCursor);
      } catch (error) {
        if (abort.signal.aborted) return;
        setProblem(asProblem(error));
      }
      setBusy(false);
    },
    [load],
  );

  useEffect(() => {
    void fetchPage(null);
    return () => running.current?.abort();
  }, [fetchPage]);

  return {
    items,
    problem,
    busy,
    loadMore: cursor === null ? null : () => void fetchPage(cursor),
    reload: useCallback(() => void fetchPage(null), [fetchPage]),
    replace: useCallback(
      (track) => setItems((old) => old?.map((item) => (item.id === track.id ? track : item)) ?? null),
      [],
    ),
    remove: useCallback((id) => setItems((old) => old?.filter((item) => item.id !== id) ?? null), []),
  };
}

/** A track may come twice when one was added between two pages; the first place stays. */
function append(old: readonly Track[], more: readonly Track[]): Track[] {
  const known = new Set(old.map((track) => track.id));
  return [...old, ...more.filter((track) => !known.has(track.id))];
}
