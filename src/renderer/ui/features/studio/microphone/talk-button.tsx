import { Mic } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { useTalking } from '../../../../state/talking.ts';
import { Button } from '../../../components/button.tsx';
import { useShortcutAria, useShortcutText } from '../../../shortcuts.ts';
import { useActions } from '../use-actions.ts';

/** Push-to-talk for the pointer, and for Space or Enter while it has the focus; the key works without it. */
export function TalkButton() {
  const { t } = useTranslation();
  const { talk } = useActions();
  const wanted = useSnapshots((state) => state.studio?.settings.audio.pushToTalk ?? false);
  const talking = useTalking((state) => state.talking);
  const text = useShortcutText('talk');
  const keys = useShortcutAria('talk');
  if (!wanted) return null;
  const isPress = (event: KeyboardEvent) => event.key === ' ' || event.key === 'Enter';
  return (
    <Button
      className="mt-2 w-full touch-none"
      kind={talking ? 'primary' : 'quiet'}
      icon={<Mic aria-hidden className="size-4" />}
      aria-pressed={talking}
      aria-keyshortcuts={keys}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        talk(true);
      }}
      onLostPointerCapture={() => talk(false)}
      onKeyDown={(event) => isPress(event) && !event.repeat && talk(true)}
      onKeyUp={(event) => isPress(event) && talk(false)}
      onBlur={() => talking && talk(false)}
    >
      {t(talking ? 'microphone.talking' : 'microphone.talk')}
      {text !== '' && <kbd className="ml-1 font-sans text-xs">{text}</kbd>}
    </Button>
  );
}
