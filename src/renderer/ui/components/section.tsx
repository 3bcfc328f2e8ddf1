import { type ReactNode, useId } from 'react';

interface Props {
  readonly title: string;
  readonly icon: ReactNode;
  /** State at the right of the title. */
  readonly state?: ReactNode;
  readonly children: ReactNode;
}

/** One titled block of a panel. */
export function Section({ title, icon, state, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <header className="mb-1.5 flex min-h-7 items-center gap-2">
        <span aria-hidden className="text-muted [&>svg]:size-4">
          {icon}
        </span>
        <h2 id={id} className="font-semibold text-sm">
          {title}
        </h2>
        <div className="ml-auto flex min-w-0 items-center gap-2">{state}</div>
      </header>
      {children}
    </section>
  );
}
