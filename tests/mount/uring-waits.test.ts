import { sameOverUring } from '../helpers/uring.js';

await sameOverUring('tasks', 'notify-cache', 'slow', 'forgets');
