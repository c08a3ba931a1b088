import { PortageError } from '@portage/platform';

/** `skip`: the same again would meet the same; the list has to be resolved first. */
export function listGone(cause: PortageError): PortageError {
  return new PortageError({
    code: 'klaviyo.list_gone',
    disposition: 'skip',
    message: 'The Klaviyo list that rows were meant for does not exist any more.',
    cause,
    details: cause.details,
  });
}
