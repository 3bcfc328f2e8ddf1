import { useRef } from 'react';
import { returnFocus } from '../../state/dialogs.ts';

/** What every dialog's content does with the focus: `data-first-focus` gets it first, and who opened it gets it back. */
export function useDialogFocus() {
  const ref = useRef<HTMLDivElement>(null);
  return {
    ref,
    onOpenAutoFocus(event: Event) {
      const first = ref.current?.querySelector<HTMLElement>('[data-first-focus]');
      if (!first) return;
      event.preventDefault();
      first.focus();
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault();
      returnFocus();
    },
  };
}
