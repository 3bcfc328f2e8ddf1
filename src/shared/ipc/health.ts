import { healthSchema } from '../domain/health.ts';
import { event } from './contract.ts';

export const healthSnapshot = event('health.snapshot', healthSchema);
