// The page against the real server, in a real browser. See README.md for what it needs.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, watch } from "./browser.mjs";
import { journey } from "./journey.mjs";
import { makeMusic } from "./music.mjs";
import { startServer } from "./server.mjs";

/** All of it must be over within this time, in milliseconds. */
const LIMIT = 6 * 60_000;
const DIST = fileURLToPath(new URL("../dist", import.meta.url));

const binary = process.env.BINARY;
if (!binary) {
  console.error("BINARY must name the veza binary, for example target/debug/veza");
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "veza-e2e-"));
let server;
let browser;
let page;

async function step(name, action) {
  const start = performance.now();
  try {
    await action();
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  }
  console.log(`  ok  ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

async function main() {
  const music = await makeMusic(folder);
  server = await startServer(binary, join(folder, "data"), DIST);
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const watched = await watch(page);
  await journey({ page, watched, step, api: server.api, music, mail: join(folder, "data", "mail") });
  assert.deepEqual(watched.wrongs, [], "what the page must not do");
}

let timer;
const limit = new Promise((_, reject) => {
  timer = setTimeout(() => reject(new Error(`not over within ${LIMIT / 1000} s`)), LIMIT);
});
try {
  await Promise.race([main(), limit]);
  console.log("the page works");
} catch (error) {
  process.exitCode = 1;
  console.error(`FAILED  ${error.stack ?? error}`);
  if (process.env.E2E_SCREENSHOT) await page?.screenshot({ path: process.env.E2E_SCREENSHOT }).catch(() => undefined);
  const said = server?.said();
  if (said) console.error(`the server said last:\n${said}`);
} finally {
  clearTimeout(timer);
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}
