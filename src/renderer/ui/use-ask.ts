import { useCallback, useState } from 'react';
import { type Reason, toReasonError } from '../../shared/errors.ts';
import type { Command, RequestOf, ResponseOf } from '../../shared/ipc/contract.ts';
import { useStudio } from './studio-context.ts';

interface Ask {
  readonly busy: boolean;
  /** Why the last one was refused. */
  readonly refused: Reason | null;
  readonly ask: <C extends Command>(command: C, payload: RequestOf<C>) => Promise<ResponseOf<C> | null>;
}

/** Sends a command whose refusal is shown where it was asked; the answer is null then. */
export function useAsk(): Ask {
  const { client } = useStudio();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Reason | null>(null);
  const ask = useCallback<Ask['ask']>(
    async (command, payload) => {
      setBusy(true);
      setRefused(null);
      try {
        return await client.call(command, payload);
      } catch (error) {
        setRefused(toReasonError(error).reason);
        return null;
      } finally {
        setBusy(false);
      }
    },
    [client],
  );
  return { busy, refused, ask };
}
