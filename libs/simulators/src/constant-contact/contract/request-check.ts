import { type SimRequest } from '../../http/index.js';
import { contract } from '../generated/contract.js';
import { type Violations, type ViolationKind } from '../violations.js';
import { type OperationContract, type ParameterContract } from './contract.js';

/** Parameters that continue a walk: the description leaves them out, the vendor's own links carry them. */
const CONTINUATIONS = ['cursor', 'next'];

export function operationOf(endpoint: string): OperationContract | undefined {
  return contract[endpoint];
}

/** Notes what the vendor would ignore in silence: parameters it does not know and filters beside a cursor. */
export function checkRequest(request: SimRequest, violations: Violations): void {
  const note = (kind: ViolationKind, detail: string): void =>
    violations.record({ at: request.at, kind, endpoint: request.endpoint, detail });
  const operation = operationOf(request.endpoint);
  if (operation === undefined) {
    note('unknown_path', `${request.method} ${request.path}`);
    return;
  }
  const continued = CONTINUATIONS.some((name) => request.query.has(name));
  for (const [name, value] of request.query) {
    const parameter = operation.query[name];
    if (CONTINUATIONS.includes(name)) continue;
    if (parameter === undefined) note('unknown_parameter', name);
    else if (continued) note('filters_beside_cursor', name);
    else if (!isValid(parameter, value)) note('invalid_value', `${name}=${value}`);
  }
  for (const [name, parameter] of Object.entries(operation.query)) {
    if (parameter.required === true && !request.query.has(name)) note('missing_parameter', name);
  }
}

function isValid(parameter: ParameterContract, value: string): boolean {
  if (parameter.values !== undefined) {
    const given = parameter.many === true ? value.split(',') : [value];
    return given.every((one) => parameter.values?.includes(one));
  }
  if (parameter.date === true) return !Number.isNaN(Date.parse(value));
  if (parameter.type === 'boolean') return value === 'true' || value === 'false';
  return parameter.type !== 'integer' || (/^\d+$/.test(value) && Number(value) <= (parameter.maximum ?? Infinity));
}
