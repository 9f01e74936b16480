import { useState, type FormEvent } from "react";
import { asProblem, type Problem } from "../api/problem";
import { auth, client } from "../services";
import { Field } from "../ui/Field";
import { Mark } from "../ui/icons";

interface SecondFactorFormProps {
  /** What the first step has answered. */
  ticket: string;
  onDone: () => void;
  /** The ticket is no longer good: the first step is due again. */
  onOver: (problem: Problem) => void;
}

/** The second step of signing in: the code of an authenticator, or a recovery code. */
export function SecondFactorForm({ ticket, onDone, onOver }: SecondFactorFormProps) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      auth.signIn(await client.verifySecondFactor(ticket, typed));
      onDone();
    } catch (error) {
      const refused = asProblem(error);
      if (refused.code === "auth.second_factor.ticket_not_good") {
        onOver(refused);
        return;
      }
      setProblem(refused);
      setTyped("");
      setBusy(false);
    }
  };

  return (
    <form className="auth-form" onSubmit={(event) => void submit(event)}>
      <Mark size={36} />
      <h2>Second step</h2>
      <p className="muted">Type the code that your authenticator shows, or one of your recovery codes.</p>
      <Field
        label="Code"
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        maxLength={64}
        value={typed}
        error={problem?.detail}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button primary wide" disabled={busy}>
        {busy ? "One moment…" : "Sign in"}
      </button>
    </form>
  );
}
