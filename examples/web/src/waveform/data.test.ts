import { describe, expect, it } from "vitest";
import { parseWaveform, peakOf, reduce } from "./data";

const eightBit = (data: number[], channels = 1) => ({
  version: 2,
  channels,
  sample_rate: 44100,
  samples_per_pixel: 256,
  bits: 8,
  length: data.length / 2 / channels,
  data,
});

describe("parseWaveform", () => {
  it("scales 8-bit pairs to -1..1", () => {
    const { min, max } = parseWaveform(eightBit([-128, 127, -64, 32]));
    expect([...min]).toEqual([-1, -0.5]);
    expect([...max]).toEqual([127 / 128, 0.25]);
  });

  it("scales 16-bit pairs", () => {
    const { min, max } = parseWaveform({ ...eightBit([-32768, 16384]), bits: 16 });
    expect([min[0], max[0]]).toEqual([-1, 0.5]);
  });

  it("folds channels into the widest of them", () => {
    const { min, max } = parseWaveform(eightBit([-10, 20, -64, 5, 0, 1, -2, 64], 2));
    expect([...min]).toEqual([-0.5, -2 / 128]);
    expect([...max]).toEqual([20 / 128, 0.5]);
  });

  it("takes version 1, which knows no channels", () => {
    const { channels: _, ...versionOne } = eightBit([-64, 64]);
    expect(parseWaveform({ ...versionOne, version: 1 }).max[0]).toBe(0.5);
  });

  it.each([
    ["nothing", null, /object/],
    ["another depth", { ...eightBit([0, 0]), bits: 12 }, /bits/],
    ["no channel", { ...eightBit([0, 0]), channels: 0 }, /channels/],
    ["a length that lies", { ...eightBit([0, 0]), length: 9 }, /shorter/],
    ["a length without end", { ...eightBit([0, 0]), length: 1e12 }, /length/],
    ["a word for a number", { ...eightBit([0, 0]), data: ["a", "b"] }, /number/],
  ])("refuses %s and names it", (_name, json, message) => {
    expect(() => parseWaveform(json)).toThrow(message);
  });
});

describe("reduce", () => {
  const peaks = parseWaveform(eightBit([-10, 10, -40, 20, -5, 64, -64, 1]));

  it("keeps the extremes of each share", () => {
    const { min, max } = reduce(peaks, 2);
    expect([...min].map((value) => value * 128)).toEqual([-40, -64]);
    expect([...max].map((value) => value * 128)).toEqual([20, 64]);
  });

  it("leaves no pixel out, whatever the ratio", () => {
    for (const bars of [1, 2, 3, 4]) expect(peakOf(reduce(peaks, bars))).toBe(0.5);
  });

  it("repeats pixels when there are more bars than pixels", () => {
    const { max } = reduce(peaks, 8);
    expect([...max].map((value) => value * 128)).toEqual([10, 10, 20, 20, 64, 64, 1, 1]);
  });

  it("answers nothing for nothing", () => {
    expect(reduce(parseWaveform(eightBit([])), 10).min).toHaveLength(0);
  });
});
