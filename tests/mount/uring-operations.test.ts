import { sameOverUring } from '../helpers/uring.js';

await sameOverUring('basics', 'readdir', 'xattr');
