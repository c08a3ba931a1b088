// kafkajs 2.2.4 computes the delay of its request queue from a moment that may have passed; since Node 24 the
// negative delay is reported. It is harmless: the timer fires at once, as it always did.
import process from 'node:process';

const emitWarning = process.emitWarning.bind(process);

process.emitWarning = (warning, ...rest) => {
  const name = typeof rest[0] === 'string' ? rest[0] : rest[0]?.type;
  if (name === 'TimeoutNegativeWarning') return;
  emitWarning(warning, ...rest);
};
