import { create } from 'zustand';

export const SETTINGS_SECTIONS = ['camera', 'audio', 'encoder', 'shortcuts', 'privacy', 'output'] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export type OpenDialog =
  | { readonly kind: 'go-live' }
  | { readonly kind: 'stop' }
  /** `id` null: a new one. */
  | { readonly kind: 'destination'; readonly id: string | null }
  | { readonly kind: 'remove-destination'; readonly id: string }
  | { readonly kind: 'settings'; readonly section: SettingsSection }
  | { readonly kind: 'onboarding' }
  | { readonly kind: 'rehearsal' }
  | { readonly kind: 'capture' }
  /** `id` null: a new one. */
  | { readonly kind: 'scene'; readonly id: string | null }
  | { readonly kind: 'remove-scene'; readonly id: string }
  | { readonly kind: 'rename-avatar'; readonly id: string }
  | { readonly kind: 'remove-avatar'; readonly id: string }
  | { readonly kind: 'remove-image'; readonly id: string };

/** At most one dialog is open. */
export const useDialogs = create<{ readonly open: OpenDialog | null }>()(() => ({ open: null }));

export function openDialog(open: OpenDialog): void {
  useDialogs.setState({ open });
}

export function closeDialog(): void {
  useDialogs.setState({ open: null });
}
