import { Switch } from 'radix-ui';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DestinationStatus } from '../../../../../shared/domain/stream-state.ts';
import type { Destination } from '../../../../../shared/ipc/destinations.ts';
import { streamEnable } from '../../../../../shared/ipc/stream.ts';
import { takesPart } from '../../../../state/on-air.ts';
import { useCommand } from '../../../use-command.ts';

interface Props {
  readonly destination: Destination;
  readonly status: DestinationStatus | null;
}

/** Sends this destination the running broadcast, or ends it for that one alone. */
export function LiveSwitch({ destination, status }: Props) {
  const { t } = useTranslation();
  const run = useCommand();
  const said = takesPart(status);
  // Until main has said so it stands as it was pressed.
  const [pressed, setPressed] = useState<boolean | null>(null);
  useEffect(() => {
    if (said === pressed) setPressed(null);
  }, [said, pressed]);
  const change = (on: boolean) => {
    setPressed(on);
    void run(streamEnable, { id: destination.id, on }).then((done) => !done && setPressed(null));
  };
  return (
    <Switch.Root
      aria-label={t('destinations.useNow', { name: destination.name })}
      checked={pressed ?? said}
      disabled={!said && !destination.hasKey}
      onCheckedChange={change}
      className="relative -ml-1 h-4 w-7 shrink-0 rounded-full border border-edge bg-raised transition-colors disabled:opacity-60 data-[state=checked]:border-action data-[state=checked]:bg-action"
    >
      <Switch.Thumb className="block size-3 translate-x-px rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[0.8125rem] data-[state=checked]:bg-on-fill" />
    </Switch.Root>
  );
}
