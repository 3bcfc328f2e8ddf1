import { desktopText as t } from '../../../shared/desktop-texts.ts';
import type { StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { describeReason, type ReasonError } from '../../../shared/errors.ts';
import type { Question } from '../../host/port.ts';
import { oneLine } from './tray-model.ts';

/** Names everybody who will see the avatar, and what about it the user might not expect. */
export function goLiveQuestion(destinations: readonly { name: string }[], studio: StudioSnapshot): Question {
  const cautions = [
    ...(studio.tracking.source === 'recorded' ? [t('goLive.recorded')] : []),
    ...(studio.muted || studio.settings.microphone === 'none' ? [t('goLive.silent')] : []),
    ...(studio.panic ? [t('goLive.panic')] : []),
  ];
  const lines = [
    t('goLive.text', { avatar: oneLine(studio.avatar.name) }),
    ...destinations.map(({ name }) => t('goLive.destination', { name: oneLine(name) })),
    ...(cautions.length > 0 ? ['', ...cautions] : []),
  ];
  return {
    kind: 'question',
    title: t('goLive.title'),
    text: lines.join('\n'),
    buttons: [t('goLive.confirm'), t('cancel')],
    cancel: 1,
    remember: t('goLive.remember'),
  };
}

export function stopQuestion(): Question {
  return {
    kind: 'question',
    title: t('stop.title'),
    text: t('stop.text'),
    buttons: [t('stop.confirm'), t('cancel')],
    cancel: 1,
    remember: null,
  };
}

export function quitQuestion({ phase, destinations }: StreamSnapshot): Question {
  const reached = destinations.filter(({ state }) => state !== 'failed' && state !== 'ended');
  return {
    kind: 'warning',
    title: t('quit.title'),
    text: t(phase === 'starting' ? 'quit.starting' : 'quit.text', { count: Math.max(1, reached.length) }),
    buttons: [t('quit.confirm'), t('quit.keep')],
    cancel: 1,
    remember: null,
  };
}

/** Something the user asked for did not happen: what, and what to do; its first button opens the studio. */
export function failureWarning({ reason }: ReasonError): Question {
  const { what, action } = describeReason(reason);
  return warning(t('problem.title'), `${what}\n${action}`);
}

export function cannotGoLiveWarning(text: string): Question {
  return warning(t('problem.cannotGoLive'), text);
}

function warning(title: string, text: string): Question {
  return {
    kind: 'warning',
    title,
    text,
    buttons: [t('problem.open'), t('problem.close')],
    cancel: 1,
    remember: null,
  };
}
