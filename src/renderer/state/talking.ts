import { create } from 'zustand';

/** The key of push-to-talk is held. */
export const useTalking = create<{ readonly talking: boolean }>()(() => ({ talking: false }));
