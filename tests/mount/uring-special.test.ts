import { sameOverUring } from '../helpers/uring.js';

await sameOverUring('special', 'identity');
