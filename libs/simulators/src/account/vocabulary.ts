/** Invented words from which people, companies and lists are made. */
export const FIRST_NAMES =
  'Ada Bruno Chloé Dmitri Eva Farid Greta Hugo Inês Jonas Kirsten Łukasz Mina Noor Oskar Paula Rosa Sven Tomás Uma Viktor Zoë'.split(
    ' ',
  );

export const LAST_NAMES =
  "Abbott Brandt Carvalho Dvořák Eriksen Fontaine Hoffmann Ivanova Jansen Kowalski Lindqvist Moreau O'Brien Quinn Rossi Tanaka Weiss Xu Yılmaz".split(
    ' ',
  );

export const JOB_TITLES = ['Owner', 'Office manager', 'Head of sales', 'Teacher', 'Nurse', 'R&D "lead"'] as const;

export const COMPANIES = [
  'Harbour & Sons',
  'North Mill',
  'Bäckerei Sonne',
  'Lakeside Dental',
  'Orchard, Inc.',
] as const;

export const LIST_THEMES = 'Newsletter Customers Volunteers Members Wholesale Donors Workshop Alumni VIP Fair'.split(
  ' ',
);

export const TAG_NAMES = [
  'vip',
  'trade show',
  'imported 2021',
  'prospect',
  'Été',
  'do not call',
  'staff',
  'press',
] as const;

/** Country as people type it, with addresses and numbers that go with it. */
export const PLACES = [
  { country: 'United States', cities: ['Boston', 'Denver'], state: 'Massachusetts', postal: '02108', code: 'US' },
  { country: 'USA', cities: ['Austin'], state: 'TX', postal: '73301', code: 'US' },
  { country: 'us', cities: ['Portland'], state: 'Oregon', postal: '97201', code: 'US' },
  { country: 'Germany', cities: ['Köln', 'Leipzig'], state: '', postal: '50667', code: 'DE' },
  { country: 'Deutschland', cities: ['Hamburg'], state: 'HH', postal: '20095', code: 'DE' },
  { country: 'United Kingdom', cities: ['Leeds'], state: 'Yorkshire', postal: 'LS1 4AP', code: 'GB' },
  { country: 'Canada', cities: ['Montréal'], state: 'Québec', postal: 'H2Y 1C6', code: 'CA' },
  { country: 'somewhere else', cities: ['Nowhere'], state: '?', postal: '', code: 'US' },
  { country: '', cities: ['Springfield'], state: '', postal: '', code: 'US' },
] as const;
