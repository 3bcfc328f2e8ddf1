import { create } from 'zustand';
import { MAX_MOTION_S, MOTION_EXTENSION } from '../../shared/domain/motion.ts';
import { type Reason, toReasonError } from '../../shared/errors.ts';
import { motionUpload } from '../../shared/ipc/motion.ts';
import type { StudioClient } from '../bridge/client.ts';
import type { MotionDeskState } from '../pipeline/motion-desk.ts';
import type { PipelineHandle } from '../pipeline/pipeline-handle.ts';

interface MotionState extends MotionDeskState {
  /** What plays begins again when it ends. */
  readonly again: boolean;
  /** When the recording that runs began, ms of `performance.now()`. */
  readonly recordingSince: number | null;
  /** The file that is being brought in. */
  readonly importing: string | null;
  /** The last one that was refused, until another one is tried. */
  readonly importRefused: { readonly name: string; readonly reason: Reason } | null;
}

/** Recording and playing go on while the settings are closed, so that the user can move in front of the whole studio. */
export const useMotion = create<MotionState>()(() => ({
  recording: false,
  playing: null,
  unkept: [],
  again: false,
  recordingSince: null,
  importing: null,
  importRefused: null,
}));

/** Follows the pipeline; a recording that is as long as one may be is ended, and so kept. @returns what undoes it */
export function followMotion(
  pipeline: Pick<PipelineHandle, 'motion' | 'onMotion' | 'recordMotion'>,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const stopTimer = () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  const follow = (desk: MotionDeskState) => {
    useMotion.setState(({ recordingSince }) => ({
      ...desk,
      recordingSince: desk.recording ? (recordingSince ?? performance.now()) : null,
    }));
    if (!desk.recording) stopTimer();
    else timer ??= setTimeout(() => pipeline.recordMotion(false), MAX_MOTION_S * 1000);
  };
  follow(pipeline.motion);
  const undo = pipeline.onMotion(follow);
  return () => {
    stopTimer();
    undo();
  };
}

/** What a recording is called after the file it came from; null: the file says nothing. */
export function motionNameOf(fileName: string): string | null {
  const name = fileName
    .replace(new RegExp(`\\.${MOTION_EXTENSION}$`, 'i'), '')
    .trim()
    .slice(0, 80)
    .trim();
  return name === '' ? null : name;
}

/**
 * Brings a file in; a refusal is in the store.
 * @param fallback what it is called when its file says nothing
 * @returns whether it is in the list
 */
export async function importMotion(client: StudioClient, file: File, fallback: string): Promise<boolean> {
  if (useMotion.getState().importing !== null) return false;
  useMotion.setState({ importing: file.name, importRefused: null });
  try {
    const id = crypto.randomUUID();
    await client.upload(motionUpload, { id, name: motionNameOf(file.name) ?? fallback }, file);
    return true;
  } catch (error) {
    useMotion.setState({ importRefused: { name: file.name, reason: toReasonError(error).reason } });
    return false;
  } finally {
    useMotion.setState({ importing: null });
  }
}
