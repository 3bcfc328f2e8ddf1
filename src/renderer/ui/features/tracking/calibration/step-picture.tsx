import type { FitStep } from '../../../../pipeline/inspection.ts';

interface Face {
  readonly brows: string;
  readonly eyes: 'open' | 'closed';
  readonly mouth: string;
}

/** In a square of 48: brows and mouth as paths, the eyes at 16 and 32. */
const FACES: Record<FitStep, Face> = {
  rest: { brows: 'M12 15h8M28 15h8', eyes: 'open', mouth: 'M18 34h12' },
  smile: { brows: 'M12 15h8M28 15h8', eyes: 'open', mouth: 'M14 31q10 11 20 0' },
  open: { brows: 'M12 14h8M28 14h8', eyes: 'open', mouth: 'M18 33a6 7 0 1 0 12 0a6 7 0 1 0 -12 0' },
  pucker: { brows: 'M12 15h8M28 15h8', eyes: 'open', mouth: 'M22 34a2 2.5 0 1 0 4 0a2 2.5 0 1 0 -4 0' },
  brows: { brows: 'M12 11q4 -4 8 0M28 11q4 -4 8 0', eyes: 'open', mouth: 'M18 34h12' },
  eyes: { brows: 'M12 15h8M28 15h8', eyes: 'closed', mouth: 'M18 34h12' },
};

/** A face that does what is asked for. */
export function StepPicture({ step }: { readonly step: FitStep }) {
  const { brows, eyes, mouth } = FACES[step];
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 48 48"
      className="size-24 fill-none stroke-2 stroke-text"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <circle cx="24" cy="24" r="21" className="stroke-muted" />
      <path d={brows} />
      {eyes === 'closed' ? (
        <path d="M12 22q4 3 8 0M28 22q4 3 8 0" />
      ) : (
        <>
          <circle cx="16" cy="21" r="2" className="fill-text" />
          <circle cx="32" cy="21" r="2" className="fill-text" />
        </>
      )}
      <path d={mouth} />
    </svg>
  );
}
