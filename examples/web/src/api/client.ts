import { asProblem, parseProblem, unreachable } from "./problem";
import type {
  Export,
  Grant,
  Page,
  Provider,
  ProviderAnswer,
  ProviderReturn,
  SecondFactorAsked,
  Track,
  TrackQuery,
  User,
} from "./types";

/** No answer within this time counts as none. In milliseconds. */
const TIMEOUT = 20_000;

export interface ClientOptions {
  /** Address of the API without a slash at its end, for example `/api/v1`. */
  base: string;
  /** The access token to send, if there is one. */
  token: () => string | null;
  /** Called when the server no longer takes the token that was sent; whether there is another one. */
  renew: () => Promise<boolean>;
}

export interface Registration {
  email: string;
  username: string;
  password: string;
}

interface Init {
  body?: unknown;
  signal?: AbortSignal | undefined;
  authenticated?: boolean;
}

/** The REST API as typed calls. Every refusal is thrown as a `Problem`; aborting throws `AbortError`. */
export class Client {
  constructor(private readonly options: ClientOptions) {}

  /** Asks for an account; a mail goes to the address, whether or not it has one. */
  register(registration: Registration): Promise<void> {
    return this.send("POST", "/auth/register", { body: registration });
  }

  /** Makes the account of a registration, by the token of the mail. */
  async verify(token: string): Promise<User> {
    const { user } = await this.send<{ user: User }>("POST", "/auth/verify", { body: { token } });
    return user;
  }

  /** Proves a new address of an account, by the token of the mail. */
  confirmAddress(token: string): Promise<User> {
    return this.send("POST", "/auth/email/confirm", { body: { token } });
  }

  /** Asks for a new password by mail. */
  requestReset(email: string): Promise<void> {
    return this.send("POST", "/auth/password/reset", { body: { email } });
  }

  /** Sets a new password, by the token of the mail. */
  resetPassword(token: string, password: string): Promise<void> {
    return this.send("POST", "/auth/password/reset/confirm", { body: { token, password } });
  }

  login(email: string, password: string): Promise<Grant | SecondFactorAsked> {
    return this.send("POST", "/auth/login", { body: { email, password } });
  }

  /** Whom one can sign in with besides a password. */
  async providers(signal?: AbortSignal): Promise<Provider[]> {
    const { items } = await this.send<{ items: Provider[] }>("GET", "/auth/providers", { signal });
    return items;
  }

  /** Where to send the browser to sign in with a provider, and to come back to `returnTo`. */
  async providerSignIn(id: string, returnTo: string): Promise<string> {
    const path = `/auth/providers/${encodeURIComponent(id)}/sign-in`;
    const { authorizationUrl } = await this.send<{ authorizationUrl: string }>("POST", path, { body: { returnTo } });
    return authorizationUrl;
  }

  /** Hands over what came back from a provider. */
  providerCallback(id: string, returned: ProviderReturn): Promise<ProviderAnswer> {
    return this.send("POST", `/auth/providers/${encodeURIComponent(id)}/callback`, { body: returned });
  }

  /** The second step: what the authenticator shows, or one of the recovery codes. */
  verifySecondFactor(ticket: string, typed: string): Promise<Grant> {
    const plain = typed.replace(/\s/g, "");
    const factor = /^\d{6}$/.test(plain) ? { code: plain } : { recoveryCode: typed.trim() };
    return this.send("POST", "/auth/2fa/verify", { body: { ticket, ...factor } });
  }

  /** The next access token, for the session of this browser's cookie. */
  refresh(): Promise<Grant> {
    return this.send("POST", "/auth/refresh", { body: {} });
  }

  /** Ends the session of this browser's cookie. */
  logout(): Promise<void> {
    return this.send("POST", "/auth/logout", { body: {} });
  }

  /** Proves again who one is; the token that says so. */
  reauthenticate(password: string): Promise<Omit<Grant, "user">> {
    return this.send("POST", "/auth/reauthenticate", { body: { password }, authenticated: true });
  }

  /** How it stands with the export of one's account; null where there is none. */
  async export(signal?: AbortSignal): Promise<Export | null> {
    try {
      return await this.send<Export>("GET", "/users/me/export", { signal, authenticated: true });
    } catch (error) {
      if (asProblem(error).status === 404) return null;
      throw error;
    }
  }

  /** Asks for an export of one's account. */
  requestExport(): Promise<Export> {
    return this.send("POST", "/users/me/export", { authenticated: true });
  }

  /** The archive of one's export. */
  async fetchExport(): Promise<Blob> {
    const token = this.options.token();
    const headers: HeadersInit = token === null ? {} : { Authorization: `Bearer ${token}` };
    const response = await fetch(`${this.options.base}/users/me/export/archive`, { headers }).catch(() => {
      throw unreachable();
    });
    if (!response.ok) throw parseProblem(response.status, await response.text(), response.headers.get("Retry-After"));
    return response.blob();
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

  private async send<T>(method: string, path: string, init: Init = {}): Promise<T> {
    try {
      return await this.sendOnce<T>(method, path, init);
    } catch (error) {
      const stale = init.authenticated && this.options.token() !== null && asProblem(error).status === 401;
      if (stale && (await this.options.renew())) return this.sendOnce<T>(method, path, init);
      throw error;
    }
  }

  private async sendOnce<T>(method: string, path: string, init: Init): Promise<T> {
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
    if (!response.ok) throw parseProblem(response.status, body, response.headers.get("Retry-After"));
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
