import '../../bridge/zod-without-eval.ts';
import { PICTURE_LIMITS, type Picture } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { StageCommand, StageEvent } from '../stage/messages.ts';
import { type OutputLook, type OutputState, readOutputLook } from './output-messages.ts';
import { listenToStudio } from './output-socket.ts';

/** Until main has said how often it draws. */
const FIRST_FPS = 30;

/**
 * The page for a browser source of another program: the avatar alone, driven by the poses of the studio. Its state
 * comes from a socket beside it (`./pose`); its look from its own address.
 */
export function openOutput(page: Window): void {
  const look = readOutputLook(page.location.search);
  const canvas = page.document.createElement('canvas');
  page.document.body.append(canvas);
  const worker = new Worker(new URL('../stage/stage-worker.ts', import.meta.url), {
    type: 'module',
    name: 'stage',
  });
  const send = (command: StageCommand, transfer: Transferable[] = []): void =>
    worker.postMessage(command, transfer);

  let fps = FIRST_FPS;
  const preview = canvas.transferControlToOffscreen();
  send(
    { type: 'init', picture: pictureOf(page, fps), channels: null, media: null, preview, mode: 'headless' },
    [preview],
  );
  send(sceneOf(look, false));
  worker.onmessage = ({ data }: MessageEvent<StageEvent>) => {
    // There is nobody to tell but who opens the developer tools of this page.
    if (data.type === 'error') reportError(new ReasonError(data.reason, data.detail));
  };
  page.addEventListener('resize', () => send({ type: 'setPicture', picture: pictureOf(page, fps) }));

  const address = new URL('./pose', page.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = '';
  listenToStudio(address.href, {
    state: (state) => {
      fps = state.fps;
      send({ type: 'setPicture', picture: pictureOf(page, fps) });
      send({ type: 'setExpressionNames', names: state.avatar.expressions });
      send(avatarOf(page, state));
      send(sceneOf(look, state.visible));
    },
    pose: (values) => send({ type: 'setPose', values }),
  });
}

function avatarOf(page: Window, { avatar }: OutputState): StageCommand {
  const url = new URL(avatar.url, page.location.href).href;
  return { type: 'setAvatar', id: avatar.id, url, family: avatar.family, mapping: avatar.mapping };
}

function sceneOf({ background, placement }: OutputLook, visible: boolean): StageCommand {
  return {
    type: 'setScene',
    scene: {
      turn: 0,
      background: background ? { kind: 'color', color: background } : { kind: 'transparent' },
      capture: { shown: false, fit: 'contain' },
      avatar: { shown: visible, placement },
      overlay: null,
    },
  };
}

/** The window's own pixels, within what a programme may have; nothing is encoded here. */
function pictureOf(page: Window, fps: number): Picture {
  const { maxWidth, maxHeight, minWidth, minHeight, minKbps } = PICTURE_LIMITS;
  const wide = page.innerWidth * page.devicePixelRatio;
  const tall = page.innerHeight * page.devicePixelRatio;
  const scale = Math.min(1, maxWidth / wide, maxHeight / tall);
  const even = (pixels: number, least: number) => Math.max(least, Math.round((pixels * scale) / 2) * 2);
  return { width: even(wide, minWidth), height: even(tall, minHeight), fps, bitrateKbps: minKbps };
}
