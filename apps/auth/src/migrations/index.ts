import { type SchemaPlan } from '@portage/persistence';
import { CreateAuth1764110000000 } from './1764110000000-create-auth.js';
import { KlaviyoOAuth1764200000000 } from './1764200000000-klaviyo-oauth.js';

export const plan: SchemaPlan = {
  schema: 'auth',
  owner: 'portage_auth',
  migrations: [CreateAuth1764110000000, KlaviyoOAuth1764200000000],
};
