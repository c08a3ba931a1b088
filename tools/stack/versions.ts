/** The servers that Portage is built and tested against; docker-compose.yml names the same. */
export const versions = { kafka: '4.3.1', registry: '3.0.9', postgres: '18' } as const;
