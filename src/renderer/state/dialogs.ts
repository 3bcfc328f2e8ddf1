import { create } from 'zustand';

export type OpenDialog =
  | { readonly kind: 'go-live' }
  | { readonly kind: 'stop' }
  /** `id` null: a new one. */
  | { readonly kind: 'destination'; readonly id: string | null }
  | { readonly kind: 'remove-destination'; readonly id: string };

/** At most one dialog is open. */
export const useDialogs = create<{ readonly open: OpenDialog | null }>()(() => ({ open: null }));

export function openDialog(open: OpenDialog): void {
  useDialogs.setState({ open });
}

export function closeDialog(): void {
  useDialogs.setState({ open: null });
}
