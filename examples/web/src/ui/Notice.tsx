import type { ReactNode } from "react";
import type { Problem } from "../api/problem";

interface NoticeProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** An empty place, said kindly: what belongs here, and what to do about it. */
export function Empty({ title, children, action }: NoticeProps) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <p className="empty-text">{children}</p>}
      {action}
    </div>
  );
}

interface FailureProps {
  problem: Problem;
  onRetry?: () => void;
}

/** A refusal, in the server's words; `onRetry` offers another try. */
export function Failure({ problem, onRetry }: FailureProps) {
  return (
    <div className="failure" role="alert">
      <p>{problem.detail}</p>
      {problem.fields.length > 0 && (
        <ul>
          {problem.fields.map((error) => (
            <li key={error.field + error.message}>
              {error.field}: {error.message}
            </li>
          ))}
        </ul>
      )}
      {onRetry && (
        <button type="button" className="button quiet" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Rows that are on their way. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row" />
      ))}
    </div>
  );
}
