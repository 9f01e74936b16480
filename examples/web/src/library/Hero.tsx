import type { Track } from "../api/types";
import { Waveform } from "../waveform/Waveform";
import { usePeaks } from "../waveform/usePeaks";
import { ornament } from "./ornament";

interface HeroProps {
  /** Its waveform is the backdrop; null when the library is empty, undefined while that is not known. */
  newest: Track | null | undefined;
  onSignUp: () => void;
  onSignIn: () => void;
}

const whole = () => 1;

/** The welcome for whoever is not signed in. */
export function Hero({ newest, onSignUp, onSignIn }: HeroProps) {
  const real = usePeaks(newest?.media?.waveformUrl ?? null);
  const peaks = newest === null ? ornament : real;
  return (
    <section className="hero" aria-labelledby="hero-title">
      <Waveform className="hero-wave" peaks={peaks} played={whole} running={false} />
      <div className="hero-words">
        <h2 id="hero-title">
          Your music,
          <br />
          heard as you made it.
        </h2>
        <p>Upload a track, see its shape, and play it anywhere: measured, gapless, and at the quality you gave it.</p>
        <div className="hero-actions">
          <button type="button" className="button primary" onClick={onSignUp}>
            Create your account
          </button>
          <button type="button" className="button quiet" onClick={onSignIn}>
            Sign in
          </button>
        </div>
      </div>
    </section>
  );
}
