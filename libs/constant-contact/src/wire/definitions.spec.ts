import { fieldsOf, tagsOf } from './definitions.js';

describe('definitions', () => {
  it('of fields and choices that cannot be used are told, and the others stay', () => {
    const good = { custom_field_id: 'f', label: 'Size', type: 'single_select' };
    const odd = { label: 'without an id' };
    const choices = [{ choice_id: 1, choice_label: 'Small' }, { choice_label: 'without an id' }];
    const { fields, odds } = fieldsOf({ custom_fields: [odd, { ...good, choices }] });
    expect(fields).toEqual([['f', { label: 'Size', type: 'single_select', choices: new Map([['1', 'Small']]) }]]);
    expect(odds.map(({ reason, raw }) => [reason, raw])).toEqual([
      ['In custom_fields, not usable: custom_field_id.', odd],
      ['In choices of custom_fields, not usable: choice_id.', choices[1]],
    ]);
  });

  it('of tags without a name say nothing', () => {
    const { tags, odds } = tagsOf({ tags: [{ tag_id: 't', name: 'VIP' }, { tag_id: 'u' }, { name: 'lost' }] });
    expect(tags).toEqual([['t', 'VIP']]);
    expect(odds.map(({ reason }) => reason)).toEqual(['In tags, not usable: name.', 'In tags, not usable: tag_id.']);
  });
});
