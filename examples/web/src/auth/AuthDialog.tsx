import { useState, type FormEvent } from "react";
import { asProblem, type Problem } from "../api/problem";
import { auth, client } from "../services";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Mark } from "../ui/icons";
import { ProviderButtons } from "./ProviderButtons";
import { SecondFactorForm } from "./SecondFactorForm";

export type AuthMode = "sign-in" | "sign-up";

interface AuthDialogProps {
  mode: AuthMode;
  /** Said above the form, for example that the session has ended. */
  reason?: string | undefined;
  onMode: (mode: AuthMode) => void;
  onClose: () => void;
}

/** Which fields can show an error of their own; any other is listed above the form. */
const FIELDS = ["email", "username", "password"];

export function AuthDialog({ mode, reason, onMode, onClose }: AuthDialogProps) {
  const [email, setEmail] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [mailed, setMailed] = useState(false);
  const [ticket, setTicket] = useState<string | null>(null);
  const signUp = mode === "sign-up";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      if (signUp) {
        await client.register({ email: email.trim(), username: username.trim(), password });
        setMailed(true);
      } else {
        const answer = await client.login(email.trim(), password);
        if ("ticket" in answer) {
          setTicket(answer.ticket);
          setBusy(false);
        } else {
          auth.signIn(answer);
          onClose();
        }
      }
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };

  const title = signUp ? "Create your account" : "Welcome back";
  const conflict = fieldOfConflict(problem);
  const errorOf = (field: string) => problem?.field(field) ?? (conflict === field ? problem?.detail : undefined);
  const elsewhere = problem?.fields.filter((error) => !FIELDS.includes(error.field)) ?? [];
  const general = problem !== null && conflict === null && (problem.fields.length === 0 || elsewhere.length > 0);

  if (mailed) {
    return (
      <Dialog label="Look into your mail" onClose={onClose}>
        <div className="auth-form" role="status">
          <Mark size={36} />
          <h2>Look into your mail</h2>
          <p>
            A mail is on its way to <strong>{email.trim()}</strong>. Follow the link in it to open your account; it is
            good for a day.
          </p>
          <button type="button" className="button primary wide" onClick={onClose}>
            Done
          </button>
        </div>
      </Dialog>
    );
  }

  if (ticket !== null) {
    return (
      <Dialog label="Second step" onClose={onClose}>
        <SecondFactorForm
          ticket={ticket}
          onDone={onClose}
          onOver={(over) => {
            setTicket(null);
            setPassword("");
            setProblem(over);
          }}
        />
      </Dialog>
    );
  }

  return (
    <Dialog label={title} onClose={onClose}>
      <form className="auth-form" onSubmit={(event) => void submit(event)}>
        <Mark size={36} />
        <h2>{title}</h2>
        <p className="muted">
          {reason ?? (signUp ? "A place for your music, at full quality." : "Sign in to upload and manage your music.")}
        </p>
        {general && (
          <div className="failure" role="alert">
            <p>{problem.detail}</p>
            {elsewhere.map((error) => (
              <p key={error.field}>
                {error.field}: {error.message}
              </p>
            ))}
          </div>
        )}
        <Field
          label="Email"
          name="email"
          type="email"
          autoComplete="email"
          required
          value={email}
          error={errorOf("email")}
          onChange={(event) => setEmail(event.target.value)}
        />
        {signUp && (
          <Field
            label="Username"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            minLength={3}
            maxLength={32}
            pattern="[A-Za-z0-9_\-]+"
            title="Letters, digits, _ and -"
            hint="3 to 32 letters, digits, _ or -"
            value={username}
            error={errorOf("username")}
            onChange={(event) => setUsername(event.target.value)}
          />
        )}
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete={signUp ? "new-password" : "current-password"}
          required
          minLength={signUp ? 12 : 1}
          maxLength={128}
          {...(signUp && { hint: "At least 12 characters. A few words make a good one." })}
          value={password}
          error={errorOf("password")}
          onChange={(event) => setPassword(event.target.value)}
        />
        <button type="submit" className="button primary wide" disabled={busy}>
          {busy ? "One moment…" : signUp ? "Create account" : "Sign in"}
        </button>
        <ProviderButtons onProblem={setProblem} />
        <p className="auth-switch">
          {signUp ? "Already here?" : "New here?"}{" "}
          <button
            type="button"
            className="text-button"
            onClick={() => {
              setProblem(null);
              onMode(signUp ? "sign-in" : "sign-up");
            }}
          >
            {signUp ? "Sign in" : "Create an account"}
          </button>
        </p>
        {!signUp && (
          <p className="auth-switch">
            <a href="/reset-password">Forgotten your password?</a>
          </p>
        )}
      </form>
    </Dialog>
  );
}

/** A taken name is one field's fault, though the problem carries no field list. */
function fieldOfConflict(problem: Problem | null): string | null {
  if (problem?.code === "auth.user.username_taken") return "username";
  return null;
}
