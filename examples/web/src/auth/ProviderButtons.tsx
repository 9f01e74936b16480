import { useEffect, useState } from "react";
import { asProblem, type Problem } from "../api/problem";
import type { Provider } from "../api/types";
import { client } from "../services";

/** Whom one can sign in with besides a password; nothing where there is nobody. */
export function ProviderButtons({ onProblem }: { onProblem: (problem: Problem) => void }) {
  const [providers, setProviders] = useState<Provider[]>([]);
  const [gone, setGone] = useState(false);

  useEffect(() => {
    const stop = new AbortController();
    // Without an answer there is still the password.
    client.providers(stop.signal).then(setProviders, () => undefined);
    return () => stop.abort();
  }, []);

  const go = async (id: string) => {
    setGone(true);
    try {
      window.location.assign(await client.providerSignIn(id, returnPath()));
    } catch (error) {
      onProblem(asProblem(error));
      setGone(false);
    }
  };

  return providers.map(({ id, name }) => (
    <button key={id} type="button" className="button quiet wide" disabled={gone} onClick={() => void go(id)}>
      Continue with {name}
    </button>
  ));
}

/** Where one is, unless that is a page for signing in. */
function returnPath(): string {
  const { pathname } = window.location;
  return /^\/sign-(in|up)/.test(pathname) ? "/" : pathname;
}
