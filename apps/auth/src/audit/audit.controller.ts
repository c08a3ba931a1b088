import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Describe, Scopes } from '@portage/platform/service';
import { parsed } from '../http/parse.js';
import { auditPage, type AuditPage, auditQuery, AuditReader } from './audit-reader.js';

@Controller('audit')
export class AuditController {
  constructor(@Inject(AuditReader) private readonly audit: AuditReader) {}

  @Get()
  @Scopes('admin')
  @Describe({
    summary: 'Every consent and every change of a connection or a credential, newest first.',
    query: auditQuery,
    answers: { 200: { description: 'A page of the audit.', schema: auditPage } },
  })
  page(@Query() query: unknown): Promise<AuditPage> {
    return this.audit.page(parsed(auditQuery, { ...(query as object) }));
  }
}
