import { useEffect } from "react";
import { player } from "../services";

/** Elements on which the space bar already has a meaning. */
const TAKEN = "input, textarea, select, button, a, dialog, summary";

/** The space bar plays and pauses, wherever it means nothing else. */
export function useSpaceKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== " " || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(TAKEN)) return;
      if (player.state.get().track === null) return;
      event.preventDefault();
      player.toggle();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
