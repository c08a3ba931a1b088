import { accountFromJson, accountToJson } from './account-json.js';
import { generateAccount } from './generate-account.js';

it('an account survives JSON', () => {
  const account = generateAccount({ seed: 2, contacts: 60, campaigns: 8, now: Date.parse('2026-01-01T00:00:00Z') });
  const wired: unknown = JSON.parse(JSON.stringify(accountToJson(account)));
  expect(accountFromJson(wired)).toEqual(account);
});
