import { type CountryCode, getCountries } from 'libphonenumber-js';

/** Words for countries that English names do not cover; the source keeps countries as free text. */
const otherWords: Readonly<Record<string, CountryCode>> = {
  america: 'US',
  deutschland: 'DE',
  england: 'GB',
  españa: 'ES',
  france: 'FR',
  'great britain': 'GB',
  holland: 'NL',
  italia: 'IT',
  'northern ireland': 'GB',
  österreich: 'AT',
  schweiz: 'CH',
  scotland: 'GB',
  suisse: 'CH',
  uk: 'GB',
  'united states of america': 'US',
  'u.k.': 'GB',
  'u.s.': 'US',
  'u.s.a.': 'US',
  us: 'US',
  usa: 'US',
  wales: 'GB',
};

let byWord: ReadonlyMap<string, CountryCode> | undefined;

/** The two-letter code for a country's code or name, or null for anything else. */
export function countryCodeOf(word: string | null | undefined): CountryCode | null {
  const key = word?.trim().toLowerCase() ?? '';
  byWord ??= words();
  return byWord.get(key) ?? null;
}

function words(): ReadonlyMap<string, CountryCode> {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const known = new Map<string, CountryCode>(Object.entries(otherWords));
  for (const code of getCountries()) {
    known.set(code.toLowerCase(), code);
    const name = names.of(code)?.toLowerCase();
    if (name) known.set(name, code);
  }
  return known;
}
