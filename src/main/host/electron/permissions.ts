import { type Session, systemPreferences, type WebContents } from 'electron';
import type { Log } from '../../logging/log.ts';
import { isOwn } from './origin.ts';

/** Camera and microphone, capturing a screen or window, and copying text. Everything else is refused. */
const ALLOWED: ReadonlySet<string> = new Set(['media', 'display-capture', 'clipboard-sanitized-write']);

/** Who asks, as far as both handlers are told. */
export interface Asking {
  readonly permission: string;
  /** It is the studio's own window. */
  readonly ownContents: boolean;
  readonly isMainFrame: boolean;
  /** Every address and origin known of the asking page; all must be ours. */
  readonly addresses: readonly string[];
}

/** True for what the studio's own page, and no frame in it, may do. */
export function mayUse({ permission, ownContents, isMainFrame, addresses }: Asking): boolean {
  return (
    ALLOWED.has(permission) &&
    ownContents &&
    isMainFrame &&
    addresses.length > 0 &&
    addresses.every((address) => isOwn(address))
  );
}

/**
 * Installs both permission handlers (Electron allows everything without them) and refuses every device.
 * @param isPage tells the studio's own window
 */
export function installPermissions(
  target: Session,
  isPage: (contents: WebContents | null) => boolean,
  log: Log,
): void {
  target.setPermissionCheckHandler((contents, permission, requestingOrigin, details) =>
    mayUse({
      permission,
      ownContents: isPage(contents),
      isMainFrame: details.isMainFrame,
      addresses: known(
        requestingOrigin,
        details.requestingUrl,
        details.securityOrigin,
        details.embeddingOrigin,
      ),
    }),
  );
  target.setPermissionRequestHandler((contents, permission, callback, details) => {
    const securityOrigin = 'securityOrigin' in details ? details.securityOrigin : undefined;
    const allowed = mayUse({
      permission,
      ownContents: isPage(contents),
      isMainFrame: details.isMainFrame,
      addresses: known(details.requestingUrl, securityOrigin),
    });
    if (!allowed) log.warn('permission refused', { permission, mainFrame: details.isMainFrame });
    if (!allowed || permission !== 'media') {
      callback(allowed);
      return;
    }
    const mediaTypes = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    systemAllows(mediaTypes).then(callback, (error: unknown) => {
      log.error('the system could not be asked for camera and microphone', { error: String(error) });
      callback(false);
    });
  });
  target.setDevicePermissionHandler(() => false);
}

/** macOS asks the user itself, once per program; the page hears of a refusal as it does of any other. */
async function systemAllows(mediaTypes: readonly ('video' | 'audio')[]): Promise<boolean> {
  if (process.platform !== 'darwin') return true;
  for (const type of mediaTypes) {
    if (!(await systemPreferences.askForMediaAccess(type === 'video' ? 'camera' : 'microphone')))
      return false;
  }
  return true;
}

function known(...addresses: readonly (string | undefined)[]): string[] {
  return addresses.filter((address) => address !== undefined && address !== '') as string[];
}
