import { Injectable } from '@nestjs/common';
import { type OpenAPIObject } from '@nestjs/swagger';

/** The OpenAPI document of this service, once it is made. */
@Injectable()
export class ApiDocument {
  #document: OpenAPIObject | undefined;

  publish(document: OpenAPIObject): void {
    this.#document = document;
  }

  get(): OpenAPIObject {
    if (!this.#document) throw new Error('The document was not published.');
    return this.#document;
  }
}
