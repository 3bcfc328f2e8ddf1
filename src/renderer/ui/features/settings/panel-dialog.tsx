import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../components/cx.ts';
import { useDialogFocus } from '../../components/dialog-focus.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { RECORDS_SHORTCUTS } from '../../shortcuts.ts';

interface Props {
  readonly title: string;
  readonly description?: string;
  /** `side` leaves the programme in view, for what changes it; `wide` has room for much, `full` for all there is. */
  readonly place: 'side' | 'wide' | 'full';
  /** What stays in view under the scrolling content. */
  readonly footer?: ReactNode;
  /** False: only its own buttons and Escape close it, not a click beside it. */
  readonly closesOutside?: boolean;
  /** The content brings a heading of its own; the title is for screen readers only. */
  readonly titleHidden?: boolean;
  /** Escape closes it unless this prevents it. */
  readonly onEscape?: (event: KeyboardEvent) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What uses Escape itself: a field that records keys, a choice that is open. */
const KEEPS_ESCAPE = `[${RECORDS_SHORTCUTS}], [data-keeps-escape]`;

const PLACES = {
  side: 'lg:justify-items-end lg:pt-17 p-3',
  wide: 'place-items-center p-4',
  full: 'place-items-center p-3',
} as const;

const SIZES = {
  side: 'h-full max-h-full w-full lg:w-[22rem]',
  wide: 'h-[min(38rem,100%)] w-full max-w-[54rem]',
  full: 'h-[min(52rem,100%)] w-full max-w-[80rem]',
} as const;

/**
 * A dialog with much in it: the title stays, the content scrolls, the footer stays. It traps focus and gives it
 * back; what has `data-first-focus` gets it first. The backdrop is our own, as in Modal, for the content security
 * policy's sake.
 */
export function PanelDialog(props: Props) {
  const {
    title,
    description,
    place,
    footer,
    closesOutside = true,
    titleHidden,
    onEscape,
    onClose,
    children,
  } = props;
  const { t } = useTranslation();
  const focus = useDialogFocus();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <div
          aria-hidden
          className={cx('fixed inset-0 z-30', place === 'side' ? 'bg-black/10' : 'bg-black/65')}
        />
        <div className={cx('pointer-events-none fixed inset-0 z-40 grid', PLACES[place])}>
          <Dialog.Content
            {...(description ? {} : { 'aria-describedby': undefined })}
            {...focus}
            onEscapeKeyDown={(event) => {
              // Radix hears the key before what has the focus does.
              if (event.target instanceof Element && event.target.closest(KEEPS_ESCAPE))
                event.preventDefault();
              else onEscape?.(event);
            }}
            onInteractOutside={(event) => !closesOutside && event.preventDefault()}
            className={cx(
              'pointer-events-auto relative flex animate-rise min-h-0 flex-col overflow-hidden rounded-2xl border border-line bg-surface shadow-dialog',
              SIZES[place],
            )}
          >
            <header className={cx('shrink-0 px-5 pt-4', titleHidden ? 'sr-only' : 'pb-3')}>
              <Dialog.Title className="mr-10 break-words font-semibold text-lg">{title}</Dialog.Title>
              {description && (
                <Dialog.Description className="mt-0.5 mr-10 text-muted">{description}</Dialog.Description>
              )}
            </header>
            {children}
            {footer && (
              <footer className="flex shrink-0 flex-wrap items-center gap-2 border-line border-t px-5 py-3.5">
                {footer}
              </footer>
            )}
            <IconButton
              label={t('common.close')}
              icon={<X className="size-4" />}
              onClick={onClose}
              className="absolute top-4 right-4"
            />
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The part of a PanelDialog that scrolls. */
export function PanelBody({
  children,
  className,
}: {
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return <div className={cx('min-h-0 flex-1 overflow-y-auto px-5 pb-5', className)}>{children}</div>;
}
