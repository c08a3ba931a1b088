export { ManualClock } from './http/index.js';
