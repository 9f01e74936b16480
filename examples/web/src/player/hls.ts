import Hls, { type ErrorData } from "hls.js/light";
import workerUrl from "hls.js/dist/hls.worker.js?url";

/** The address the worker is started from, once it is known. */
let worker: Promise<string | null> | undefined;

/**
 * The demuxing worker as a blob, which every policy that knows hls.js allows (`worker-src blob:`).
 * Without it hls.js does the same work on the page's own thread.
 */
function workerPath(): Promise<string | null> {
  worker ??= fetch(workerUrl)
    .then(async (response) => {
      if (!response.ok) return null;
      const source = new Blob([await response.text()], { type: "text/javascript" });
      return URL.createObjectURL(source);
    })
    .catch(() => null);
  return worker;
}

/** Milliseconds between two new starts of loading, and how long without a segment, and without sound, is too long. */
const RETRY_PAUSE = 2000;
const PATIENCE = 20_000;

export interface HlsEvents {
  onLevels: (levels: { uri: string; bitrate: number }[]) => void;
  /** The rendition of the segment that is heard has changed. */
  onLevel: (index: number) => void;
  /** Nothing more will come; recovery has been tried. */
  onFatal: () => void;
}

/** Plays an HLS presentation on `audio` through Media Source Extensions, `from` so many seconds on. */
export class HlsPlayback {
  static readonly supported = (): boolean => Hls.isSupported();

  private recovered = false;
  /** When loading began to fail, in milliseconds since the epoch. */
  private lostAt: number | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly hls: Hls,
    private readonly audio: HTMLMediaElement,
  ) {}

  static async start(audio: HTMLMediaElement, url: string, from: number, events: HlsEvents): Promise<HlsPlayback> {
    const path = await workerPath();
    const hls = new Hls({
      startPosition: from > 0 ? from : -1,
      enableWorker: true,
      workerPath: path,
      // In seconds. Audio is small: hold a good minute ahead, and what has been heard for a jump back. Without
      // the second figure hls.js counts in bytes, and would fetch ten minutes of it at once.
      maxBufferLength: 60,
      maxMaxBufferLength: 60,
      backBufferLength: 90,
      // Tried again at once and a second later; after that `onError` decides how long to go on.
      fragLoadPolicy: {
        default: {
          maxTimeToFirstByteMs: 10_000,
          maxLoadTimeMs: 60_000,
          timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
          errorRetry: { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 1000 },
        },
      },
      // A first guess that starts on a high rung of an audio ladder, in bits per second.
      abrEwmaDefaultEstimate: 1_500_000,
    });
    const playback = new HlsPlayback(hls, audio);
    hls.on(Hls.Events.MANIFEST_PARSED, (_event, data) =>
      events.onLevels(data.levels.map((level) => ({ uri: level.uri, bitrate: level.averageBitrate || level.bitrate }))),
    );
    hls.on(Hls.Events.FRAG_CHANGED, (_event, data) => events.onLevel(data.frag.level));
    hls.on(Hls.Events.FRAG_BUFFERED, () => {
      playback.lostAt = null;
    });
    hls.on(Hls.Events.ERROR, (_event, data) => playback.onError(data, events));
    hls.loadSource(url);
    hls.attachMedia(audio);
    return playback;
  }

  /** `null` is automatic. The change is heard from the next segment on, without a gap. */
  choose(index: number | null): void {
    this.hls.nextLevel = index ?? -1;
  }

  stop(): void {
    clearTimeout(this.retry);
    this.hls.destroy();
  }

  private onError(data: ErrorData, events: HlsEvents): void {
    if (!data.fatal) return;
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !this.recovered) {
      this.recovered = true;
      this.hls.recoverMediaError();
      return;
    }
    // hls.js has tried a segment a few times by now. What is buffered plays on: a lost connection
    // often comes back before that runs out. A playlist that can't be had is another matter.
    const loading = data.type === Hls.ErrorTypes.NETWORK_ERROR && data.frag !== undefined;
    this.lostAt ??= Date.now();
    const silent = this.audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    if (loading && (!silent || Date.now() - this.lostAt < PATIENCE)) {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.hls.startLoad(), RETRY_PAUSE);
      return;
    }
    events.onFatal();
  }
}
