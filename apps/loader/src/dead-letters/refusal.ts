import { PortageError } from '@portage/platform';

/** A redrive or a drop that makes no sense, in words for the owner. The letter stays as it is. */
export function refusal(message: string): PortageError {
  return new PortageError({ code: 'loader.dead_letter_refused', disposition: 'dead-letter', message });
}

export function unknownLetter(): PortageError {
  return new PortageError({
    code: 'loader.unknown_dead_letter',
    disposition: 'skip',
    message: 'There is no such dead letter, or not any more: they are kept for 90 days.',
  });
}
