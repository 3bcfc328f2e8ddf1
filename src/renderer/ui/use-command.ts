import { useCallback } from 'react';
import { toReasonError } from '../../shared/errors.ts';
import type { Command, RequestOf, ResponseOf } from '../../shared/ipc/contract.ts';
import { showNotice } from '../state/notices.ts';
import { useStudio } from './studio-context.ts';

/** Sends a command; a refusal becomes a notice with its reason and the answer is null. */
export function useCommand(): <C extends Command>(
  command: C,
  payload: RequestOf<C>,
) => Promise<ResponseOf<C> | null> {
  const { client } = useStudio();
  return useCallback(
    async (command, payload) => {
      try {
        return await client.call(command, payload);
      } catch (error) {
        showNotice('error', toReasonError(error).reason);
        return null;
      }
    },
    [client],
  );
}
