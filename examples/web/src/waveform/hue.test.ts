import { expect, it } from "vitest";
import { huesOf } from "./hue";

it("gives the same id the same hues, on the circle", () => {
  const [one, two] = huesOf("0192f0c1-7f5e-7c1a-9f00-000000000001");
  expect(huesOf("0192f0c1-7f5e-7c1a-9f00-000000000001")).toEqual([one, two]);
  for (const hue of [one, two]) expect(hue >= 0 && hue < 360).toBe(true);
});

it("spreads ids that differ in one digit", () => {
  const hues = new Set(Array.from({ length: 16 }, (_, at) => huesOf(`track-${at.toString(16)}`)[0]));
  expect(hues.size).toBeGreaterThan(12);
});
