import { type Importing } from '../imports/submit-imports.js';
import { type Held } from './assemble.js';
import { type Leaving } from './leave-lists.js';
import { nextStep } from './next-step.js';
import { type OptingOut } from './opt-outs.js';
import { type Step, type World } from './person.js';
import { type Renaming } from './renames.js';
import { type Resting } from './settle.js';
import { type Subscribing } from './subscriptions.js';

/** People by what happens next. */
export interface Triage {
  readonly looking: Held[];
  readonly mapping: Held[];
  readonly optingOut: OptingOut[];
  readonly renaming: Renaming[];
  readonly importing: Importing[];
  readonly leaving: Leaving[];
  readonly subscribing: Subscribing[];
  readonly resting: Resting[];
}

/** Asks everyone's next step and takes note of what was learned, until something has to be done outside. */
export function triage(people: readonly Held[], worldOf: (held: Held) => World): Triage {
  const groups: Triage = {
    looking: [],
    mapping: [],
    optingOut: [],
    renaming: [],
    importing: [],
    leaving: [],
    subscribing: [],
    resting: [],
  };
  for (const held of people) put(groups, held, stepOf(held, worldOf(held)));
  return groups;
}

function put(groups: Triage, held: Held, step: Exclude<Step, { do: 'note' }>): void {
  switch (step.do) {
    case 'look':
      groups.looking.push(held);
      return;
    case 'map':
      groups.mapping.push(held);
      return;
    case 'opt_out':
      groups.optingOut.push({ held, step });
      return;
    case 'rename':
      groups.renaming.push({ held, step });
      return;
    case 'import':
      groups.importing.push({ held, step });
      return;
    case 'leave':
      groups.leaving.push({ held, step });
      return;
    case 'subscribe':
      groups.subscribing.push({ held, step });
      return;
    case 'wait':
    case 'finish':
      groups.resting.push({ held, step });
      return;
  }
}

/** Every note is followed by another step; more than a few in a row would go round in circles. */
function stepOf(held: Held, world: World): Exclude<Step, { do: 'note' }> {
  for (let notes = 0; notes <= MOST_NOTES; notes += 1) {
    const step = nextStep(held.person, world);
    if (step.do !== 'note') return step;
    held.person = { ...held.person, state: { ...held.person.state, ...step.state } };
  }
  throw new Error('The next step of a person does not come to an end.');
}

const MOST_NOTES = 8;
