import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from './cx.ts';
import { useDialogFocus } from './dialog-focus.ts';
import { IconButton } from './icon-button.tsx';

interface Props {
  readonly title: string;
  readonly description?: string;
  readonly onClose: () => void;
  /** `wide` for two columns, `full` for a whole area of the studio. */
  readonly size?: keyof typeof SIZES;
  readonly children: ReactNode;
}

const SIZES = { normal: 'max-w-md', wide: 'max-w-2xl', full: 'max-w-4xl' } as const;

/**
 * A dialog that traps focus and gives it back; what has `data-first-focus` gets it first. The backdrop is our own: Radix's overlay writes a style
 * element into the page, which the content security policy forbids, and the studio does not scroll behind it.
 */
export function Modal({ title, description, onClose, size = 'normal', children }: Props) {
  const { t } = useTranslation();
  const focus = useDialogFocus();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <div aria-hidden className="fixed inset-0 z-30 bg-black/65" />
        <div className="pointer-events-none fixed inset-0 z-40 grid place-items-center overflow-y-auto p-4">
          <Dialog.Content
            {...(description ? {} : { 'aria-describedby': undefined })}
            {...focus}
            className={cx(
              'pointer-events-auto relative w-full animate-rise rounded-2xl border border-line bg-surface p-5 shadow-dialog',
              SIZES[size],
            )}
          >
            <Dialog.Title className="mr-8 mb-1 break-words font-semibold text-lg">{title}</Dialog.Title>
            {description && (
              <Dialog.Description className="mb-4 text-muted">{description}</Dialog.Description>
            )}
            {children}
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

export function ModalActions({ children }: { readonly children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
