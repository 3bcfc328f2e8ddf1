import { z } from 'zod';
import { serviceSchema } from '../domain/services.ts';
import { event } from './contract.ts';

/** The services of resources/services.json, in the order they are offered. */
export const servicesSnapshot = event('services.snapshot', z.object({ services: z.array(serviceSchema) }));
