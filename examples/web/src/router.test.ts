import { expect, it } from "vitest";
import { routeOf } from "./router";

it.each([
  ["/", { view: "library" }],
  ["/uploads", { view: "uploads" }],
  ["/tracks/0192f0c1-7f5e", { view: "track", id: "0192f0c1-7f5e" }],
  ["/account", { view: "account" }],
  ["/sign-up", { view: "ask", mode: "sign-up" }],
  ["/sign-in/my-company", { view: "provider", id: "my-company" }],
  ["/sign-in/..%2f", { view: "unknown" }],
  ["/verify", { view: "link", kind: "verify" }],
  ["/reset-password", { view: "link", kind: "reset-password" }],
  ["/tracks/", { view: "unknown" }],
  ["/tracks/../admin", { view: "unknown" }],
  ["/nowhere", { view: "unknown" }],
])("%s", (path, route) => expect(routeOf(path)).toEqual(route));
