import { PortageError, sleep } from '@portage/platform';
import { patiently } from './patience.js';

const otherwise = () => new PortageError({ code: 'x.late', disposition: 'retry', message: 'too late' });

describe('patiently', () => {
  it('hands on what the work answers or throws', async () => {
    await expect(patiently(() => Promise.resolve(1), otherwise)).resolves.toBe(1);
    await expect(patiently(() => Promise.reject(new Error('own')), otherwise)).rejects.toThrow('own');
  });

  it('ends work that waits for too long, with words for it', async () => {
    await expect(patiently((signal) => sleep(60_000, signal), otherwise, 5)).rejects.toMatchObject({ code: 'x.late' });
  });
});
