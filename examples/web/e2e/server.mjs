import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** How long the server may take to listen, and to end, in milliseconds. */
const START = 60_000;
const STOP = 10_000;

/** Starts `veza serve`, with the page on `port`; answers its addresses and the way to end it. */
export async function startServer(binary, { data, port, web, config }) {
  const ports = ["--api-port", String(port), "--chat-port", "0", "--stream-port", "0"];
  const settings = ["--web", web, "--config", config, "--public-url", `http://127.0.0.1:${port}`];
  const server = spawn(binary, ["serve", "--data", data, ...ports, ...settings, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // The end of what it says, to be shown when something goes wrong.
  let said = "";
  server.stderr.on("data", (chunk) => {
    said = (said + chunk).slice(-8000);
  });
  const ended = once(server, "exit").catch((error) => [error.message]);
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
    server.kill("SIGTERM");
    const timer = setTimeout(() => server.kill("SIGKILL"), STOP);
    await ended;
    clearTimeout(timer);
  };

  const lines = createInterface({ input: server.stdout });
  let timer;
  try {
    const line = await Promise.race([
      once(lines, "line").then(([first]) => first),
      ended.then(([code]) => Promise.reject(new Error(`${binary} ended before it listened: ${code}\n${said}`))),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${binary} did not listen within ${START} ms\n${said}`)), START);
      }),
    ]);
    const event = JSON.parse(line);
    if (event.event !== "listening") throw new Error(`unexpected first line: ${line}`);
    return { api: event.api, stream: event.stream, stop, said: () => said };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
