import { create } from 'zustand';

export const SETTINGS_SECTIONS = [
  'camera',
  'audio',
  'tracking',
  'expressions',
  'motion',
  'encoder',
  'recording',
  'shortcuts',
  'privacy',
  'output',
  'account',
  'data',
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** What the tracking inspector opens with. */
export const INSPECTOR_TABS = ['signals', 'calibrate', 'tune'] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

export type OpenDialog =
  | { readonly kind: 'go-live' }
  | { readonly kind: 'stop' }
  /** `id` null: a new one. */
  | { readonly kind: 'destination'; readonly id: string | null }
  | { readonly kind: 'remove-destination'; readonly id: string }
  | { readonly kind: 'settings'; readonly section: SettingsSection }
  | { readonly kind: 'onboarding' }
  | { readonly kind: 'safe-start' }
  | { readonly kind: 'rehearsal' }
  | { readonly kind: 'capture' }
  | { readonly kind: 'tracking'; readonly tab: InspectorTab }
  /** Bones and morph targets of the shown avatar. */
  | { readonly kind: 'mapping' }
  /** `id` null: a new one. */
  | { readonly kind: 'scene'; readonly id: string | null }
  | { readonly kind: 'remove-scene'; readonly id: string }
  | { readonly kind: 'rename-avatar'; readonly id: string }
  | { readonly kind: 'remove-avatar'; readonly id: string }
  | { readonly kind: 'remove-image'; readonly id: string }
  | { readonly kind: 'remove-sound'; readonly id: string }
  | { readonly kind: 'sign-out' }
  | { readonly kind: 'delete-account' };

/** At most one dialog is open. */
export const useDialogs = create<{ readonly open: OpenDialog | null }>()(() => ({ open: null }));

/** What had the focus when the first of the dialogs in a row was opened. */
let opener: HTMLElement | null = null;

/** Opens a dialog in place of the one that may be open, and remembers where the focus was before. */
export function openDialog(open: OpenDialog): void {
  opener = openerOf(document.activeElement);
  useDialogs.setState({ open });
}

export function closeDialog(): void {
  useDialogs.setState({ open: null });
}

/**
 * Gives the focus back to where it was before the dialog, unless another one has taken its place. To be called
 * once a dialog is gone: dialogs are fetched when they are opened, so that by then only `openDialog` knows it.
 */
export function returnFocus(): void {
  if (useDialogs.getState().open === null && opener?.isConnected) opener.focus();
}

function openerOf(active: Element | null): HTMLElement | null {
  if (!(active instanceof HTMLElement) || active === document.body) return null;
  const dialog = active.closest('[role=dialog]');
  // A popover is gone as well; a dialog has no button of its own, only what opened the first of them.
  if (dialog) return document.querySelector<HTMLElement>(`[aria-controls="${dialog.id}"]`) ?? opener;
  // A menu is gone when the dialog is, the button that opened it is not.
  const button = active.closest('[role=menu]')?.getAttribute('aria-labelledby');
  return button ? document.getElementById(button) : active;
}
