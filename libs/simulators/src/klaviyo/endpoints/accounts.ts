import { type Call, type Endpoint } from '../call.js';
import { refuse } from '../jsonapi/errors.js';
import { sparse } from '../resources/sparse.js';

export const accountEndpoints: Endpoint[] = [
  {
    endpoint: 'GET /api/accounts',
    handle: (call) => ({
      status: 200,
      json: { data: [resource(call)], links: { self: call.base + call.request.url, next: null, prev: null } },
    }),
  },
  {
    endpoint: 'GET /api/accounts/{id}',
    handle: (call) => {
      if (call.request.params['id'] !== call.account.id) throw refuse(404, 'not_found', 'Account not found.');
      return { status: 200, json: { data: resource(call), links: { self: call.base + call.request.url } } };
    },
  },
];

function resource(call: Call): Record<string, unknown> {
  const { id, name } = call.account.option;
  const attributes = {
    test_account: false,
    contact_information: {
      default_sender_name: name,
      default_sender_email: `hello@${id.toLowerCase()}.invalid`,
      website_url: null,
      organization_name: name,
      street_address: { address1: null, address2: null, city: null, region: null, country: 'United States', zip: null },
    },
    industry: null,
    timezone: 'US/Eastern',
    preferred_currency: 'USD',
    public_api_key: id,
    locale: 'en-US',
  };
  return {
    type: 'account',
    id,
    attributes: sparse(attributes, call.query, 'account'),
    links: { self: `${call.base}/api/accounts/${id}` },
  };
}
