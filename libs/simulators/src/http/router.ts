import { type Handler } from './message.js';

export interface Route {
  method: string;
  /** With `{name}` parts, such as `/api/lists/{id}`. */
  path: string;
  handle: Handler;
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Finds the route of a request; fixed parts win over `{name}` parts. */
export class Router {
  private readonly fixed = new Map<string, Route>();
  private readonly open: { route: Route; parts: string[] }[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (route.path.includes('{')) this.open.push({ route, parts: route.path.split('/') });
      else this.fixed.set(`${route.method} ${route.path}`, route);
    }
  }

  find(method: string, path: string): Match | undefined {
    const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    const route = this.fixed.get(`${method} ${plain}`);
    if (route !== undefined) return { route, params: {} };
    const parts = plain.split('/');
    for (const candidate of this.open) {
      if (candidate.route.method !== method || candidate.parts.length !== parts.length) continue;
      const params = bind(candidate.parts, parts);
      if (params !== undefined) return { route: candidate.route, params };
    }
    return undefined;
  }
}

function bind(template: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, part] of template.entries()) {
    const given = parts[at] ?? '';
    if (!part.startsWith('{')) {
      if (part !== given) return undefined;
    } else if (given === '') {
      return undefined;
    } else {
      params[part.slice(1, -1)] = decode(given);
    }
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
