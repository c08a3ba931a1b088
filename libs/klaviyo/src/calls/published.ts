import { type z } from 'zod';

/** Compiles only while everything that the published description promises is something that the schema reads. */
export type Reads<Schema extends z.ZodType, Published extends z.input<Schema>> = [Schema, Published];
