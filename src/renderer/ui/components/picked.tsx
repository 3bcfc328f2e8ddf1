import { Check } from 'lucide-react';

/** Marks the chosen one of a group of pictures: a shape, so that the ring's colour is not alone. */
export function Picked() {
  return (
    <span
      aria-hidden
      className="absolute top-1 left-1 hidden size-4 place-items-center rounded-full bg-action text-on-fill group-aria-checked:grid"
    >
      <Check className="size-3 stroke-3" />
    </span>
  );
}

/** Classes of such a picture inside a `group` with `aria-checked` (a tooltip around it takes `data-state` for itself). */
export const PICTURE_TILE =
  'block overflow-hidden rounded-lg border border-edge bg-raised group-hover:border-muted group-aria-checked:border-accent group-aria-checked:ring-2 group-aria-checked:ring-accent/60';
