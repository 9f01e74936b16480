import type { Track } from "../api/types";
import { Store } from "../ui/store";
import type { HlsPlayback } from "./hls";
import { renditionOf, type Rendition } from "./rendition";

export type PlayStatus = "idle" | "loading" | "playing" | "paused" | "ended" | "error";

export interface PlayerState {
  track: Track | null;
  status: PlayStatus;
  /** In seconds, a few times a second; `Player.played` is exact at any moment. */
  position: number;
  duration: number;
  volume: number;
  muted: boolean;
  renditions: readonly Rendition[];
  /** The chosen rendition; null is automatic. */
  chosen: number | null;
  /** The rendition that is heard. */
  current: number | null;
  hasNext: boolean;
  hasPrevious: boolean;
}

const SILENT = { position: 0, renditions: [], chosen: null, current: null } as const;

/** One audio element, one track at a time, and the tracks around it. */
export class Player {
  readonly state: Store<PlayerState>;
  readonly audio = document.createElement("audio");
  private queue: readonly Track[] = [];
  private playback: HlsPlayback | null = null;
  /** Counts the loads, so that one which was overtaken can tell. */
  private load = 0;

  constructor() {
    this.audio.preload = "auto";
    this.state = new Store<PlayerState>({
      track: null,
      status: "idle",
      duration: 0,
      volume: 1,
      muted: false,
      hasNext: false,
      hasPrevious: false,
      ...SILENT,
    });
    this.listen();
  }

  /** Share of the track that is behind us, 0..1. */
  readonly played = (): number => {
    const { duration } = this.state.get();
    return duration > 0 ? Math.min(1, this.audio.currentTime / duration) : 0;
  };

  /** Plays `track`; `queue` is the list it stands in, for next and previous. */
  play(track: Track, queue: readonly Track[] = [track], from = 0): void {
    this.queue = queue.filter((entry) => entry.media !== null);
    const at = this.queue.findIndex((entry) => entry.id === track.id);
    this.state.update({ hasNext: at >= 0 && at < this.queue.length - 1, hasPrevious: at > 0 });
    if (this.state.get().track?.id === track.id && this.state.get().status !== "error") {
      this.resume();
      return;
    }
    void this.start(track, from);
  }

  toggle(): void {
    const { track, status } = this.state.get();
    if (track === null) return;
    if (status === "error") void this.start(track, this.state.get().position);
    else if (this.audio.paused) this.resume();
    else this.audio.pause();
  }

  seek(seconds: number): void {
    const { duration, track } = this.state.get();
    if (track === null) return;
    this.audio.currentTime = Math.max(0, Math.min(seconds, duration));
    this.state.update({ position: this.audio.currentTime });
  }

  /** `step` is 1 for the next track of the queue, -1 for the one before. */
  skip(step: 1 | -1): void {
    // Past the first seconds "previous" means "from the start", as on every player.
    if (step === -1 && this.audio.currentTime > 4) return this.seek(0);
    const id = this.state.get().track?.id;
    const at = this.queue.findIndex((entry) => entry.id === id);
    const next = at < 0 ? undefined : this.queue[at + step];
    if (next) this.play(next, this.queue);
  }

  choose(index: number | null): void {
    this.playback?.choose(index);
    this.state.update({ chosen: index });
  }

  setVolume(volume: number): void {
    this.audio.volume = Math.max(0, Math.min(1, volume));
    this.audio.muted = false;
  }

  toggleMuted(): void {
    this.audio.muted = !this.audio.muted;
  }

  /** Stops, and forgets the track; for one that has been deleted, for example. */
  close(): void {
    this.unload();
    this.queue = [];
    this.state.update({ ...SILENT, track: null, status: "idle", duration: 0, hasNext: false, hasPrevious: false });
  }

  private resume(): void {
    this.audio.play().catch((error: unknown) => {
      // The browser wants one more press; anything else is told by an event, or was overtaken.
      const refused = error instanceof DOMException && error.name === "NotAllowedError";
      if (refused) this.state.update({ status: "paused" });
    });
  }

  private async start(track: Track, from: number): Promise<void> {
    if (track.media === null) return;
    this.unload();
    const load = this.load;
    this.state.update({ ...SILENT, track, status: "loading", position: from, duration: track.durationSeconds ?? 0 });
    const url = track.media.hlsUrl;
    try {
      const { HlsPlayback } = await import("./hls");
      if (load !== this.load) return;
      if (HlsPlayback.supported()) {
        const playback = await HlsPlayback.start(this.audio, url, from, {
          onLevels: (levels) =>
            this.state.update({ renditions: levels.map((level, at) => renditionOf(at, level.uri, level.bitrate)) }),
          onLevel: (current) => this.state.update({ current }),
          onFatal: () => this.fail(),
        });
        if (load !== this.load) return playback.stop();
        this.playback = playback;
      } else {
        // Safari on iPhones plays HLS itself, and picks the rendition itself too.
        this.audio.src = url;
        this.audio.currentTime = from;
      }
      this.resume();
    } catch {
      if (load === this.load) this.fail();
    }
  }

  private unload(): void {
    this.load += 1;
    this.playback?.stop();
    this.playback = null;
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  private fail(): void {
    const { position } = this.state.get();
    this.unload();
    this.state.update({ status: "error", position });
  }

  private listen(): void {
    const { audio } = this;
    const loaded = () => this.state.get().track !== null && this.state.get().status !== "error";
    const on = (event: string, handle: () => void) =>
      audio.addEventListener(event, () => {
        if (loaded()) handle();
      });
    on("playing", () => this.state.update({ status: "playing" }));
    on("waiting", () => {
      if (!audio.paused) this.state.update({ status: "loading" });
    });
    on("pause", () => {
      if (!audio.ended && audio.readyState > 0) this.state.update({ status: "paused" });
    });
    on("ended", () => {
      this.state.update({ status: "ended", position: audio.currentTime });
      this.skip(1);
    });
    on("timeupdate", () => {
      if (audio.readyState > 0) this.state.update({ position: audio.currentTime });
    });
    on("durationchange", () => {
      if (Number.isFinite(audio.duration) && audio.duration > 0) this.state.update({ duration: audio.duration });
    });
    on("error", () => {
      if (audio.hasAttribute("src") && this.playback === null) this.fail();
    });
    audio.addEventListener("volumechange", () => this.state.update({ volume: audio.volume, muted: audio.muted }));
  }
}
