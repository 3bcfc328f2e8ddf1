import { createContext, useContext } from 'react';
import type { StudioClient } from '../bridge/client.ts';
import type { PipelineHandle } from '../pipeline/pipeline-handle.ts';

export interface StudioParts {
  readonly client: StudioClient;
  readonly pipeline: PipelineHandle;
  /** The pipeline draws on it; it exists before React does. */
  readonly previewCanvas: HTMLCanvasElement;
}

export const StudioContext = createContext<StudioParts | null>(null);

export function useStudio(): StudioParts {
  const parts = useContext(StudioContext);
  if (!parts) throw new Error('A studio component is rendered outside the studio');
  return parts;
}
