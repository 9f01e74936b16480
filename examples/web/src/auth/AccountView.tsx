import { useEffect, useState } from "react";
import { asProblem } from "../api/problem";
import type { Export } from "../api/types";
import { auth, client, useAuth } from "../services";
import { Field } from "../ui/Field";
import { Card, useTask } from "./LinkView";

/** Everything that is kept of oneself, to take along. The mail about it leads here. */
export function AccountView({ onSignIn }: { onSignIn: () => void }) {
  const { session } = useAuth();
  if (session === null) {
    return (
      <Card title="Your account" problem={null}>
        <button type="button" className="button primary wide" onClick={onSignIn}>
          Sign in
        </button>
      </Card>
    );
  }
  return <ExportCard key={session.user.id} />;
}

function ExportCard() {
  const [found, setFound] = useState<Export | null>(null);
  const [password, setPassword] = useState("");
  useEffect(() => {
    const stop = new AbortController();
    client.export(stop.signal).then(setFound, () => undefined);
    return () => stop.abort();
  }, []);

  const ask = useTask(async () => setFound(await proved(() => client.requestExport(), password)));
  const fetch = useTask(async () => save(await proved(() => client.fetchExport(), password)));
  const busy = ask.busy || fetch.busy;
  const problem = fetch.problem ?? ask.problem;
  const mustProve = problem?.code === "auth.step_up_required" || problem?.code === "auth.password_wrong";
  const ready = found?.status === "ready";
  const run = ready ? fetch.run : ask.run;
  return (
    <Card title="Your data" problem={problem} onSubmit={run}>
      <p role="status">{words(found)}</p>
      {mustProve && (
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          error={undefined}
          onChange={(event) => setPassword(event.target.value)}
        />
      )}
      {found?.status !== "pending" && (
        <button type="submit" className="button primary wide" disabled={busy}>
          {busy ? "One moment…" : ready ? "Fetch the archive" : "Ask for an archive"}
        </button>
      )}
    </Card>
  );
}

function words(found: Export | null): string {
  switch (found?.status) {
    case "pending":
      return "Your archive is being written. A mail tells you when it can be fetched.";
    case "ready":
      return `Your archive can be fetched until ${new Date(found.expiresAt ?? "").toLocaleDateString()}.`;
    case "failed":
      return "Your archive could not be written. You can ask for another.";
    default:
      return "Everything that is kept of you, with the files you uploaded, as a ZIP archive.";
  }
}

/** Does what needs a fresh proof of who one is, with the password if there is one. */
async function proved<T>(work: () => Promise<T>, password: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { session } = auth.state.get();
    if (asProblem(error).code !== "auth.step_up_required" || password === "" || session === null) throw error;
    const fresh = await client.reauthenticate(password);
    auth.signIn({ ...fresh, user: session.user });
    return work();
  }
}

function save(archive: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(archive);
  link.download = "veza-export.zip";
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
