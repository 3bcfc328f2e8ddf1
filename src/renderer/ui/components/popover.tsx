import { Popover as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { cx } from './cx.ts';

interface Props {
  /** The one button that opens it. */
  readonly trigger: ReactNode;
  /** Name for screen readers. */
  readonly label: string;
  /** For a row of three buttons. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** More about one thing, beside it. Not modal: the studio goes on around it. */
export function Popover({ trigger, label, wide = false, children }: Props) {
  const content = useRef<HTMLDivElement>(null);
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          ref={content}
          aria-label={label}
          onOpenAutoFocus={(event) => {
            // What it says comes first: its first button may well be one that ends something.
            event.preventDefault();
            content.current?.focus();
          }}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className={cx(
            'z-30 max-h-[min(24rem,70vh)] max-w-[calc(100vw-1rem)] animate-rise overflow-y-auto rounded-xl border border-edge bg-raised p-3 shadow-float',
            wide ? 'w-[22.5rem]' : 'w-80',
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
