import { forgetTypeOfNoBody } from './empty-body.js';

const json = 'application/json';

describe('a content type', () => {
  it.each([{ 'content-length': '0' }, {}])('of no body is forgotten (%j)', (length) => {
    const headers = { 'content-type': json, ...length };
    forgetTypeOfNoBody(headers);
    expect(headers).toEqual(length);
  });

  it.each([{ 'content-length': '2' }, { 'transfer-encoding': 'chunked' }])('of a body stays (%j)', (length) => {
    const headers = { 'content-type': json, ...length };
    forgetTypeOfNoBody(headers);
    expect(headers).toEqual({ 'content-type': json, ...length });
  });
});
