interface ProgressProps {
  /** 0..1. */
  share: number;
  label: string;
  text: string;
}

export function Progress({ share, label, text }: ProgressProps) {
  const percent = Math.round(Math.max(0, Math.min(1, share)) * 100);
  return (
    <div className="progress">
      <div
        className="progress-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div style={{ transform: `scaleX(${percent / 100})` }} />
      </div>
      <p>{text}</p>
    </div>
  );
}
