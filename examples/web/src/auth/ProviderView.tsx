import { useEffect, useRef, useState } from "react";
import { asProblem, Problem } from "../api/problem";
import type { Grant, ProviderReturn } from "../api/types";
import { navigate } from "../router";
import { auth, client } from "../services";
import { Field } from "../ui/Field";
import { Card, useTask } from "./LinkView";

interface ProviderViewProps {
  id: string;
  onSignIn: () => void;
}

interface Asked {
  ticket: string;
  returnTo: string | null;
}

/** Where a provider sends the browser back to. What came in the address is taken out of it at once. */
export function ProviderView({ id, onSignIn }: ProviderViewProps) {
  const [returned] = useState(() => returnedIn(window.location.search));
  const [problem, setProblem] = useState<Problem | null>(returned === null ? cancelled() : null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const begun = useRef(false);

  const handOver = async (returned: ProviderReturn) => {
    setProblem(null);
    try {
      const answer = await client.providerCallback(id, returned);
      if (answer.outcome === "signed_in") enter(answer.session, answer.returnTo);
      else if (answer.outcome === "second_factor") setAsked({ ...answer.secondFactor, returnTo: answer.returnTo });
      else navigate(answer.returnTo ?? "/");
    } catch (error) {
      setProblem(asProblem(error));
    }
  };

  useEffect(() => {
    // An answer is good once, however often the page is drawn.
    if (begun.current) return;
    begun.current = true;
    window.history.replaceState(null, "", window.location.pathname);
    if (returned !== null) void handOver(returned);
  });

  if (asked !== null) return <SecondFactor {...asked} />;
  const again = returned !== null && problem !== null && (problem.status === 0 || problem.status >= 500);
  return (
    <Card title={problem === null ? "Signing you in…" : "You are not signed in"} problem={problem}>
      {problem !== null && (
        <button
          type="button"
          className="button primary wide"
          onClick={() => (again ? void handOver(returned) : onSignIn())}
        >
          {again ? "Try again" : "Sign in"}
        </button>
      )}
    </Card>
  );
}

function SecondFactor({ ticket, returnTo }: Asked) {
  const [code, setCode] = useState("");
  const { busy, problem, run } = useTask(async () => enter(await client.verifySecondFactor(ticket, code), returnTo));
  return (
    <Card title="Your second factor" problem={problem} onSubmit={run}>
      <Field
        label="Code of your authenticator, or a recovery code"
        name="code"
        autoComplete="one-time-code"
        required
        value={code}
        error={problem?.field("code")}
        onChange={(event) => setCode(event.target.value)}
      />
      <button type="submit" className="button primary wide" disabled={busy}>
        {busy ? "One moment…" : "Sign in"}
      </button>
    </Card>
  );
}

function enter(grant: Grant, returnTo: string | null): void {
  auth.signIn(grant);
  navigate(returnTo ?? "/");
}

function returnedIn(search: string): ProviderReturn | null {
  const parameters = new URLSearchParams(search);
  const [state, code, iss] = ["state", "code", "iss"].map((name) => parameters.get(name));
  if (!state || !code) return null;
  return { state, code, ...(iss && { iss }) };
}

function cancelled(): Problem {
  const detail = "The provider did not let you in, or you changed your mind.";
  return new Problem({ status: 403, code: "client.cancelled", title: "Not signed in", detail });
}
