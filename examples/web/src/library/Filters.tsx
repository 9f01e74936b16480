import type { Order, SortBy } from "../api/types";
import { Chevron } from "../ui/icons";

type Sort = `${SortBy}:${Order}`;

interface FiltersProps {
  genres: readonly string[];
  /** Empty for all. */
  genre: string;
  onGenre: (genre: string) => void;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

const SORTS: [Sort, string][] = [
  ["created_at:desc", "Newest first"],
  ["created_at:asc", "Oldest first"],
  ["title:asc", "Title, A to Z"],
  ["title:desc", "Title, Z to A"],
];

export function Filters({ genres, genre, onGenre, sort, onSort }: FiltersProps) {
  return (
    <div className="filters">
      {genres.length > 0 && (
        <div className="chips" role="group" aria-label="Genre">
          {["", ...genres].map((name) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={genre === name}
              onClick={() => onGenre(name)}
            >
              {name === "" ? "All" : name}
            </button>
          ))}
        </div>
      )}
      <span className="select">
        <select aria-label="Sort" value={sort} onChange={(event) => onSort(event.target.value as Sort)}>
          {SORTS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <Chevron size={14} />
      </span>
    </div>
  );
}
