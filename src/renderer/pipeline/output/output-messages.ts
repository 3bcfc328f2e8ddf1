import { z } from 'zod';
import { avatarMappingSchema } from '../../../shared/domain/avatar-mapping.ts';
import { AVATAR_POSE_WIRE_VALUES, MAX_EXPRESSIONS } from '../../../shared/domain/avatar-pose.ts';
import { namedPlacement, PLACEMENTS, type Placement } from '../../../shared/domain/scene.ts';
import { avatarFamilySchema, PICTURE_LIMITS } from '../../../shared/domain/studio.ts';

/** Main → output page, as JSON text, at once and whenever it changes. Poses come between, as binary messages. */
export const outputStateSchema = z.object({
  type: z.literal('state'),
  avatar: z.object({
    id: z.string().max(256),
    name: z.string(),
    /** Relative to the page. */
    url: z.string(),
    family: avatarFamilySchema,
    mapping: avatarMappingSchema,
    /** What `expressions` of a pose means, by place. */
    expressions: z.array(z.string().max(120)).max(MAX_EXPRESSIONS),
  }),
  mirror: z.boolean(),
  /** False while the panic key is on. */
  visible: z.boolean(),
  fps: z.int().min(1).max(PICTURE_LIMITS.maxFps),
});
export type OutputState = z.infer<typeof outputStateSchema>;

/** A message of main's; null for what is none, which a page in another program must outlive. */
export function readOutputState(text: string): OutputState | null {
  try {
    return outputStateSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** A pose: little-endian floats as written by writeAvatarPose; null for any other length. Values are checked later. */
export function readOutputPose(bytes: ArrayBuffer): Float32Array | null {
  if (bytes.byteLength !== AVATAR_POSE_WIRE_VALUES * 4) return null;
  const view = new DataView(bytes);
  const values = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(i * 4, true);
  return values;
}

/** How the page was asked to look by its address. */
export interface OutputLook {
  /** `#rrggbb` for a chroma key; null: transparent. */
  readonly background: string | null;
  readonly placement: Placement;
}

const named = z.enum(PLACEMENTS).exclude(['custom']);

/** Reads `?background=rrggbb&placement=left`; what is neither is left out. Pure. */
export function readOutputLook(query: string): OutputLook {
  const asked = new URLSearchParams(query);
  const color = /^#?([0-9a-f]{6})$/i.exec(asked.get('background') ?? '');
  const placement = named.safeParse(asked.get('placement'));
  return {
    background: color ? `#${color[1]!.toLowerCase()}` : null,
    placement: namedPlacement(placement.success ? placement.data : 'full'),
  };
}
