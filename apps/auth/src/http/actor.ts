import { type FastifyRequest } from 'fastify';
import { type Actor } from '../audit/audit.js';

export function adminOf(request: FastifyRequest): Actor {
  return { kind: 'admin', address: request.ip };
}

/** Who follows a link or comes back from the vendor: the owner, in a browser. */
export function ownerOf(request: FastifyRequest): Actor {
  return { kind: 'owner', address: request.ip };
}
