import type { ReactNode } from "react";

interface IconProps {
  size?: number;
}

function icon(children: ReactNode, filled = false) {
  return function Icon({ size = 20 }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill={filled ? "currentColor" : "none"}
        stroke={filled ? "none" : "currentColor"}
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {children}
      </svg>
    );
  };
}

export const Play = icon(<path d="M8 5.2c0-.9 1-1.5 1.8-1l10 6.8c.7.5.7 1.5 0 2l-10 6.8c-.8.5-1.8 0-1.8-1z" />, true);
export const Pause = icon(
  <>
    <rect x="6" y="4.5" width="4.2" height="15" rx="1.4" />
    <rect x="13.8" y="4.5" width="4.2" height="15" rx="1.4" />
  </>,
  true,
);
export const Next = icon(
  <>
    <path d="M5 6c0-.8.9-1.3 1.6-.8l8 6c.6.4.6 1.2 0 1.6l-8 6c-.7.5-1.6 0-1.6-.8z" />
    <rect x="16.5" y="5" width="2.6" height="14" rx="1.2" />
  </>,
  true,
);
export const Previous = icon(
  <>
    <path d="M19 6c0-.8-.9-1.3-1.6-.8l-8 6c-.6.4-.6 1.2 0 1.6l8 6c.7.5 1.6 0 1.6-.8z" />
    <rect x="4.9" y="5" width="2.6" height="14" rx="1.2" />
  </>,
  true,
);
export const Volume = icon(
  <>
    <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z" fill="currentColor" />
    <path d="M15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11" />
  </>,
);
export const Muted = icon(
  <>
    <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z" fill="currentColor" />
    <path d="m16 9.5 5 5m0-5-5 5" />
  </>,
);
export const Upload = icon(
  <path d="M12 15.5v-11m0 0L7.5 9M12 4.5 16.5 9M4.5 15v2.5a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V15" />,
);
export const Bin = icon(<path d="M4.5 6.5h15M9.5 6.5V4.5h5v2M6.5 6.5l.8 13h9.4l.8-13M10.2 10.5v5.5M13.8 10.5v5.5" />);
export const Close = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const Lock = icon(
  <>
    <rect x="5.5" y="10.5" width="13" height="9" rx="2" />
    <path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />
  </>,
);
export const Chevron = icon(<path d="m6.5 9.5 5.5 5.5 5.5-5.5" />);

/** The mark: five bars whose feet draw a V. */
export function Mark({ size = 28 }: IconProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden="true" focusable="false">
      <g strokeWidth="3" strokeLinecap="round">
        <path d="M3.5 5v6" stroke="#ffc46b" />
        <path d="M8.75 7v10" stroke="#ffad5e" />
        <path d="M14 11v12" stroke="#ff8d5b" />
        <path d="M19.25 7v10" stroke="#ff785f" />
        <path d="M24.5 5v6" stroke="#ff6a6a" />
      </g>
    </svg>
  );
}
