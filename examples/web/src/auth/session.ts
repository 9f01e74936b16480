import type { Grant, User } from "../api/types";
import { Store } from "../ui/store";

const KEY = "veza.session";

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

/**
 * Who is signed in. The token lives in memory and in this tab's sessionStorage, so that a reload keeps
 * it and closing the tab forgets it. A timer ends the session when the token does.
 */
export class Auth {
  readonly state: Store<AuthState>;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
    private readonly now: () => number = Date.now,
  ) {
    const session = this.restore();
    this.state = new Store<AuthState>({ session, expired: false });
    if (session) this.watch(session);
  }

  readonly token = (): string | null => this.state.get().session?.accessToken ?? null;

  signIn(grant: Grant): void {
    const { accessToken, expiresIn, user } = grant;
    const session = { accessToken, user, expiresAt: this.now() + expiresIn * 1000 };
    this.storage.setItem(KEY, JSON.stringify(session));
    this.state.set({ session, expired: false });
    this.watch(session);
  }

  readonly signOut = (): void => this.end(false);

  /** The token is of no use any more: by its age, or because the server says so. */
  readonly expire = (): void => {
    if (this.state.get().session) this.end(true);
  };

  private end(expired: boolean): void {
    clearTimeout(this.timer);
    this.storage.removeItem(KEY);
    this.state.set({ session: null, expired });
  }

  private watch(session: Session): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.expire, Math.max(0, session.expiresAt - this.now()));
  }

  private restore(): Session | null {
    try {
      const session = JSON.parse(this.storage.getItem(KEY) ?? "null") as Session | null;
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
