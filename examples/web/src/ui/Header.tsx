import type { Session } from "../auth/session";
import type { Route } from "../router";
import { auth } from "../services";
import { Link } from "./Link";
import { Mark } from "./icons";

interface HeaderProps {
  route: Route;
  session: Session | null;
  onSignIn: () => void;
  onSignUp: () => void;
}

export function Header({ route, session, onSignIn, onSignUp }: HeaderProps) {
  const here = (view: Route["view"]) => (route.view === view ? { "aria-current": "page" as const } : {});
  return (
    <header className="header">
      <div className="header-row">
        <Link href="/" className="brand" aria-label="Veza, home">
          <Mark />
          <span>veza</span>
        </Link>
        <nav aria-label="Main">
          <Link href="/" {...here("library")}>
            Library
          </Link>
          <Link href="/uploads" {...here("uploads")}>
            Your uploads
          </Link>
        </nav>
        <div className="account">
          {session ? (
            <>
              <span className="account-name" title={session.user.email}>
                {session.user.username}
              </span>
              <button type="button" className="button quiet small" onClick={auth.signOut}>
                Sign out
              </button>
            </>
          ) : (
            <>
              <button type="button" className="button quiet small" onClick={onSignIn}>
                Sign in
              </button>
              <button type="button" className="button primary small" onClick={onSignUp}>
                Sign up
              </button>
            </>
          )}
        </div>
      </div>
    </header>
  );
}
