import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];

async function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of NAMES) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, name);
      const runs = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (runs) return path;
    }
  }
  throw new Error(`none of ${NAMES.join(", ")} is on the PATH; name one with CHROMIUM`);
}

/** A fresh browser with a fresh profile. */
export async function launch() {
  return chromium.launch({ executablePath: await findChromium(), headless: true, args: FLAGS });
}

/**
 * Collects all that a page must not do: log an error, throw, break the content security policy, or ask
 * for something that is refused. `expect` names a refusal that belongs to the test, by status and path; what is done
 * `elsewhere`, on the page of somebody else, is not our page's fault.
 */
export async function watch(page) {
  const wrongs = [];
  let away = false;
  const wrong = (text) => away || wrongs.push(text);
  const expected = [];
  const fetched = [];
  const isExpected = (status, url) =>
    expected.some((entry) => entry.status === status && new URL(url).pathname === entry.path);

  await page.exposeFunction("reportViolation", (text) => wrong(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  page.on("pageerror", (error) => wrong(`thrown: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // The browser itself logs each refused request; the response handler below judges those.
    if (message.text().startsWith("Failed to load resource: the server responded")) return;
    wrong(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // The page gives up requests it no longer needs: a poll it left, a segment it seeked away from.
    if (reason !== "net::ERR_ABORTED") wrong(`failed: ${request.method()} ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    const status = response.status();
    if (status >= 400 && !isExpected(status, response.url())) {
      wrong(`refused: ${status} ${response.request().method()} ${response.url()}`);
    }
  });
  page.on("requestfinished", (request) => fetched.push(request.url()));
  const elsewhere = async (visit) => {
    away = true;
    await visit();
    away = false;
  };
  return { wrongs, fetched, elsewhere, expect: (status, path) => expected.push({ status, path }) };
}
