export { type Application, type ConstantContactOptions, type Limits } from './options.js';
export { type LimitFigures } from './rate-limits.js';
export { ConstantContactSimulator, startConstantContact } from './simulator.js';
export { type Violation } from './violations.js';
