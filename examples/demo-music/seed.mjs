// Puts the demo pieces into a running Veza, each once, by the same requests a client makes.
//
//   node seed.mjs FOLDER API BINARY DATA
//
// FOLDER holds what the `demo-music` program made: WAV files and `pieces.json`. BINARY is the program
// `veza`, which makes the account that they belong to, and DATA the folder of the installation.
import { execFileSync } from "node:child_process";
import { openAsBlob } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import path from "node:path";

const [folder, api, binary, data] = process.argv.slice(2);
if (!folder || !api || !binary || !data) {
  console.error("Usage: node seed.mjs FOLDER API BINARY DATA");
  process.exit(2);
}
const base = new URL("/api/v1/", api);
const pieces = JSON.parse(await readFile(path.join(folder, "pieces.json"), "utf8"));
const account = await demoAccount();
const token = await signIn(account);
const present = new Set((await ownTracks()).map((track) => track.title));
const missing = pieces.filter((piece) => !present.has(piece.title));
const ids = [];
for (const piece of missing) ids.push(await upload(piece));
for (const id of ids) await ready(id);
if (ids.length > 0) console.log(`${ids.length} demo tracks are ready`);

/** The account the demo tracks belong to; its password is made here and kept beside them. */
async function demoAccount() {
  const file = path.join(folder, "account.json");
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  const made = {
    email: "demo@veza.example",
    username: "veza-demo",
    password: randomBytes(18).toString("base64url"),
  };
  const about = ["--data", data, "--email", made.email, "--username", made.username];
  execFileSync(binary, ["accounts", "add", ...about], { input: `${made.password}\n` });
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

async function signIn({ email, password }) {
  const answer = await request("auth/login", { method: "POST", json: { email, password } });
  return answer.accessToken;
}

async function ownTracks() {
  const tracks = [];
  let cursor = null;
  do {
    const query = cursor ? `?limit=100&cursor=${encodeURIComponent(cursor)}` : "?limit=100";
    const page = await request(`users/me/tracks${query}`, { token });
    tracks.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return tracks;
}

async function upload(piece) {
  const form = new FormData();
  form.set("title", piece.title);
  form.set("genre", piece.genre);
  form.set("description", piece.description);
  const file = await openAsBlob(path.join(folder, piece.file), { type: "audio/wav" });
  form.set("file", file, piece.file);
  const track = await request("tracks", { method: "POST", body: form, token });
  console.log(`uploaded  ${piece.title}`);
  return track.id;
}

async function ready(id) {
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    const track = await request(`tracks/${id}`, { token });
    if (track.status === "ready") return;
    if (track.status === "failed") throw new Error(`${track.title}: ${track.failure?.detail}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`track ${id} was not ready within two minutes`);
}

async function request(url, { method = "GET", json, body, token } = {}) {
  const headers = {};
  if (json) headers["content-type"] = "application/json";
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(new URL(url, base), {
    method,
    headers,
    body: json ? JSON.stringify(json) : body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
