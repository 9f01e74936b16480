import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { asProblem, type Problem } from "../api/problem";
import type { LinkKind } from "../router";
import { client } from "../services";
import { Field } from "../ui/Field";
import { Mark } from "../ui/icons";
import { useTitle } from "../ui/useTitle";

interface LinkViewProps {
  kind: LinkKind;
  onSignIn: () => void;
}

/** Where the links of mails lead. Nothing happens before a click: programs follow links too. */
export function LinkView({ kind, onSignIn }: LinkViewProps) {
  const token = useToken();
  if (kind === "reset-password") {
    return token === null ? <AskReset /> : <SetPassword token={token} onSignIn={onSignIn} />;
  }
  return <Confirm kind={kind} token={token ?? ""} onSignIn={onSignIn} />;
}

/** The token of the address, which is then taken out of it: histories and headers keep addresses. */
function useToken(): string | null {
  const [token] = useState(() => new URLSearchParams(window.location.search).get("token"));
  useEffect(() => {
    if (token !== null) window.history.replaceState(null, "", window.location.pathname);
  }, [token]);
  return token;
}

function Confirm({ kind, token, onSignIn }: LinkViewProps & { token: string }) {
  const { busy, done, problem, run } = useTask(() =>
    kind === "verify" ? client.verify(token) : client.confirmAddress(token),
  );
  const title = kind === "verify" ? "Confirm your address" : "Confirm your new address";
  return (
    <Card title={done ? "Your address is confirmed" : title} problem={problem}>
      {done ? (
        <SignIn onSignIn={onSignIn} />
      ) : (
        <button type="button" className="button primary wide" disabled={busy} onClick={() => void run()}>
          {busy ? "One moment…" : "Confirm the address"}
        </button>
      )}
    </Card>
  );
}

function AskReset() {
  const [email, setEmail] = useState("");
  const { busy, done, problem, run } = useTask(() => client.requestReset(email.trim()));
  if (done) {
    return (
      <Card title="Look into your mail" problem={null}>
        <p role="status">If that address has an account, a link to set a new password is on its way to it.</p>
      </Card>
    );
  }
  return (
    <Card title="Set a new password" problem={problem} onSubmit={run}>
      <Field
        label="Email"
        name="email"
        type="email"
        autoComplete="email"
        required
        value={email}
        error={problem?.field("email")}
        onChange={(event) => setEmail(event.target.value)}
      />
      <button type="submit" className="button primary wide" disabled={busy}>
        {busy ? "One moment…" : "Send me a link"}
      </button>
    </Card>
  );
}

function SetPassword({ token, onSignIn }: { token: string; onSignIn: () => void }) {
  const [password, setPassword] = useState("");
  const { busy, done, problem, run } = useTask(() => client.resetPassword(token, password));
  if (done) {
    return (
      <Card title="Your password is set" problem={null}>
        <SignIn onSignIn={onSignIn} />
      </Card>
    );
  }
  return (
    <Card title="Set a new password" problem={problem?.field("password") ? null : problem} onSubmit={run}>
      <Field
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={12}
        maxLength={128}
        hint="At least 12 characters. A few words make a good one."
        value={password}
        error={problem?.field("password")}
        onChange={(event) => setPassword(event.target.value)}
      />
      <button type="submit" className="button primary wide" disabled={busy}>
        {busy ? "One moment…" : "Set the password"}
      </button>
    </Card>
  );
}

function SignIn({ onSignIn }: { onSignIn: () => void }) {
  return (
    <>
      <p role="status">You can sign in now.</p>
      <button type="button" className="button primary wide" onClick={onSignIn}>
        Go on to sign in
      </button>
    </>
  );
}

interface CardProps {
  title: string;
  problem: Problem | null;
  onSubmit?: () => Promise<void>;
  children: ReactNode;
}

export function Card({ title, problem, onSubmit, children }: CardProps) {
  useTitle(title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit?.();
  };
  return (
    <form className="auth-form link-card" onSubmit={submit}>
      <Mark size={36} />
      <h1>{title}</h1>
      {problem !== null && (
        <div className="failure" role="alert">
          <p>{problem.detail}</p>
        </div>
      )}
      {children}
    </form>
  );
}

/** Something that is asked of the server once at a time, and how that went. */
export function useTask(work: () => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      setDone(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, done, problem, run };
}
