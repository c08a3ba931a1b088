import { Controller, Get, Header, Inject } from '@nestjs/common';
import { z } from 'zod';
import { Open } from '../access.guard.js';
import { ApiDocument } from './api-document.js';
import { Describe } from './describe.js';
import { documentPolicy, renderDocument } from './render.js';

/** The interface of a service for programs and for people. It names no person and no secret, so it needs no credential. */
@Controller()
export class DocsController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @Get('docs-json')
  @Open()
  @Describe({
    summary: 'This document.',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.object({ openapi: z.string() }).loose() } },
  })
  json(): unknown {
    return this.document.get();
  }

  @Get('docs')
  @Open()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', documentPolicy)
  @Describe({
    summary: 'This document as a page.',
    answers: { 200: { description: 'A page without script.', mediaType: 'text/html' } },
  })
  page(): string {
    return renderDocument(this.document.get());
  }
}
