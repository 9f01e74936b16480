import { useSyncExternalStore } from "react";

export type Route =
  | { view: "library" }
  | { view: "uploads" }
  | { view: "account" }
  | { view: "track"; id: string }
  | { view: "ask"; mode: "sign-in" | "sign-up" }
  | { view: "provider"; id: string }
  | { view: "link"; kind: LinkKind }
  | { view: "unknown" };

/** What the links of mails do. */
export type LinkKind = "verify" | "confirm-address" | "reset-password";

const LINKS: readonly LinkKind[] = ["verify", "confirm-address", "reset-password"];

export function routeOf(path: string): Route {
  if (path === "/") return { view: "library" };
  if (path === "/account") return { view: "account" };
  if (path === "/uploads") return { view: "uploads" };
  if (path === "/sign-in" || path === "/sign-up") return { view: "ask", mode: path === "/sign-in" ? "sign-in" : "sign-up" };
  const provider = /^\/sign-in\/([0-9a-z-]{1,32})$/.exec(path);
  if (provider?.[1] !== undefined) return { view: "provider", id: provider[1] };
  const kind = LINKS.find((link) => path === `/${link}`);
  if (kind) return { view: "link", kind };
  const track = /^\/tracks\/([0-9a-zA-Z-]{1,64})$/.exec(path);
  return track?.[1] === undefined ? { view: "unknown" } : { view: "track", id: track[1] };
}

const listeners = new Set<() => void>();
const notify = () => listeners.forEach((listener) => listener());

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname);
}

export function navigate(path: string): void {
  if (path === window.location.pathname) return;
  window.history.pushState(null, "", path);
  window.scrollTo(0, 0);
  notify();
}
