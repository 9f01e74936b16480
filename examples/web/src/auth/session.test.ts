import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../api/types";
import { Auth } from "./session";

const grant: Grant = {
  accessToken: "t0",
  tokenType: "Bearer",
  expiresIn: 900,
  user: { id: "1", email: "l@example.org", username: "lena", role: "user", createdAt: "2026-01-01T00:00:00Z" },
};

function tab() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("Auth", () => {
  it("survives a reload of the tab", () => {
    const storage = tab();
    new Auth(storage).signIn(grant);
    const reloaded = new Auth(storage);
    expect(reloaded.token()).toBe("t0");
    expect(reloaded.state.get().session?.user.username).toBe("lena");
  });

  it("ends with the token, and says so", () => {
    const storage = tab();
    const auth = new Auth(storage);
    auth.signIn(grant);
    vi.advanceTimersByTime(899_000);
    expect(auth.token()).toBe("t0");
    vi.advanceTimersByTime(1_000);
    expect(auth.state.get()).toEqual({ session: null, expired: true });
    expect(storage.items.size).toBe(0);
  });

  it("ends after a reload too", () => {
    const storage = tab();
    new Auth(storage).signIn(grant);
    vi.advanceTimersByTime(600_000);
    const reloaded = new Auth(storage);
    vi.advanceTimersByTime(300_000);
    expect(reloaded.token()).toBeNull();
  });

  it("does not take up what is stale or broken", () => {
    const storage = tab();
    new Auth(storage).signIn(grant);
    vi.advanceTimersByTime(900_001);
    expect(new Auth(storage).token()).toBeNull();
    storage.items.set("veza.session", "{");
    expect(new Auth(storage).token()).toBeNull();
    storage.items.set("veza.session", '{"accessToken":7}');
    expect(new Auth(storage).token()).toBeNull();
  });

  it("signing out is no expiry, and stops the clock", () => {
    const auth = new Auth(tab());
    auth.signIn(grant);
    auth.signOut();
    vi.advanceTimersByTime(2_000_000);
    expect(auth.state.get()).toEqual({ session: null, expired: false });
  });

  it("a refusal after signing out asks nobody to sign in again", () => {
    const auth = new Auth(tab());
    auth.expire();
    expect(auth.state.get().expired).toBe(false);
  });
});
