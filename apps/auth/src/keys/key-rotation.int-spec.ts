import { asAdmin, asService } from '../../../../test/auth/auth-client.js';
import { encryptionKeys } from '../../../../test/auth/auth-service.js';
import { klaviyoKey, Stage } from '../../../../test/auth/stage.js';

const newKey = `k2:${Buffer.alloc(32, 9).toString('base64')}`;

interface Turn {
  readonly keyId: string;
  readonly resealed: { readonly credentials: number; readonly authorizations: number };
  readonly remaining: number;
}

describe('the rotation of encryption keys', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());

  it('loses nothing while tokens are asked for, renewed and consented to', async () => {
    const old = await stage.auth();
    const connected = await stage.connect(old);
    const others = await Promise.all(Array.from({ length: 30 }, (_, index) => stage.create(old, `Shop ${index}`)));
    // The new key goes in front, the former one behind it: on every replica, one after the other.
    const both = `${newKey},${encryptionKeys}`;
    const auths = [
      await stage.auth({ PORTAGE_ENCRYPTION_KEYS: both }),
      await stage.auth({ PORTAGE_ENCRYPTION_KEYS: both }),
    ];
    await old.stop();
    const answers: number[] = [];
    const generations = new Set<number>();
    let rotating = true;
    const load = Promise.all(
      auths.map(async ({ url }, index) => {
        let generation = 1;
        while (rotating) {
          const body = index === 0 ? { rejectedGeneration: generation } : {};
          const source = await asService('POST', `${url}/connections/${connected}/tokens/constant-contact`, body);
          const target = await asService('POST', `${url}/connections/${connected}/tokens/klaviyo`, {});
          answers.push(source.status, target.status);
          expect(target.json.accessToken).toBe(klaviyoKey);
          generation = source.json.generation as number;
          generations.add(generation);
        }
      }),
    );
    const turns: Turn[] = [];
    do {
      turns.push((await asAdmin('POST', `${auths[1]?.url}/keys/rotate`, { rows: 5 })).json as Turn);
    } while (turns.at(-1)?.remaining !== 0);
    await stage.until(() => Promise.resolve(generations.size > 2));
    rotating = false;
    await load;
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(turns.every(({ resealed }) => resealed.credentials + resealed.authorizations <= 5)).toBe(true);
    expect(turns.length).toBeGreaterThan(10);
    const dump = await stage.dump();
    expect(dump).not.toContain('v1:k1:');
    expect(dump).toContain('v1:k2:');
    await expect(asAdmin('POST', `${auths[0]?.url}/keys/rotate`)).resolves.toMatchObject({
      json: { keyId: 'k2', resealed: { credentials: 0, authorizations: 0 }, remaining: 0 },
    });
    // The former key is not needed any more, and nothing was lost.
    const alone = await stage.auth({ PORTAGE_ENCRYPTION_KEYS: newKey });
    const { json } = await asService('POST', `${alone.url}/connections/${connected}/tokens/constant-contact`, {});
    const used = await fetch(`${stage.source.url}/v3/account/summary`, {
      headers: { authorization: `Bearer ${json.accessToken}` },
    });
    expect(used.status).toBe(200);
    expect((await asAdmin('GET', `${alone.url}/connections`)).json.connections).toHaveLength(others.length + 1);
    const audit = await asAdmin('GET', `${alone.url}/audit?limit=500`);
    const rotations = (audit.json.entries as { action: string }[]).filter(({ action }) => action === 'keys.rotated');
    expect(rotations).toHaveLength(
      turns.filter(({ resealed }) => resealed.credentials + resealed.authorizations > 0).length,
    );
  });
});
