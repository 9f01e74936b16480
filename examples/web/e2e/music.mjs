import { execFile } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const FOLDER = process.env.MUSIC_DIR ?? "/usr/share/games/wesnoth/1.16/data/core/music";
const INSTALL = "`cargo xtask test` installs what this test needs";

/** Seconds of each track: three minutes and a little. */
export const LONG = 184;

/** Real music in the formats people have: a FLAC and an MP3 of over three minutes. And a lie. */
export async function makeMusic(folder) {
  const flac = join(folder, "Elf Land.flac");
  const mp3 = join(folder, "wanderer_master.mp3");
  const lie = join(folder, "shopping_list.mp3");
  await convert("elf-land.ogg", ["-c:a", "flac"], flac);
  await convert("wanderer.ogg", ["-c:a", "libmp3lame", "-b:a", "256k"], mp3);
  await writeFile(lie, "bread\nmilk\nstrings for the viola\n".repeat(200));
  return { flac, mp3, lie };
}

async function convert(name, options, target) {
  const source = join(FOLDER, name);
  await access(source).catch(() => {
    throw new Error(`the music ${source} is missing (set MUSIC_DIR, or: ${INSTALL})`);
  });
  await run("ffmpeg", [
    "-v",
    "error",
    "-nostdin",
    "-y",
    "-stream_loop",
    "-1",
    "-i",
    source,
    "-t",
    String(LONG),
    ...options,
    target,
  ]).catch((error) => {
    if (error.code === "ENOENT") throw new Error(`ffmpeg is not on the PATH (${INSTALL})`);
    throw error;
  });
}
