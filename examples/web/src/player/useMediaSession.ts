import { useEffect } from "react";
import { player, usePlayer } from "../services";

/** Tells the system what plays, and takes its media keys. */
export function useMediaSession(): void {
  const { track, status } = usePlayer();
  useEffect(() => {
    if (!("mediaSession" in navigator)) return;
    const session = navigator.mediaSession;
    session.metadata = track && new MediaMetadata({ title: track.title, artist: track.artist.username });
    const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
      ["play", () => player.toggle()],
      ["pause", () => player.toggle()],
      ["nexttrack", () => player.skip(1)],
      ["previoustrack", () => player.skip(-1)],
      ["seekto", (details) => details.seekTime !== undefined && player.seek(details.seekTime)],
    ];
    for (const [action, handler] of handlers) session.setActionHandler(action, track ? handler : null);
  }, [track]);
  useEffect(() => {
    if ("mediaSession" in navigator) {
      navigator.mediaSession.playbackState = track === null ? "none" : status === "playing" ? "playing" : "paused";
    }
  }, [track, status]);
}
