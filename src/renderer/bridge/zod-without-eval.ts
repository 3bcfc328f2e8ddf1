import { z } from 'zod';

// The page's CSP forbids eval; without this, zod's probe for it is a violation in the console of every page and worker.
z.config({ jitless: true });
