import { Secret } from '@portage/platform';
import { Signer } from './signer.js';
import { checkTicket, issueTicket, linkLifeSeconds } from './ticket.js';

const keyOf = (id: string, fill: number) => ({ id, key: new Secret(Buffer.alloc(32, fill).toString('base64')) });
const now = Date.UTC(2026, 10, 25);

describe('a ticket', () => {
  const signer = new Signer([keyOf('new', 1), keyOf('old', 2)], 'ticket');
  const ticket = issueTicket(signer, 'c1', now);

  it('is good for its connection and ten minutes', () => {
    expect(checkTicket(signer, ticket, 'c1', now)).toMatchObject({ kind: 'good' });
    expect(checkTicket(signer, ticket, 'c1', now + linkLifeSeconds * 1000 - 1)).toMatchObject({ kind: 'good' });
    expect(checkTicket(signer, ticket, 'c1', now + linkLifeSeconds * 1000)).toEqual({ kind: 'expired' });
    expect(checkTicket(signer, ticket, 'c2', now)).toEqual({ kind: 'forged' });
  });

  it('carries what was asked for', () => {
    const wish = { provider: 'klaviyo', forced: true } as const;
    expect(checkTicket(signer, issueTicket(signer, 'c1', now, wish), 'c1', now)).toEqual({ kind: 'good', wish });
  });

  it('can travel in an address as it is', () => {
    expect(encodeURIComponent(ticket)).toBe(ticket);
  });

  it('outlives a rotation of the keys', () => {
    const former = new Signer([keyOf('old', 2)], 'ticket');
    expect(checkTicket(signer, issueTicket(former, 'c1', now), 'c1', now)).toMatchObject({ kind: 'good' });
    expect(checkTicket(former, ticket, 'c1', now)).toEqual({ kind: 'forged' });
  });

  it('is not a state: a signature is for one purpose', () => {
    const states = new Signer([keyOf('new', 1)], 'state');
    expect(checkTicket(signer, states.sign(JSON.stringify(['c1', now + 1000])), 'c1', now)).toEqual({ kind: 'forged' });
  });

  it.each(['', '.', 'x', 'x.y', `${ticket}x`, ticket.slice(0, -1), `x${ticket}`, `${ticket.split('.')[0]}.`])(
    'is forged when it reads "%s"',
    (text) => expect(checkTicket(signer, text, 'c1', now)).toEqual({ kind: 'forged' }),
  );

  it('is forged by anyone without a key', () => {
    const nobody = new Signer([], 'ticket');
    expect(checkTicket(signer, issueTicket(nobody, 'c1', now), 'c1', now)).toEqual({ kind: 'forged' });
    expect(checkTicket(nobody, issueTicket(nobody, 'c1', now), 'c1', now)).toEqual({ kind: 'forged' });
  });
});
