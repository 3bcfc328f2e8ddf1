import { parseRtmpUrl } from '../../../../../shared/domain/rtmp-url.ts';

/** A destination as it is being typed. */
export interface Draft {
  readonly name: string;
  readonly url: string;
  /** Empty: keep the saved one. */
  readonly key: string;
  readonly isDefault: boolean;
}

export interface DraftProblems {
  name?: true;
  url?: true;
  key?: true;
}

/** What still has to be filled in; main checks again. */
export function draftProblems(draft: Draft, hasSavedKey: boolean): DraftProblems {
  const problems: DraftProblems = {};
  if (!draft.name.trim()) problems.name = true;
  if (!isServerAddress(draft.url)) problems.url = true;
  if (!draft.key.trim() && !hasSavedKey) problems.key = true;
  return problems;
}

function isServerAddress(url: string): boolean {
  try {
    // The key is another field; any stands in for it while the server part is checked.
    parseRtmpUrl(url, 'key');
    return true;
  } catch {
    return false;
  }
}
