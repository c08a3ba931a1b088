import { isPortageError } from '@portage/platform';

/** Null for what the vendor does not have. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isPortageError(error) && error.code === 'klaviyo.not_found') return null;
    throw error;
  }
}
