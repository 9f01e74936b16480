import type { Loudness } from "../api/types";
import { level } from "../ui/format";

/** Integrated loudness and true peak, as EBU R 128 names them. */
export function LoudnessFigures({ loudness }: { loudness: Loudness | null }) {
  const integrated = level(loudness?.integratedLufs, "LUFS");
  const peak = level(loudness?.truePeakDbtp, "dBTP");
  if (integrated === null && peak === null) return null;
  return (
    <dl className="figures">
      {integrated !== null && (
        <div title="Integrated loudness (EBU R 128)">
          <dt>Loudness</dt>
          <dd>{integrated}</dd>
        </div>
      )}
      {peak !== null && (
        <div title="True peak (ITU-R BS.1770)">
          <dt>Peak</dt>
          <dd>{peak}</dd>
        </div>
      )}
    </dl>
  );
}
