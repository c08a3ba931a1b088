import { defaultOptions, optionChanges, withChanges } from './options.js';

describe('options', () => {
  it('have a default and a sentence of help each', () => {
    for (const [name, field] of Object.entries(optionChanges.shape)) {
      expect(defaultOptions).toHaveProperty(name);
      expect(field.unwrap().description).toMatch(/^[A-Z].*\.$/);
    }
    expect(Object.keys(defaultOptions).sort()).toEqual(Object.keys(optionChanges.shape).sort());
    expect(optionChanges.parse(defaultOptions)).toEqual(defaultOptions);
  });

  it('keep what is not named', () => {
    expect(withChanges(defaultOptions, optionChanges.parse({}))).toEqual(defaultOptions);
    const changed = withChanges(defaultOptions, optionChanges.parse({ createLists: false }));
    expect(changed).toEqual({ ...defaultOptions, createLists: false });
  });

  it.each([
    [{ historyDays: -1 }],
    [{ historyDays: 1.5 }],
    [{ activityTypes: ['opened', 'opened'] }],
    [{ activityTypes: ['read'] }],
    [{ createLists: 'yes' }],
    [{ listMap: { a: '' } }],
    [{ listMap: [] }],
    [{ consent: 'all' }],
    [{ schedule: '@hourly' }],
    [{ metricSuffix: '  ' }],
    [{ unheardOf: 1 }],
  ])('refuse %j', (changes) => {
    expect(optionChanges.safeParse(changes).success).toBe(false);
  });

  it.each([[{ schedule: 'off' }], [{ activityTypes: [] }], [{ listMap: { 'a-b': 'XyZ' } }], [{ historyDays: 0 }]])(
    'take %j',
    (changes) => {
      expect(optionChanges.parse(changes)).toEqual(changes);
    },
  );
});
