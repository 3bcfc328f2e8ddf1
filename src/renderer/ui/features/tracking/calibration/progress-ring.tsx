import type { ReactNode } from 'react';

/** How far round the ring is, in its own units. */
const ROUND = 2 * Math.PI * 45;

interface Props {
  readonly label: string;
  readonly text: string;
  /** 0..1 */
  readonly share: number;
  readonly children: ReactNode;
}

/** A ring that fills, with a picture in it. */
export function ProgressRing({ label, text, share, children }: Props) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={text}
      className="relative grid size-40 place-items-center"
    >
      <svg aria-hidden="true" viewBox="0 0 100 100" className="-rotate-90 absolute inset-0">
        <circle cx="50" cy="50" r="45" fill="none" strokeWidth="5" className="stroke-hover" />
        <circle
          cx="50"
          cy="50"
          r="45"
          fill="none"
          strokeWidth="5"
          strokeLinecap="round"
          strokeDasharray={ROUND}
          strokeDashoffset={ROUND * (1 - share)}
          className="stroke-accent"
        />
      </svg>
      {children}
    </div>
  );
}
