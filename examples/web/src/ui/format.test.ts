import { describe, expect, it } from "vitest";
import { channelName, clock, fileSize, kilohertz, level, spokenTime, titleOf } from "./format";

describe("clock", () => {
  it.each([
    [0, "0:00"],
    [7.9, "0:07"],
    [187, "3:07"],
    [3599.999, "59:59"],
    [3729, "1:02:09"],
  ])("%s seconds are %s", (seconds, text) => expect(clock(seconds)).toBe(text));

  it.each([null, Number.NaN, Number.POSITIVE_INFINITY, -1])("%s is no time", (seconds) =>
    expect(clock(seconds)).toBe("–:––"),
  );
});

it("says times in words", () => {
  expect(spokenTime(0)).toBe("0 seconds");
  expect(spokenTime(61.5)).toBe("1 minute 1 second");
  expect(spokenTime(7322)).toBe("2 hours 2 minutes 2 seconds");
});

it("writes levels with a true minus sign, and nothing for nothing", () => {
  expect(level(-14.04, "LUFS")).toBe("−14.0 LUFS");
  expect(level(0.91, "dBTP")).toBe("0.9 dBTP");
  expect(level(null, "LUFS")).toBeNull();
  expect(level(Number.NEGATIVE_INFINITY, "LUFS")).toBeNull();
});

it("writes rates and channels as musicians do", () => {
  expect(kilohertz(44100)).toBe("44.1 kHz");
  expect(kilohertz(11025)).toBe("11.025 kHz");
  expect(kilohertz(null)).toBeNull();
  expect([1, 2, 6, null].map(channelName)).toEqual(["mono", "stereo", "6 channels", null]);
});

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [274_100, "274 kB"],
  [999_960, "1.0 MB"],
  [512_000_000, "512 MB"],
])("%s bytes are %s", (bytes, text) => expect(fileSize(bytes)).toBe(text));

it.each([
  ["wanderer_master.mp3", "wanderer master"],
  ["C:\\music\\Elf Land.flac", "Elf Land"],
  ["Op. 27 No. 2.wav", "Op. 27 No. 2"],
  [".flac", ".flac"],
])("%s is titled %s", (name, title) => expect(titleOf(name)).toBe(title));
