import { ChevronDown } from 'lucide-react';

/** Lies over the right end of a select inside a `relative` box; long names fade out under it. */
export function SelectArrow() {
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute inset-y-px right-px flex w-10 items-center justify-end rounded-r-lg bg-linear-to-r from-transparent to-45% to-raised pr-2.5"
    >
      <ChevronDown className="size-4 text-muted" />
    </span>
  );
}
