import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import type { Grant } from "../api/types";
import { Auth } from "./session";

const grant = (accessToken = "t0"): Grant => ({
  accessToken,
  tokenType: "Bearer",
  expiresIn: 900,
  user: { id: "1", email: "l@example.org", username: "lena", role: "user", createdAt: "2026-01-01T00:00:00Z" },
});

function memory() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

const refusal = (status: number) => new Problem({ status, code: "no", title: "No", detail: "No." });

function world() {
  const [tab, browser] = [memory(), memory()];
  const sessions = { refresh: vi.fn<() => Promise<Grant>>(), logout: vi.fn(() => Promise.resolve()) };
  sessions.refresh.mockRejectedValue(refusal(401));
  return { tab, browser, sessions, open: () => new Auth(tab, browser, sessions) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("Auth", () => {
  it("survives a reload of the tab without a request", () => {
    const { sessions, open } = world();
    open().signIn(grant());
    const reloaded = open();
    expect(reloaded.token()).toBe("t0");
    expect(reloaded.state.get().session?.user.username).toBe("lena");
    expect(sessions.refresh).not.toHaveBeenCalled();
  });

  it("fetches the next token before the present one ends", async () => {
    const { sessions, open } = world();
    sessions.refresh.mockResolvedValueOnce(grant("t1"));
    const auth = open();
    auth.signIn(grant());
    await vi.advanceTimersByTimeAsync(839_000);
    expect(auth.token()).toBe("t0");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(auth.token()).toBe("t1");
    expect(sessions.refresh).toHaveBeenCalledOnce();
  });

  it("ends when the session has, and says so", async () => {
    const { tab, browser, open } = world();
    const auth = open();
    auth.signIn(grant());
    await expect(auth.renew()).resolves.toBe(false);
    expect(auth.state.get()).toEqual({ session: null, expired: true });
    expect(tab.items.size + browser.items.size).toBe(0);
  });

  it("does not end because the server cannot be asked, and asks again", async () => {
    const { sessions, open } = world();
    const auth = open();
    auth.signIn(grant());
    sessions.refresh.mockRejectedValueOnce(refusal(503)).mockResolvedValueOnce(grant("t1"));
    await expect(auth.renew()).resolves.toBe(false);
    expect(auth.token()).toBe("t0");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(auth.token()).toBe("t1");
  });

  it("is signed in in a new tab, where the browser has a session", async () => {
    const { tab, sessions, open } = world();
    open().signIn(grant());
    tab.items.clear();
    sessions.refresh.mockResolvedValueOnce(grant("t1"));
    const other = open();
    expect(other.token()).toBeNull();
    await vi.advanceTimersByTimeAsync(0);
    expect(other.token()).toBe("t1");
  });

  it("asks for no session where there was none", () => {
    const { sessions, open } = world();
    open();
    expect(sessions.refresh).not.toHaveBeenCalled();
  });

  it("a session of another tab that is gone asks nobody to sign in again", async () => {
    const { browser, open } = world();
    browser.setItem("veza.has-session", "1");
    const auth = open();
    await vi.advanceTimersByTimeAsync(0);
    expect(auth.state.get()).toEqual({ session: null, expired: false });
    expect(browser.items.size).toBe(0);
  });

  it("fetches once for all who ask at once", async () => {
    const { sessions, open } = world();
    sessions.refresh.mockResolvedValueOnce(grant("t1"));
    const auth = open();
    auth.signIn(grant());
    await expect(Promise.all([auth.renew(), auth.renew()])).resolves.toEqual([true, true]);
    expect(sessions.refresh).toHaveBeenCalledOnce();
  });

  it("does not take up what is stale or broken", () => {
    const { tab, browser, open } = world();
    open().signIn(grant());
    browser.items.clear();
    vi.setSystemTime(Date.now() + 900_001);
    expect(open().token()).toBeNull();
    for (const broken of ["{", '{"accessToken":7}']) {
      tab.items.set("veza.session", broken);
      expect(open().token()).toBeNull();
    }
  });

  it("signing out tells the server, is no expiry, and stops the clock", async () => {
    const { tab, browser, sessions, open } = world();
    const auth = open();
    auth.signIn(grant());
    sessions.logout.mockRejectedValueOnce(refusal(503));
    auth.signOut();
    await vi.advanceTimersByTimeAsync(2_000_000);
    expect(auth.state.get()).toEqual({ session: null, expired: false });
    expect(sessions.logout).toHaveBeenCalledOnce();
    expect(sessions.refresh).not.toHaveBeenCalled();
    expect(tab.items.size + browser.items.size).toBe(0);
  });
});
