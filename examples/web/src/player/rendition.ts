/** One quality of a track, as the master playlist lists it. */
export interface Rendition {
  /** Its place in the player's list of levels. */
  index: number;
  /** Kilobits per second. */
  kbps: number;
}

/**
 * The nominal bit rate of a level: the rung its address names (`.../128k/playlist.m3u8`), else what the
 * playlist declares, which is a little more, since it counts the container too.
 */
export function renditionOf(index: number, uri: string, bitsPerSecond: number): Rendition {
  const rung = /\/(\d{1,4})k\/[^/]*$/.exec(uri.split(/[?#]/)[0] ?? "");
  return { index, kbps: rung?.[1] === undefined ? Math.round(bitsPerSecond / 1000) : Number(rung[1]) };
}
