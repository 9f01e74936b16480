import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { until } from "./probes.mjs";

/** A port that is free now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Starts the provider of identities whose program is `script`. It sends people back to the page at `api`;
 * `settings` is a file that tells the server about it.
 */
export async function startProvider(script, api, folder) {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = spawn(process.execPath, [script, String(port), `${api}/sign-in/example`], { stdio: "ignore" });
  const stop = async () => {
    if (provider.exitCode !== null || provider.signalCode !== null) return;
    provider.kill("SIGTERM");
    await once(provider, "exit");
  };
  const settings = join(folder, "provider.toml");
  await writeFile(
    settings,
    `[[provider]]
id = "example"
name = "Example"
issuer = "${issuer}"
client_id = "veza"
client_secret = "a secret: with & and %"
`,
  );
  try {
    await until("the provider answers", () =>
      fetch(`${issuer}/.well-known/openid-configuration`).then(
        (response) => response.ok,
        () => false,
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { settings, stop };
}
