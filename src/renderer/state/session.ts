import { create } from 'zustand';
import type { appHello } from '../../shared/ipc/app.ts';
import type { ResponseOf } from '../../shared/ipc/contract.ts';
import type { ConnectionState } from '../bridge/client.ts';

export type Hello = ResponseOf<typeof appHello>;

interface Session {
  readonly connection: ConnectionState;
  readonly hello: Hello | null;
}

/** The connection to main, and what main said about itself in its first answer. */
export const useSession = create<Session>()(() => ({ connection: 'connecting', hello: null }));
