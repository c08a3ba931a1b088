import { withIncludes } from './endpoint.js';

describe('a next link that says once more what is included', () => {
  it('keeps its cursor to the letter', () => {
    const link = withIncludes('/v3/contacts?cursor=a+b%3D');
    expect(link).toMatch(/^\/v3\/contacts\?cursor=a\+b%3D&include=custom_fields%2Clist_memberships%2C/);
  });
});
