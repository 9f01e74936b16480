/** One thing that is wrong with one field of what was sent. */
export interface FieldError {
  field: string;
  message: string;
}

interface ProblemInit {
  status: number;
  code: string;
  title: string;
  detail: string;
  fields?: FieldError[];
}

/**
 * A refusal in words fit to be shown: the server's problem document (RFC 9457), or, when the server
 * could not be reached or answered something else, a text of our own. `status` is 0 without an answer.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly FieldError[];

  constructor(init: ProblemInit) {
    super(init.detail);
    this.name = "Problem";
    this.status = init.status;
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail;
    this.fields = init.fields ?? [];
  }

  /** What is wrong with `field`, if the server said so. */
  field(field: string): string | undefined {
    return this.fields.find((error) => error.field === field)?.message;
  }
}

/** The server did not answer: no network, a closed port, a time-out. */
export function unreachable(): Problem {
  return new Problem({
    status: 0,
    code: "client.unreachable",
    title: "No answer",
    detail: "The server can't be reached. Check your connection and try again.",
  });
}

/** Reads the body of a refused request, whatever it is. */
export function parseProblem(status: number, body: string, retryAfter: string | null = null): Problem {
  const json = parseObject(body);
  const title = text(json?.["title"]) ?? "Something went wrong";
  const detail = text(json?.["detail"]) ?? text(json?.["title"]) ?? wordsForStatus(status);
  return new Problem({
    status,
    code: text(json?.["code"]) ?? `http.${status}`,
    title,
    detail: status === 429 ? `${detail} ${wait(retryAfter)}`.trim() : detail,
    fields: parseFields(json?.["errors"]),
  });
}

/** Any thrown value as a problem; what is not one was not foreseen, and is said so. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({
    status: 0,
    code: "client.unexpected",
    title: "Something went wrong",
    detail: "Something went wrong in this page. Reload it and try again.",
  });
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function parseFields(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const { field, message } = entry as Record<string, unknown>;
    return typeof field === "string" && typeof message === "string" ? [{ field, message }] : [];
  });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function wait(retryAfter: string | null): string {
  const seconds = Number(retryAfter);
  if (retryAfter === null || !Number.isFinite(seconds) || seconds <= 0) return "";
  if (seconds < 90) return `Try again in ${Math.ceil(seconds)} seconds.`;
  return `Try again in ${Math.ceil(seconds / 60)} minutes.`;
}

function wordsForStatus(status: number): string {
  if (status === 401) return "Sign in to go on.";
  if (status === 403) return "You are not allowed to do that.";
  if (status === 404) return "This is not here, or not yours to see.";
  if (status === 413) return "The file is too large for this server.";
  if (status === 429) return "That was too often.";
  if (status >= 500) return "The server has trouble right now. Try again in a moment.";
  return `The server refused the request (${status}).`;
}
