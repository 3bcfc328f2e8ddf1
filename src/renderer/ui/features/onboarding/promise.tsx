import type { ReactNode } from 'react';

/** One thing the user can rely on, with its picture. */
export function Promised({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <li className="flex gap-3">
      <span
        aria-hidden
        className="grid size-8 shrink-0 place-items-center rounded-lg bg-accent/12 text-accent [&>svg]:size-4"
      >
        {icon}
      </span>
      <span className="self-center">{children}</span>
    </li>
  );
}
