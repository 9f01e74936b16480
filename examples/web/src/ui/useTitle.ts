import { useEffect } from "react";

/** Names the view in the browser's tab and history. */
export function useTitle(name: string | null): void {
  useEffect(() => {
    document.title = name === null ? "Veza" : `${name} · Veza`;
  }, [name]);
}
