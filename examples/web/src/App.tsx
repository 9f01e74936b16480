import { useCallback, useEffect, useRef, useState } from "react";
import { AuthDialog, type AuthMode } from "./auth/AuthDialog";
import { AccountView } from "./auth/AccountView";
import { LinkView } from "./auth/LinkView";
import { ProviderView } from "./auth/ProviderView";
import { LibraryView } from "./library/LibraryView";
import { TrackView } from "./library/TrackView";
import { UploadsView } from "./library/UploadsView";
import { Dock } from "./player/Dock";
import { navigate, routeOf, usePath } from "./router";
import { uploads, useAuth } from "./services";
import { Header } from "./ui/Header";
import { Link } from "./ui/Link";
import { Empty } from "./ui/Notice";
import { useFileDrop } from "./upload/useFileDrop";

export function App() {
  const path = usePath();
  const route = routeOf(path);
  const { session, expired } = useAuth();
  const [asking, setAsking] = useState<AuthMode | null>(null);

  // A session that ended by itself asks at once: what comes next would only be refused.
  useEffect(() => {
    if (expired) setAsking("sign-in");
  }, [expired]);

  // A link of a mail may ask for signing in or up.
  const wanted = route.view === "ask" ? route.mode : null;
  useEffect(() => {
    if (wanted !== null) setAsking(wanted);
  }, [wanted]);

  // A new view is read from its top, by whoever reads it with their ears too.
  const content = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    content.current?.focus({ preventScroll: true });
  }, [path]);

  const dragging = useFileDrop(
    useCallback((files: FileList) => {
      uploads.add(files);
      navigate("/uploads");
    }, []),
  );
  const signIn = useCallback(() => setAsking("sign-in"), []);
  const signUp = useCallback(() => setAsking("sign-up"), []);

  return (
    <div className="app" data-dragging={dragging}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Header route={route} session={session} onSignIn={signIn} onSignUp={signUp} />
      <main ref={content} id="content" tabIndex={-1}>
        {(route.view === "library" || route.view === "ask") && <LibraryView onSignIn={signIn} onSignUp={signUp} />}
        {route.view === "uploads" && <UploadsView dragging={dragging} onSignIn={signIn} />}
        {route.view === "track" && <TrackView id={route.id} />}
        {route.view === "account" && <AccountView onSignIn={signIn} />}
        {route.view === "link" && <LinkView key={route.kind} kind={route.kind} onSignIn={signIn} />}
        {route.view === "provider" && <ProviderView key={route.id} id={route.id} onSignIn={signIn} />}
        {route.view === "unknown" && (
          <Empty
            title="There is nothing at this address"
            action={
              <Link href="/" className="button quiet">
                Go to the library
              </Link>
            }
          />
        )}
      </main>
      <Dock />
      {asking !== null && (
        <AuthDialog
          mode={asking}
          reason={expired ? "Your session has ended. Sign in again to go on." : undefined}
          onMode={setAsking}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}
