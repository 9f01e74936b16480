/** Two hues in degrees that belong to `id` for good: a base anywhere on the circle, and a neighbour. */
export function huesOf(id: string): [number, number] {
  // FNV-1a, 32 bits: spreads ids that differ in one digit all over the circle.
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  const base = hash % 360;
  const turn = 40 + ((hash >>> 16) % 50);
  return [base, (base + turn) % 360];
}
