import { player, usePlayer } from "../services";
import { Chevron } from "../ui/icons";

/** Which rendition is heard, and the choice of another. */
export function QualityMenu() {
  const { renditions, chosen, current } = usePlayer();
  if (renditions.length === 0) return null;
  const heard = renditions.find((rendition) => rendition.index === current);
  const best = [...renditions].sort((a, b) => b.kbps - a.kbps);
  return (
    <label className="quality">
      <span className="quality-now" data-testid="rendition">
        {heard ? `${heard.kbps} kbps` : "…"}
      </span>
      <span className="quality-pick">
        <select
          aria-label="Quality"
          value={chosen ?? "auto"}
          onChange={(event) => player.choose(event.target.value === "auto" ? null : Number(event.target.value))}
        >
          <option value="auto">Auto</option>
          {best.map(({ index, kbps }) => (
            <option key={index} value={index}>
              {kbps} kbps
            </option>
          ))}
        </select>
        <Chevron size={14} />
      </span>
    </label>
  );
}
