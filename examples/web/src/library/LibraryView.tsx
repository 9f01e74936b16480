import { useCallback, useEffect, useMemo, useState } from "react";
import type { Order, SortBy } from "../api/types";
import { client, useUser } from "../services";
import { Empty, Failure, Skeleton } from "../ui/Notice";
import { Link } from "../ui/Link";
import { useTitle } from "../ui/useTitle";
import { Filters } from "./Filters";
import { Hero } from "./Hero";
import { TrackRow } from "./TrackRow";
import { usePages, type LoadPage } from "./usePages";

const PAGE = 20;

interface LibraryViewProps {
  onSignUp: () => void;
  onSignIn: () => void;
}

/** Every public track that is ready. */
export function LibraryView({ onSignUp, onSignIn }: LibraryViewProps) {
  useTitle(null);
  const user = useUser();
  const [genre, setGenre] = useState("");
  const [sort, setSort] = useState<`${SortBy}:${Order}`>("created_at:desc");
  const load = useCallback<LoadPage>(
    (cursor, signal) => {
      const [sortBy, order] = sort.split(":") as [SortBy, Order];
      return client.tracks({ genre, sortBy, order, limit: PAGE, ...(cursor !== undefined && { cursor }) }, signal);
    },
    [genre, sort],
  );
  const { items, problem, loadMore, busy, reload } = usePages(load);

  // Genres met so far; a filter must not take the other choices away.
  const [met, setMet] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const found = items?.flatMap((track) => track.genre ?? []) ?? [];
    setMet((old) => (found.every((name) => old.has(name)) ? old : new Set([...old, ...found])));
  }, [items]);
  const genres = useMemo(() => [...met].sort((a, b) => a.localeCompare(b)), [met]);

  return (
    <>
      {user === null && (
        <Hero newest={items === null ? undefined : (items[0] ?? null)} onSignUp={onSignUp} onSignIn={onSignIn} />
      )}
      <section className="panel" aria-labelledby="library-title">
        <header className="panel-head">
          <h1 id="library-title">Library</h1>
          <Filters genres={genres} genre={genre} onGenre={setGenre} sort={sort} onSort={setSort} />
        </header>
        {problem && <Failure problem={problem} onRetry={reload} />}
        {items === null && !problem && <Skeleton rows={6} />}
        {items?.length === 0 && (
          <Empty
            title={genre ? `Nothing in ${genre} yet` : "Nothing here yet"}
            action={
              user !== null && (
                <Link href="/uploads" className="button primary">
                  Upload the first one
                </Link>
              )
            }
          >
            The first track that is uploaded and made public will be heard right here.
          </Empty>
        )}
        {items !== null && items.length > 0 && (
          <ol className="tracks" aria-busy={busy}>
            {items.map((track) => (
              <TrackRow key={track.id} track={track} queue={items} />
            ))}
          </ol>
        )}
        {loadMore && (
          <button type="button" className="button quiet more" onClick={loadMore} disabled={busy}>
            {busy ? "Loading…" : "Show more"}
          </button>
        )}
      </section>
    </>
  );
}
