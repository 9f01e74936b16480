// The page against the real server, in a real browser. See README.md for what it needs.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accounts } from "./accounts.mjs";
import { launch, watch } from "./browser.mjs";
import { journey } from "./journey.mjs";
import { makeMusic } from "./music.mjs";
import { freePort, startProvider } from "./provider.mjs";
import { startServer } from "./server.mjs";

/** All of it must be over within this time, in milliseconds. */
const LIMIT = 6 * 60_000;
/** Who uses the page. */
const PERSON = { email: "lena@example.org", username: "lena_viola", password: "seven quiet violas" };
const DIST = fileURLToPath(new URL("../dist", import.meta.url));

const { BINARY: binary, OIDC_PROVIDER: identities } = process.env;
if (!binary || !identities) {
  console.error("BINARY must name the veza binary, and OIDC_PROVIDER a provider of identities: see README.md");
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "veza-e2e-"));
let provider;
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
  const data = join(folder, "data");
  const port = await freePort();
  provider = await startProvider(identities, `http://127.0.0.1:${port}`, folder);
  server = await startServer(binary, { data, port, web: DIST, config: provider.settings });
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const watched = await watch(page);
  const { api } = server;
  await journey({ page, watched, step, api, music, person: PERSON, mail: join(data, "mail") });
  await accounts({ page, watched, step, api, person: PERSON });
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
  await provider?.stop();
  await rm(folder, { recursive: true, force: true });
}
