import { sleep } from '@portage/platform';
import { type Screen } from './progress-view.js';

const everyMs = 2000;

/** Shows something again and again until the process is ended: in place on a terminal, block after block elsewhere. */
export async function watch(
  screen: Screen,
  text: () => Promise<string>,
  { inPlace }: { readonly inPlace: boolean },
): Promise<never> {
  for (;;) {
    const shown = await text();
    screen.write(screen.isTTY && inPlace ? `\u001b[H\u001b[2J${shown}` : shown);
    await sleep(everyMs);
  }
}
