import { PortageError } from '@portage/platform';
import { MOST_PEOPLE } from './replay.js';

/** A replay that makes no sense, in words for the owner. */
export function refusedReplay(message: string): PortageError {
  return new PortageError({ code: 'loader.replay_refused', disposition: 'dead-letter', message });
}

export function tooManyPeople(): PortageError {
  return refusedReplay(`A replay takes at most ${MOST_PEOPLE} people: make several, or one of everybody.`);
}

export function withoutTarget(): PortageError {
  return new PortageError({
    code: 'loader.replay_without_target',
    disposition: 'halt',
    message: 'A connection of the replay is gone, or its owner has not connected a Klaviyo account yet.',
  });
}
