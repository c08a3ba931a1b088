import { describeError, dispositionOf, isAbort, isPortageError, PortageError } from './errors.js';

const inner = new PortageError({
  code: 'inner.code',
  disposition: 'retry',
  message: 'inner',
  details: { status: 503 },
});

describe('PortageError', () => {
  it('keeps the inner error and its code when it wraps', () => {
    const outer = new PortageError({ code: 'outer.code', disposition: 'halt', message: 'outer', cause: inner });
    expect(describeError(outer)).toEqual({
      code: 'outer.code',
      disposition: 'halt',
      message: 'outer',
      cause: { code: 'inner.code', disposition: 'retry', message: 'inner', status: 503 },
    });
  });

  it('is known by its brand, whichever copy of the class made it', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('portage.error')]: true, disposition: 'skip' });
    expect(isPortageError(foreign)).toBe(true);
    expect(isPortageError(new Error('x'))).toBe(false);
    expect(isPortageError(null)).toBe(false);
  });
});

describe('describeError', () => {
  it("leaves out a foreign error's message, which may quote data", () => {
    const error = Object.assign(new TypeError('bad row someone@example.org'), { code: 'ERR_X' });
    const described = describeError(error);
    expect(described).toMatchObject({ name: 'TypeError', code: 'ERR_X' });
    expect(JSON.stringify(described)).not.toContain('example.org');
  });

  it('copes with what is no error', () => {
    expect(describeError('text')).toEqual({ name: 'string' });
    expect(describeError(undefined)).toEqual({ name: 'undefined' });
  });
});

describe('dispositionOf', () => {
  it('halts on what nobody classified', () => {
    expect(dispositionOf(inner)).toBe('retry');
    expect(dispositionOf(new Error('a bug'))).toBe('halt');
    expect(dispositionOf('a bug')).toBe('halt');
  });
});

describe('isAbort', () => {
  it('knows the error of an aborted signal and of an aborted wait', () => {
    expect(isAbort(AbortSignal.abort().reason)).toBe(true);
    expect(isAbort(new Error('x'))).toBe(false);
    expect(isAbort(undefined)).toBe(false);
  });
});
