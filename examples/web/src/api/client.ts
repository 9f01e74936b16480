import { parseProblem, unreachable } from "./problem";
import type { Grant, Page, Track, TrackQuery, User } from "./types";

/** No answer within this time counts as none. In milliseconds. */
const TIMEOUT = 20_000;

export interface ClientOptions {
  /** Address of the API without a slash at its end, for example `/api/v1`. */
  base: string;
  /** The access token to send, if there is one. */
  token: () => string | null;
  /** Called when the server no longer takes the token that was sent. */
  onUnauthorized: () => void;
}

export interface Registration {
  email: string;
  username: string;
  password: string;
}

/** The REST API as typed calls. Every refusal is thrown as a `Problem`; aborting throws `AbortError`. */
export class Client {
  constructor(private readonly options: ClientOptions) {}

  async register(registration: Registration): Promise<User> {
    const { user } = await this.send<{ user: User }>("POST", "/auth/register", { body: registration });
    return user;
  }

  login(email: string, password: string): Promise<Grant> {
    return this.send("POST", "/auth/login", { body: { email, password } });
  }

  /** Public tracks that are ready. */
  tracks(query: TrackQuery, signal?: AbortSignal): Promise<Page<Track>> {
    const search = searchOf({
      genre: query.genre,
      sort_by: query.sortBy,
      order: query.order,
      cursor: query.cursor,
      limit: query.limit,
    });
    return this.send("GET", `/tracks${search}`, { signal });
  }

  /** Your own tracks, in every state. */
  myTracks(query: { cursor?: string; limit?: number }, signal?: AbortSignal): Promise<Page<Track>> {
    return this.send("GET", `/users/me/tracks${searchOf(query)}`, { signal, authenticated: true });
  }

  track(id: string, signal?: AbortSignal): Promise<Track> {
    return this.send("GET", `/tracks/${encodeURIComponent(id)}`, { signal, authenticated: true });
  }

  async deleteTrack(id: string): Promise<void> {
    await this.send("DELETE", `/tracks/${encodeURIComponent(id)}`, { authenticated: true });
  }

  private async send<T>(
    method: string,
    path: string,
    init: { body?: unknown; signal?: AbortSignal | undefined; authenticated?: boolean } = {},
  ): Promise<T> {
    const headers = new Headers({ Accept: "application/json" });
    const token = init.authenticated ? this.options.token() : null;
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    if (init.body !== undefined) headers.set("Content-Type", "application/json");

    const timeout = AbortSignal.timeout(TIMEOUT);
    let response: Response;
    let body: string;
    try {
      response = await fetch(this.options.base + path, {
        method,
        headers,
        signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
        ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
      });
      body = await response.text();
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw unreachable();
    }
    if (!response.ok) {
      if (response.status === 401 && token !== null) this.options.onUnauthorized();
      throw parseProblem(response.status, body, response.headers.get("Retry-After"));
    }
    if (body === "") return undefined as T;
    try {
      return JSON.parse(body) as T;
    } catch {
      // A proxy's page, say: an answer, but not the API's.
      throw parseProblem(502, body);
    }
  }
}

function searchOf(parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
