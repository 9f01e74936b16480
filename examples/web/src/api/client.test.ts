import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Client } from "./client";

interface Seen {
  method: string;
  url: string;
  authorization: string | undefined;
  contentType: string | undefined;
  body: string;
}

let server: Server;
let seen: Seen[];
let answer: (response: ServerResponse) => void;
let token: string | null;
const renew = vi.fn<() => Promise<boolean>>();
let client: Client;

async function record(request: IncomingMessage): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const { authorization, "content-type": contentType } = request.headers;
  seen.push({ method: request.method ?? "", url: request.url ?? "", authorization, contentType, body });
}

const json = (status: number, value: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
};

beforeEach(async () => {
  [seen, token] = [[], null];
  renew.mockReset().mockResolvedValue(false);
  server = createServer((request, response) => void record(request).then(() => answer(response)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = new Client({ base: `http://127.0.0.1:${port}/api/v1`, token: () => token, renew });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("Client", () => {
  it("sends a code as a code and anything else as a recovery code", async () => {
    answer = json(200, { accessToken: "new", tokenType: "Bearer", expiresIn: 900, user: { username: "lena" } });
    for (const [typed, factor] of [
      ["123456", { code: "123456" }],
      [" 123 456 ", { code: "123456" }],
      [" 0a1b-2c3d ", { recoveryCode: "0a1b-2c3d" }],
      ["1234567", { recoveryCode: "1234567" }],
    ] as const) {
      seen = [];
      await client.verifySecondFactor("t1", typed);
      const [request] = seen;
      expect(request?.url).toBe("/api/v1/auth/2fa/verify");
      expect(JSON.parse(request?.body ?? "")).toEqual({ ticket: "t1", ...factor });
    }
  });

  it("signs in with JSON and without a token", async () => {
    token = "old";
    answer = json(200, { accessToken: "new", tokenType: "Bearer", expiresIn: 900, user: { username: "lena" } });
    await expect(client.login("lena@example.org", "seven quiet violas")).resolves.toMatchObject({ accessToken: "new" });
    expect(seen).toEqual([
      {
        method: "POST",
        url: "/api/v1/auth/login",
        authorization: undefined,
        contentType: "application/json",
        body: '{"email":"lena@example.org","password":"seven quiet violas"}',
      },
    ]);
  });

  it("registers, and has the account once the token of the mail is shown", async () => {
    answer = (response) => response.writeHead(202).end();
    const asked = client.register({ email: "l@example.org", username: "lena", password: "seven quiet violas" });
    await expect(asked).resolves.toBeUndefined();
    answer = json(201, { user: { id: "1", username: "lena" } });
    await expect(client.verify("t/?")).resolves.toMatchObject({ username: "lena" });
    expect(seen[1]).toMatchObject({ url: "/api/v1/auth/verify", body: '{"token":"t/?"}' });
  });

  it("goes to a provider and hands over what came back", async () => {
    answer = json(200, { authorizationUrl: "https://id.example/auth?state=s", expiresIn: 600 });
    await expect(client.providerSignIn("my-company", "/uploads")).resolves.toBe("https://id.example/auth?state=s");
    answer = json(200, { outcome: "second_factor", returnTo: "/uploads", secondFactor: { ticket: "t", expiresIn: 300 } });
    const answered = client.providerCallback("my-company", { state: "s", code: "c", iss: "https://id.example" });
    await expect(answered).resolves.toMatchObject({ outcome: "second_factor" });
    expect(seen.map(({ url, body }) => [url, body])).toEqual([
      ["/api/v1/auth/providers/my-company/sign-in", '{"returnTo":"/uploads"}'],
      ["/api/v1/auth/providers/my-company/callback", '{"state":"s","code":"c","iss":"https://id.example"}'],
    ]);
  });

  it("has no export before one is asked for, and fetches it with the token", async () => {
    token = "t";
    answer = json(404, { code: "account.export.not_found" });
    await expect(client.export()).resolves.toBeNull();
    answer = (response) => response.writeHead(200, { "Content-Type": "application/zip" }).end("archive");
    const archive = await client.fetchExport();
    expect(await archive.text()).toBe("archive");
    expect(seen[1]).toMatchObject({ url: "/api/v1/users/me/export/archive", authorization: "Bearer t" });
    answer = json(403, { code: "auth.step_up_required", detail: "confirm who you are" });
    await expect(client.fetchExport()).rejects.toMatchObject({ code: "auth.step_up_required" });
  });

  it("writes queries in snake_case and leaves out what is not asked", async () => {
    answer = json(200, { items: [], nextCursor: null });
    await client.tracks({ genre: "", sortBy: "title", order: "asc", limit: 20 });
    await client.tracks({ genre: "Folk & Fado", cursor: "a/b=" });
    expect(seen.map((request) => request.url)).toEqual([
      "/api/v1/tracks?sort_by=title&order=asc&limit=20",
      "/api/v1/tracks?genre=Folk+%26+Fado&cursor=a%2Fb%3D",
    ]);
  });

  it("sends the token where it is due, and escapes ids", async () => {
    token = "t0";
    answer = (response) => response.writeHead(204).end();
    await client.deleteTrack("../users");
    expect(seen[0]).toMatchObject({ method: "DELETE", url: "/api/v1/tracks/..%2Fusers", authorization: "Bearer t0" });
  });

  it("throws the problem the server sends", async () => {
    answer = json(409, { title: "Conflict", status: 409, code: "auth.user.username_taken", detail: "Taken." });
    const refused = client.register({ email: "l@example.org", username: "lena", password: "seven quiet violas" });
    await expect(refused).rejects.toMatchObject({ status: 409, code: "auth.user.username_taken", detail: "Taken." });
  });

  it("asks for another token when one has had its day, but not when a password is wrong", async () => {
    answer = json(401, { detail: "no" });
    await expect(client.login("l@example.org", "wrong")).rejects.toMatchObject({ status: 401 });
    expect(renew).not.toHaveBeenCalled();
    token = "stale";
    await expect(client.myTracks({})).rejects.toMatchObject({ status: 401 });
    expect(renew).toHaveBeenCalledOnce();
    expect(seen).toHaveLength(2);
  });

  it("sends a request once more with the next token", async () => {
    token = "stale";
    renew.mockImplementation(() => {
      [token, answer] = ["next", json(200, { items: [], nextCursor: null })];
      return Promise.resolve(true);
    });
    answer = json(401, { detail: "no" });
    await expect(client.myTracks({})).resolves.toMatchObject({ items: [] });
    expect(seen.map((request) => request.authorization)).toEqual(["Bearer stale", "Bearer next"]);
  });

  it("calls a closed port unreachable", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(client.track("1")).rejects.toMatchObject({ status: 0, code: "client.unreachable" });
  });

  it("calls an answer that is not the API's a problem", async () => {
    answer = (response) => response.writeHead(200).end("<html>a proxy</html>");
    await expect(client.track("1")).rejects.toMatchObject({ status: 502 });
  });

  it("stops when asked, and says it was asked", async () => {
    const abort = new AbortController();
    answer = () => abort.abort();
    await expect(client.track("1", abort.signal)).rejects.toMatchObject({ name: "AbortError" });
  });
});
