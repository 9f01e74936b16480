import { expect, it } from "vitest";
import { renditionOf } from "./rendition";

it("takes the rung from the address, else what the playlist declares", () => {
  expect(renditionOf(0, "http://h:1/v1/tracks/7/r1/128k/playlist.m3u8?x=9", 141_000).kbps).toBe(128);
  expect(renditionOf(1, "http://h:1/v1/tracks/7/r1/high/playlist.m3u8", 256_400).kbps).toBe(256);
  expect(renditionOf(2, "http://h:1/320k/more/playlist.m3u8", 96_000).kbps).toBe(96);
});
