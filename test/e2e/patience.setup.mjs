/** A migration on a busy machine takes minutes; this only has to end a test that hangs. */
import.meta.jest.setTimeout(600_000);
