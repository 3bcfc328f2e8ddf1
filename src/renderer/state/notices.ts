import { create } from 'zustand';
import type { Reason } from '../../shared/errors.ts';

export type NoticeLevel = 'info' | 'warning' | 'error';

export interface Notice {
  readonly key: number;
  readonly level: NoticeLevel;
  readonly reason: Reason;
}

interface Notices {
  readonly notices: readonly Notice[];
  /** Spoken by screen readers, not shown. The key makes the same words speak again. */
  readonly announcement: { readonly key: number; readonly text: string; readonly urgent: boolean };
}

const MAX_SHOWN = 3;
let lastKey = 0;

export const useNotices = create<Notices>()(() => ({
  notices: [],
  announcement: { key: 0, text: '', urgent: false },
}));

/** Shows a notice; the same reason again replaces its older one, and the oldest give way. */
export function showNotice(level: NoticeLevel, reason: Reason): void {
  const notice = { key: ++lastKey, level, reason };
  useNotices.setState(({ notices }) => ({
    notices: [...notices.filter((other) => other.reason !== reason), notice].slice(-MAX_SHOWN),
  }));
}

export function dismissNotice(key: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.key !== key) }));
}

export function announce(text: string, urgent = false): void {
  useNotices.setState({ announcement: { key: ++lastKey, text, urgent } });
}
