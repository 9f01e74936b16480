import { asProblem } from "../api/problem";
import type { Grant, User } from "../api/types";
import { Store } from "../ui/store";

const KEY = "veza.session";
/** Left in this browser while it has a session: whether asking for one is worth a request. */
const HINT = "veza.has-session";
/** How long before the token's end another one is fetched, in milliseconds. */
const AHEAD = 60_000;
/** How long to wait after the server could not be asked, in milliseconds. */
const AGAIN = 15_000;

export interface Session {
  accessToken: string;
  /** Milliseconds since the epoch, by this computer's clock. */
  expiresAt: number;
  user: User;
}

export interface AuthState {
  session: Session | null;
  /** True when a session has ended by itself, and signing in again is due. */
  expired: boolean;
}

/** How a session is prolonged and ended; the cookie that does it is out of reach of scripts. */
export interface Sessions {
  refresh: () => Promise<Grant>;
  logout: () => Promise<void>;
}

type Memory = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Who is signed in. The access token lives in memory and in this tab's sessionStorage; before it ends, and
 * whenever the server no longer takes it, the cookie of the session fetches the next one. So does a new tab.
 */
export class Auth {
  readonly state: Store<AuthState>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private renewing: Promise<boolean> | undefined;

  constructor(
    private readonly tab: Memory,
    private readonly browser: Memory,
    private readonly sessions: Sessions,
    private readonly now: () => number = Date.now,
  ) {
    const session = this.restore();
    this.state = new Store<AuthState>({ session, expired: false });
    if (session) this.watch(session);
    else if (this.browser.getItem(HINT) !== null) void this.renew();
  }

  readonly token = (): string | null => this.state.get().session?.accessToken ?? null;

  signIn(grant: Grant): void {
    const { accessToken, expiresIn, user } = grant;
    const session = { accessToken, user, expiresAt: this.now() + expiresIn * 1000 };
    this.tab.setItem(KEY, JSON.stringify(session));
    this.browser.setItem(HINT, "1");
    this.state.set({ session, expired: false });
    this.watch(session);
  }

  /** Ends the session here at once, and on the server as soon as it can be reached. */
  readonly signOut = (): void => {
    const left = this.sessions.logout();
    this.end(false);
    left.catch(() => undefined);
  };

  /** The token is of no use any more, and there is no other. */
  readonly expire = (): void => {
    if (this.state.get().session) this.end(true);
    else this.browser.removeItem(HINT);
  };

  /** Fetches the next access token; whether there is one. Asked for twice at once, it is fetched once. */
  readonly renew = (): Promise<boolean> => {
    this.renewing ??= oneTabAtATime(() => this.fetchNext()).finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  };

  private async fetchNext(): Promise<boolean> {
    try {
      this.signIn(await this.sessions.refresh());
      return true;
    } catch (error) {
      const { status } = asProblem(error);
      if (status === 401 || status === 403) this.expire();
      else this.later(AGAIN);
      return false;
    }
  }

  private end(expired: boolean): void {
    clearTimeout(this.timer);
    this.tab.removeItem(KEY);
    this.browser.removeItem(HINT);
    this.state.set({ session: null, expired });
  }

  private watch(session: Session): void {
    this.later(Math.max(0, session.expiresAt - AHEAD - this.now()));
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), milliseconds);
  }

  private restore(): Session | null {
    try {
      const session = JSON.parse(this.tab.getItem(KEY) ?? "null") as Session | null;
      const usable =
        typeof session?.accessToken === "string" &&
        typeof session.user?.username === "string" &&
        session.expiresAt > this.now();
      return usable ? session : null;
    } catch {
      return null;
    }
  }
}

/** Tabs share the cookie: two that used it at once would have one of them hold what the other replaced. */
function oneTabAtATime(work: () => Promise<boolean>): Promise<boolean> {
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request("veza.refresh", work) : work();
}
