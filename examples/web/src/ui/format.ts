/** `3:07`, `1:02:09`; what is not a time shows as `–:––`. */
export function clock(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return "–:––";
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const ss = String(s).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${ss}` : `${m}:${ss}`;
}

/** A time for the ear: `3 minutes 7 seconds`. */
export function spokenTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`);
  return said.length > 0 ? said.join(" ") : "0 seconds";
}

/** A level with its unit, one decimal and a true minus sign; null where there is nothing to show. */
export function level(value: number | null | undefined, unit: string): string | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  return `${value.toFixed(1).replace("-", "\u2212")} ${unit}`;
}

/** `44.1 kHz`, `48 kHz`. */
export function kilohertz(hertz: number | null): string | null {
  return hertz === null || hertz <= 0 ? null : `${Number((hertz / 1000).toFixed(3))} kHz`;
}

export function channelName(channels: number | null): string | null {
  if (channels === null || channels < 1) return null;
  if (channels === 1) return "mono";
  if (channels === 2) return "stereo";
  return `${channels} channels`;
}

/** `4.2 MB`: decimal, as files are sold and served. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit += 1;
  } while (value >= 999.95 && unit < units.length - 1);
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** A title out of a file name: no folder, no extension, no underscores. */
export function titleOf(fileName: string): string {
  const base = fileName.split(/[/\\]/).pop() ?? fileName;
  return (
    base
      .replace(/\.[^.]{1,5}$/, "")
      .replace(/_+/g, " ")
      .trim() || base
  );
}

const dates = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

export function day(timestamp: string): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? "" : dates.format(date);
}
